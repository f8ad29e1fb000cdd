from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from radiology.inference.film import LATERAL, Film, Header
from radiology.inference.gate import Code, Offer, judge
from radiology.inference.gate.lettering import lettering
from radiology.inference.gate.looking import square
from radiology.inference.generated import Kind, draw

SIZE = (400, 400)


@pytest.fixture(scope="module")
def normal():
    return _nameless(draw(Kind.NORMAL, 3, SIZE).film)


def _nameless(film) -> Film:
    return Film(film.grey, film.bits, Header("png"))


def _film(grey) -> Film:
    return Film(np.asarray(grey, dtype=np.uint16), 8, Header("png"))


def _written(film, words, size) -> Film:
    picture = Image.fromarray(film.grey.astype(np.uint8))
    ImageDraw.Draw(picture).text((8, 8), words, fill=255, font=ImageFont.load_default(size=size))
    return _film(picture)


@pytest.mark.parametrize("kind", [Kind.NORMAL, Kind.OPACITY_LEFT, Kind.OPACITY_RIGHT, Kind.PERIHILAR])
def test_a_drawn_film_is_accepted_and_called_generated(kind):
    verdict = judge(_nameless(draw(kind, 4, SIZE).film))
    assert verdict.codes == ()
    assert verdict.accepted
    assert verdict.is_generated


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_the_word_on_a_drawn_film_of_the_usual_size_is_no_reason(seed):
    assert judge(draw(Kind.NORMAL, seed).film, card_ages=(1, 5)).codes == ()


def test_an_inverted_film_is_refused_and_what_would_help_is_offered():
    verdict = judge(_nameless(draw(Kind.INVERTED, 3, SIZE).film))
    assert verdict.codes == (Code.INVERTED,)
    assert verdict.offer == Offer(invert=True)


@pytest.mark.parametrize("kind", [Kind.ROTATED_90, Kind.ROTATED_180, Kind.ROTATED_270])
def test_a_turned_film_stands_upright_after_what_is_offered(kind):
    film = _nameless(draw(kind, 3, SIZE).film)
    verdict = judge(film)
    assert verdict.codes == (Code.ROTATED,)
    assert verdict.offer
    turned = replace(film, grey=np.rot90(film.grey, verdict.offer.quarter_turns))
    assert judge(turned).accepted


def test_a_film_that_is_turned_and_inverted_is_told_both():
    film = draw(Kind.ROTATED_180, 3, SIZE).film
    verdict = judge(_film(255 - film.grey))
    assert set(verdict.codes) == {Code.ROTATED, Code.INVERTED}
    assert verdict.offer == Offer(invert=True, quarter_turns=2)


def test_a_part_of_a_film_is_not_accepted(normal):
    assert not judge(_film(normal.grey[120:320, 30:230])).accepted


def test_a_side_view_is_named_by_its_pixels_and_by_its_header(normal):
    assert Code.LATERAL in judge(_nameless(draw(Kind.LATERAL, 3, SIZE).film)).codes
    assert judge(replace(normal, header=Header("dicom", view=LATERAL))).codes == (Code.LATERAL,)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (Header("dicom", modality="CT"), Code.NOT_SUPPORTED_MODALITY),
        (Header("dicom", modality="DX", body_part="EXTREMITY"), Code.WRONG_BODY_PART),
        (Header("dicom", modality="CR", has_burned_in_text=True), Code.BURNED_IN_TEXT),
    ],
)
def test_what_the_header_says_is_believed(normal, header, code):
    assert judge(replace(normal, header=header)).codes == (code,)


@pytest.mark.parametrize("body_part", ["", "CHEST", "TORAX", "CHEST PA"])
def test_a_header_of_a_chest_film_is_no_reason(normal, body_part):
    header = Header("dicom", modality="DX", body_part=body_part, view="PA", has_burned_in_text=False)
    assert judge(replace(normal, header=header)).accepted


@pytest.mark.parametrize(("age", "is_accepted"), [(0.5, False), (1.0, True), (5.9, True), (6.0, False), (None, True)])
def test_only_a_known_age_outside_the_card_is_a_reason(normal, age, is_accepted):
    verdict = judge(replace(normal, header=Header("dicom", age_years=age)), card_ages=(1, 5))
    assert verdict.accepted is is_accepted
    assert (Code.AGE_OUTSIDE_CARD in verdict.codes) is not is_accepted


def test_an_age_is_no_reason_where_no_engine_is_asked(normal):
    assert judge(replace(normal, header=Header("dicom", age_years=40.0))).accepted


def test_a_small_picture_is_called_too_small():
    assert judge(_film(np.zeros((100, 300)))).codes == (Code.TOO_SMALL,)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_picture_is_called_blank(level):
    grain = np.random.default_rng(1).integers(0, 2, (300, 300))
    assert judge(_film(np.clip(level + grain, 0, 255))).codes == (Code.BLANK,)


def test_noise_is_no_film():
    assert judge(_film(np.random.default_rng(1).integers(0, 256, (300, 300)))).codes == (Code.NOT_CHEST_FILM,)


def test_a_film_of_few_shades_is_called_so(normal):
    assert judge(_film(normal.grey // 32 * 32)).codes == (Code.TOO_FEW_GREY_LEVELS,)


def test_a_dark_16_bit_film_is_judged_by_its_own_range(normal):
    dim = Film((normal.grey * 40).astype(np.uint16), 16, Header("dicom"))
    assert judge(dim).accepted


def test_a_window_is_looked_through(normal):
    stretched = replace(normal, grey=(normal.grey * 16).astype(np.uint16), bits=12, window=(2040.0, 4080.0))
    assert np.abs(square(stretched) - square(normal)).max() < 0.02


def test_colours_are_no_film(normal):
    assert judge(replace(normal, facts={"colourfulness": 60.0})).codes == (Code.NOT_CHEST_FILM,)
    assert judge(replace(normal, facts={"colourfulness": 5.0})).accepted


def test_lines_of_text_are_a_reason_and_a_marker_is_not(normal):
    named = judge(_written(normal, "DOE JOHN PATIENT\nID 4711 0815 99\n1960-01-02 12:30", 22))
    assert Code.BURNED_IN_TEXT in named.codes
    assert named.suspects_text
    marked = judge(_written(normal, "R", 30))
    assert marked.accepted


def test_letters_are_counted_whether_bright_or_dark(normal):
    words = np.asarray(Image.new("L", (300, 300), 255))
    paper = _written(_film(words), "", 20)
    picture = Image.fromarray(paper.grey.astype(np.uint8))
    ImageDraw.Draw(picture).text((10, 40), "HEMOGLOBIN", fill=0, font=ImageFont.load_default(size=24))
    assert lettering(_film(picture)).letters >= 8
    assert lettering(_film(255 - np.asarray(picture))).letters >= 8


def test_a_verdict_tells_what_was_measured(normal):
    measured = judge(normal).measured
    assert measured["frontal"] > 0.5
    assert measured["levels"] > 100
