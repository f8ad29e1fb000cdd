import io

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from radiology.inference.film import GENERATED_BY, LATERAL, Film, Header
from radiology.inference.generated import Kind, draw, is_generated
from radiology.inference.generated.dicom import MONOCHROME1, as_dicom

SIZE = (300, 272)


@pytest.fixture(scope="module")
def normal():
    return draw(Kind.NORMAL, 1, SIZE)


def _reopened(grey) -> Film:
    """Without anything that its file said."""
    return Film(np.asarray(grey, dtype=np.uint16), 8, Header("png"))


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_a_drawing_with_the_same_seed_is_the_same_to_the_byte(normal):
    again = draw("normal", 1, SIZE)
    assert again.png == normal.png
    assert as_dicom(again) == as_dicom(normal)
    assert draw("normal", 2, SIZE).png != normal.png


def test_the_film_is_what_its_png_holds(normal):
    assert np.array_equal(np.asarray(_opened(normal.png)), normal.film.grey)
    assert normal.film.shape == SIZE


def test_lungs_are_darker_than_what_is_around_them(normal):
    assert normal.film.grey[normal.lungs].mean() + 40 < np.median(normal.film.grey[~normal.lungs])
    assert 0.15 < normal.lungs.mean() < 0.5


@pytest.mark.parametrize(("kind", "half"), [(Kind.OPACITY_LEFT, "right"), (Kind.OPACITY_RIGHT, "left")])
def test_an_opacity_is_drawn_on_its_side_of_the_patient_and_is_brighter_than_the_healthy_lung(kind, half):
    drawn = draw(kind, 5, SIZE)
    (region,) = drawn.regions
    columns = np.flatnonzero(region.inside.any(axis=0))
    middle = SIZE[1] / 2
    assert (columns > middle).all() if half == "right" else (columns < middle).all()
    healthy = draw(Kind.NORMAL, 5, SIZE)
    assert drawn.film.grey[region.inside].mean() > healthy.film.grey[region.inside].mean() + 15


def test_a_perihilar_pattern_lies_in_both_lungs():
    assert len(draw(Kind.PERIHILAR, 5, SIZE).regions) == 2


@pytest.mark.parametrize(("kind", "turns"), [(Kind.ROTATED_90, 1), (Kind.ROTATED_180, 2), (Kind.ROTATED_270, 3)])
def test_a_rotated_film_turns_with_its_lungs(kind, turns, normal):
    turned = draw(kind, 1, SIZE)
    assert np.array_equal(turned.lungs, np.rot90(normal.lungs, turns))
    seen, upright = (one.film.grey[2 * SIZE[0] // 16 : -20].astype(float) for one in (turned, normal))
    assert abs(seen.mean() - upright.mean()) < 15


def test_an_inverted_film_has_bright_lungs(normal):
    inverted = draw(Kind.INVERTED, 1, SIZE)
    assert inverted.film.grey[inverted.lungs].mean() > normal.film.grey[normal.lungs].mean() + 60


def test_a_cropped_film_has_lost_a_part_of_its_lungs(normal):
    cropped = draw(Kind.CROPPED, 1, SIZE)
    assert cropped.lungs.sum() < 0.7 * normal.lungs.sum()


@pytest.mark.hazard("H05")
def test_a_film_from_the_side_says_so():
    assert draw(Kind.LATERAL, 1, SIZE).film.header.view == LATERAL


@pytest.mark.parametrize("kind", list(Kind))
def test_every_drawing_is_known_by_its_pixels_alone(kind):
    drawn = draw(kind, 7, (400, 360))
    assert is_generated(_reopened(drawn.film.grey))


def test_a_drawing_is_still_known_after_jpeg_another_size_inversion_and_a_turn():
    picture = _opened(draw(Kind.NORMAL, 3, (640, 600)).png)
    stored = io.BytesIO()
    picture.resize((320, 320), Image.Resampling.BILINEAR).save(stored, "JPEG", quality=75)
    changed = 255 - np.rot90(np.asarray(Image.open(stored)))
    assert is_generated(_reopened(changed))


def test_what_was_not_drawn_here_is_not_called_generated(normal):
    dice = np.random.default_rng(1)
    assert not is_generated(_reopened(dice.integers(0, 256, (400, 400))))
    assert not is_generated(_reopened(np.zeros((400, 400))))
    assert not is_generated(_reopened(np.kron(normal.film.grey[::4, ::4], np.ones((4, 4)))))


def test_the_file_says_that_it_was_generated(normal):
    assert _opened(normal.png).info["Software"] == GENERATED_BY
    data = dcmread(io.BytesIO(as_dicom(normal)))
    assert data.Manufacturer == GENERATED_BY
    assert "GENERATED" in str(data.PatientName)


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_as_dicom_keeps_the_picture_whatever_the_bits(normal, bits):
    data = dcmread(io.BytesIO(as_dicom(normal, bits=bits)))
    seen = data.pixel_array.astype(float) / (2**bits - 1) * 255
    assert data.pixel_array.shape == SIZE
    assert abs(seen - normal.film.grey).max() <= 1


def test_monochrome1_stores_bright_as_low(normal):
    one = dcmread(io.BytesIO(as_dicom(normal, photometric=MONOCHROME1, modality="CR")))
    other = dcmread(io.BytesIO(as_dicom(normal)))
    assert np.array_equal(4095 - one.pixel_array, other.pixel_array)
    assert (one.Modality, one.BodyPartExamined, one.ViewPosition) == ("CR", "CHEST", "PA")


def test_an_impossible_number_of_bits_is_refused(normal):
    with pytest.raises(ValueError, match="8 to 16"):
        as_dicom(normal, bits=7)
