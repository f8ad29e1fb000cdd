"""Documents that are broken on purpose: each is read or refused by name, and nothing outside its child notices."""

import random
from collections import Counter

import pytest
from PIL import Image

from clinic.document_words import SENTENCES
from clinic.inference import child
from clinic.inference.documents import Unreadable, open_bounded, opening
from tests.unit.documents import made


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


SHEET = made.scan("Chest pain since Monday.")
SEEDS = (
    made.pdf([made.NOTE, "More of it."], ["Second page."]), made.pdf([made.NOTE], password=""), made.scanned_pdf(SHEET),
    made.docx(footnotes=made.part("footnotes", made.paragraph("A note."))), made.NOTE.encode(),
    made.NOTE.encode("utf-16"), "Señora de 70 años".encode("cp1252"), made.stored(SHEET, "PNG"),
    made.stored(SHEET, "JPEG"), made.stored(SHEET.convert("1"), "TIFF", compression="group4"),
    made.stored(SHEET, "TIFF", save_all=True, append_images=[Image.new("RGB", (40, 40))]),
)  # fmt: skip


def mutant(draw: random.Random) -> bytes:
    """Bytes changed, taken away, doubled, or put where they do not belong."""
    data = bytearray(draw.choice(SEEDS))
    for _ in range(draw.choice((1, 2, 8, 40))):
        at = draw.randrange(len(data))
        length = draw.choice((1, 4, 64))
        match draw.randrange(5):
            case 0:
                data[at : at + length] = draw.randbytes(length)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"99999"))
            case 4:
                other = draw.choice(SEEDS)
                data[at : at + length] = other[:length]
        data = data or bytearray(b"x")
    return bytes(data)


def told(way, data: bytes) -> str:
    try:
        way(data)
    except Unreadable as why:
        return why.code
    return "read"


def opened_in_child(data: bytes) -> None:
    """All but the reading of pictures, which takes its time."""
    with opening._held(data) as handle:
        opening._checked(opening._in_child("clinic.inference.documents.deciding:open_in_child", handle))


@pytest.mark.slow
@pytest.mark.parametrize("count", [25, pytest.param(5_000, marks=pytest.mark.long)])
def test_a_broken_document_is_read_or_refused_by_name(count):
    draw = random.Random(count)
    ends = Counter(told(opened_in_child, mutant(draw)) for _ in range(count))
    print(dict(ends))
    assert ends.keys() <= SENTENCES.keys() | {"read"}
    assert not ends["child_unavailable"]
    assert len(ends) > 2


@pytest.mark.long
def test_a_broken_document_is_read_or_refused_by_name_when_its_pages_are_pictures():
    draw = random.Random(7)
    ends = Counter(told(open_bounded, mutant(draw)) for _ in range(200))
    print(dict(ends))
    assert ends.keys() <= SENTENCES.keys() | {"read"}
    assert not ends["child_unavailable"]


def test_a_document_that_unpacks_to_far_too_much_leaves_the_worker_as_it_was():
    assert told(open_bounded, made.bomb_docx()) == "zip_bomb"
    assert told(open_bounded, made.NOTE.encode()) == "read"
