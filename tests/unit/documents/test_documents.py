import time

import pytest
from PIL import Image

from clinic.inference import child
from clinic.inference.documents import DocumentText, Mark, PageSource, Unreadable, from_text, open_bounded
from clinic.inference.documents.deciding import opened
from clinic.inference.documents.joining import joined
from clinic.inference.documents.leaves import Leaf, boxes_array, places_array
from tests.security.hostile import bombs
from tests.unit.documents import made

SPANISH = "La paciente refiere dolor en el pecho desde ayer. No tiene fiebre ni tos, y no toma medicación."


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


def document(data: bytes) -> DocumentText:
    """In this process: what the child does, without its walls."""
    return joined(*opened(data))


def code_of(data: bytes, way=document) -> str:
    with pytest.raises(Unreadable) as refused:
        way(data)
    return str(refused.value.code)


def text_of(data: bytes) -> str:
    return document(data).text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_each_encoding_that_is_taken(encoding):
    said = "Señora de 70 años, “débil” – y cansada.\nSin fiebre."
    assert text_of(said.encode(encoding)).lstrip("\ufeff") == said


def test_places_in_a_plain_text_count_the_characters_as_they_stand_in_the_file():
    said = "  First line.\r\n\r\nSecond line.  \n"
    found = document(said.encode())
    assert found.text == said
    assert [(page.start, page.end, page.source) for page in found.pages] == [(0, len(said), PageSource.PLAIN)]


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("too_short", b"  123456789 \n"),
        ("too_short", b""),
        ("too_short", made.docx(made.paragraph("short"))),
        ("wrong_encoding", "Пациент жалуется на боль в груди".encode("cp1251")),
        ("wrong_encoding", "患者は胸の痛みを訴えている。熱はない。".encode("shift_jis")),
        ("wrong_encoding", "Señora con dolor torácico y disnea".encode() + b"\xc3"),
        ("wrong_encoding", "Pain in the chest".encode("utf-16")[:-1]),
        ("wrong_encoding", "Pain in the chest".encode("utf-16-le")),
        ("not_text", b"\x7fELF\x02\x01\x01" + bytes(200)),
        ("not_text", bytes(range(256)) * 20),
        ("not_text", b"<html><body>A letter of some length</body></html>"),
        ("not_a_document", b'{"text": "A letter of some length"}'),
        ("encrypted_pdf", made.pdf([made.NOTE], password="secret")),
        ("too_many_pages", made.many_paged_pdf(2_000)),
        ("damaged", made.pdf([made.NOTE])[:300]),
        ("zip_bomb", made.bomb_docx()),
        ("damaged", made.docx("<w:p>")),
        ("damaged", made.docx(made.paragraph(made.NOTE))[:-30]),
        ("damaged", made.packed({"word/other.xml": "<a/>"})),
        ("damaged", made.docx(document2='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
        ("macros", made.packed({"word/document.xml": "<a/>", "word/vbaProject.bin": b"x"})),
        ("damaged", made.stored(made.scan("a"), "PNG")[:200] + b"\0\0\0\0IEND\xaeB`\x82"),
        ("damaged", made.tiff_without_pages()),
        ("too_large", bytes(0) + b"a" * 50_000_001),
        ("too_much_text", b"a word " * 300_000),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(code, data):
    assert code_of(data) == code


def test_ten_characters_are_enough_and_a_pdf_may_have_its_most_pages():
    assert text_of(b"0123456789") == "0123456789"
    assert code_of(made.many_paged_pdf(500)) == "empty_scan"
    assert code_of(made.many_paged_pdf(501)) == "too_many_pages"


def test_a_pdf_with_an_empty_password_is_read():
    assert made.NOTE in text_of(made.pdf([made.NOTE], password=""))


def test_each_page_of_a_pdf_knows_its_part_of_the_text():
    found = document(made.pdf(["First page, with words."], ["Second page, other words.", "And a line."]))
    assert [found.text[page.start : page.end] for page in found.pages] == [
        "First page, with words.", "Second page, other words.\nAnd a line.",
    ]  # fmt: skip
    assert [(page.number, page.source) for page in found.pages] == [
        (1, PageSource.TEXT_LAYER), (2, PageSource.TEXT_LAYER),
    ]  # fmt: skip
    assert found.page_at(found.text.index("Second")).number == 2
    assert found.source == "pdf"


def test_a_word_of_a_pdf_points_at_its_box_on_the_page():
    found = document(made.pdf(["left of it", made.NOTE]))
    start = found.text.index("patient")
    (word,) = found.words_in(start, start + 3)
    left, top, width, height = word.box
    assert word.text == found.text[word.start : word.end] == "patient"
    assert 72 / 595 < left < 110 / 595
    assert 80 / 842 < top < 92 / 842
    assert 0.04 < width < 0.09
    assert 0.005 < height < 0.02


def test_a_rotated_page_has_its_boxes_where_a_reader_shows_them():
    upright, turned = (document(made.pdf([made.NOTE], rotated=turn)).pages[0].words[0].box for turn in (0, 90))
    left, top, width, height = upright
    assert turned == pytest.approx((1 - top - height, left, height, width), abs=1e-3)


def test_a_docx_gives_paragraphs_tables_notes_and_headers_once_and_no_deleted_words():
    box = f"<mc:AlternateContent><mc:Choice>{made.paragraph('In a box.')}</mc:Choice>"
    box += f"<mc:Fallback>{made.paragraph('In a box.')}</mc:Fallback></mc:AlternateContent>"
    row = "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>"
    body = (
        made.paragraph("First &amp; second.")
        + "<w:p><w:r><w:t>Kept</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText><w:t>deleted</w:t></w:r></w:del>"
        + "<w:ins><w:r><w:tab/><w:t>added</w:t></w:r></w:ins></w:p>"
        + row.format(made.paragraph("Sodium"), made.paragraph("140"))
        + f"<w:p><w:r>{box}</w:r></w:p>"
    )
    notes = made.part("footnotes", made.paragraph("A note below."))
    head = made.part("hdr", made.paragraph("Department of cardiology"))
    text = text_of(made.docx(body, footnotes=notes, header1=head, header2=head))
    said = "First & second. Kept added Sodium 140 In a box. A note below. Department of cardiology"
    assert " ".join(text.split()) == said
    assert "First & second.\nKept\tadded\n" in text


def test_a_docx_has_one_page_and_says_that_it_has_pictures():
    found = document(made.packed({"word/document.xml": made.part("document", made.paragraph(made.NOTE)),
                                  "word/media/image1.png": b"x"}))  # fmt: skip
    assert [(page.source, page.words) for page in found.pages] == [(PageSource.DOCX, ())]
    assert Mark.UNREAD_PICTURES in found.quality.marks


def test_a_page_that_is_a_picture_waits_to_be_read_and_one_with_text_does_not():
    _, leaves = opened(made.scanned_pdf(made.scan("Words"), stamp="Scan 17"))
    assert [leaf.is_scan for leaf in leaves] == [True]
    _, leaves = opened(made.pdf([made.NOTE]))
    assert [leaf.is_scan for leaf in leaves] == [False]


def test_more_scans_than_are_read_are_refused():
    pages = [made.scan("x").resize((20, 30))] * 31
    assert code_of(made.scanned_pdf(*pages)) == "too_many_scans"
    assert code_of(made.stored(pages[0], "TIFF", save_all=True, append_images=pages[1:])) == "too_many_scans"


def test_a_picture_with_more_pixels_than_are_read_is_refused_before_it_is_decoded():
    wide = made.stored(Image.new("1", (9_000, 5_000)), "TIFF", compression="group4")
    assert len(wide) < 10_000
    assert code_of(wide) == "too_large"


def test_a_text_that_was_pasted_is_held_to_the_same_limits():
    assert from_text(made.NOTE).text == made.NOTE
    for code, text in (
        ("too_short", "123456789"),
        ("not_text", "a \0 in the middle"),
        ("not_text", "half \ud800 of one"),
    ):
        with pytest.raises(Unreadable) as refused:
            from_text(text)
        assert refused.value.code == code


@pytest.mark.parametrize(("language", "text"), [
    ("en", made.NOTE), ("es", SPANISH), ("other", "Der Patient klagt über Schmerzen in der Brust und hat kein Fieber."),
    ("other", "Пациент жалуется на боль в груди, температуры нет."), ("unknown", "Na 140, K 4.1, Cl 101, CO2 24"),
])  # fmt: skip
def test_the_language_is_told(language, text):
    assert from_text(text).language == language


@pytest.mark.parametrize(("mark", "text"), [
    (Mark.FEW_LETTERS, "Na 140 K 4.1 120/80 98 % 36.8 12:30 77 14.2 -- 0.04"),
    (Mark.FEW_WORDS, "xkcdqwrt zzpqrrst bcdfgkl mnprtxz qqrtsvw plkjhgf the"),
])  # fmt: skip
def test_what_hardly_is_a_text_is_marked(mark, text):
    assert mark in from_text(text).quality.marks
    assert from_text(made.NOTE).quality.marks == ()


def test_a_page_on_which_nothing_was_found_is_marked():
    assert Mark.EMPTY_PAGES in document(made.pdf([made.NOTE], [])).quality.marks


@pytest.mark.parametrize("told", [
    {"places": places_array([(0, 5), (3, 8)])}, {"places": places_array([(0, 99)])},
    {"boxes": boxes_array([(0.5, 0.5, 0.9, 0.1)])}, {"boxes": boxes_array([(float("nan"), 0, 0, 0)])},
    {"boxes": boxes_array([(0.0, 0.0, 0.1, 0.1)] * 2)}, {"source": "else"}, {"text": 7}, {"confidence": 2.0},
    {"more": 1}, {"places": None},
])  # fmt: skip
def test_what_a_child_says_must_have_the_shape_of_a_page(told):
    good = Leaf("a word", PageSource.OCR, places_array([(0, 1)]), boxes_array([(0.1, 0.1, 0.1, 0.1)])).as_told()
    assert Leaf.of_told(good).text == "a word"
    with pytest.raises(Unreadable):
        Leaf.of_told({**good, **told})


def test_each_kind_of_document_is_opened_in_a_child():
    for data in (made.NOTE.encode(), made.docx(), made.pdf([made.NOTE])):
        assert made.NOTE in open_bounded(data).text
    assert code_of(made.bomb_docx(), open_bounded) == "zip_bomb"
    assert code_of(made.pdf([made.NOTE], password="secret"), open_bounded) == "encrypted_pdf"


@pytest.mark.slow
def test_scans_are_read_with_their_words_in_their_places():
    sheet = made.scan("Chest pain since Monday.", "No fever, no cough.")
    two_pages = made.stored(sheet, "TIFF", save_all=True, append_images=[made.scan("Second page of it")])
    steps: list[tuple[int, int]] = []
    found = open_bounded(two_pages, report=lambda done, of: steps.append((done, of)))
    assert found.text.splitlines() == ["Chest pain since Monday.", "No fever, no cough.", "", "Second page of it"]
    assert steps == [(1, 2), (2, 2)]
    (word,) = found.words_in(found.text.index("fever"), found.text.index("fever") + 1)
    left, top, _width, _height = word.box
    assert left == pytest.approx(0.16, abs=0.03)
    assert top == pytest.approx(0.145, abs=0.02)
    assert found.pages[1].source == PageSource.OCR
    assert (found.pages[0].confidence or 0) > 0.9
    scanned = open_bounded(made.scanned_pdf(sheet, stamp="Scan 17"))
    assert "Chest pain since Monday." in scanned.text
    assert code_of(made.stored(made.scan(), "JPEG"), open_bounded) == "empty_scan"


def test_a_tiff_that_claims_very_many_pages_is_not_walked_through():
    began = time.process_time()
    assert code_of(bombs.tiff_of_many_pages()) == "too_many_scans"
    assert time.process_time() - began < 2


def test_a_photograph_with_a_thousand_scans_is_refused_before_it_is_decoded():
    assert code_of(bombs.jpeg_of_many_scans()) == "too_large"
