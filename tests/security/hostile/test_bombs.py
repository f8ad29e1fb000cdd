"""Small files that want much are refused in a moment, in every way they are opened, while honest ones go on."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from clinic import formats
from clinic.inference import child, documents
from tests.security.hostile import bombs, samples, ways
from tests.security.hostile.bombs import Bomb
from tests.security.hostile.measuring import MIB, resident_peak, say, size, watched

MOST_S = 2.0  # of the processor, on any machine; by the clock where nobody else works
MOST_PARENT_MIB = 70  # the largest film that is opened has 60 million bytes, which are what was asked for
SHORT: tuple[Bomb, ...] = (
    bombs.png_of_more_than_there_are, bombs.png_with_many_texts, bombs.jpeg_of_many_scans, bombs.tiff_of_many_pages,
    bombs.dicom_with_many_items, bombs.dicom_with_many_elements, bombs.dicom_around_a_large_jpeg,
    bombs.dicom_around_a_large_jpeg_2000, bombs.pdf_of_forms_within_forms, bombs.pdf_whose_pages_go_round,
    bombs.docx_with_entities, bombs.zip_that_overlaps, bombs.mp4_with_endless_times, bombs.json_deep,
    bombs.rows_of_nothing,
)  # fmt: skip
IS_FULL = bool(size("FULL", 0))
READERS = ("scans:read_in_child",)  # a net looks at each page: seconds, whatever is on it
# What these want nobody gives: the part that is large is not unpacked, or passed over, and what is read is little.
HARMLESS = {
    "png_with_a_large_text", "dicom_of_many_frames", "dicom_with_many_numbers", "dicom_run_lengths",
    "dicom_with_a_large_table", "pdf_of_a_large_picture", "pdf_nested", "pdf_of_a_huge_page", "docx_with_entities",
    "docx_of_many_parts", "docx_deep", "zip_of_many", "zip_within_zip", "rows_with_a_long_line",
    "rows_of_a_long_number",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


@contextmanager
def honest_letters() -> Iterator[list[float]]:
    """One after the other meanwhile, and how long each took."""
    letter, over, took = samples.of("pdf")[0], threading.Event(), [0.0]

    def read() -> None:
        while True:
            began = time.monotonic()
            assert documents.open_bounded(letter).text
            took.append(time.monotonic() - began)
            if over.wait(0.2):
                return

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("bomb", bombs.ALL if IS_FULL else SHORT, ids=lambda bomb: bomb.__name__)
def test_bomb_is_refused_in_a_moment_and_honest_files_go_on(bomb: Bomb) -> None:
    data, ends = bomb(), Counter[str]()
    recognised = ways.recognised(data)
    slowest = 0.0
    with watched() as costs, honest_letters() as letters, resident_peak() as grown:
        for way in ways.of(recognised):
            if way.name not in READERS:
                began = time.monotonic()
                ends[ways.told(way, data)] += 1
                slowest = max(slowest, time.monotonic() - began)
    say(f"bomb {bomb.__name__}: {len(data) / bombs.MB:.1f} MB, {recognised}, {dict(ends)}, slowest {slowest:.2f} s, "
        f"{costs.cpu_s:.2f} CPU s, child {costs.peak_bytes // MIB} MB, parent +{grown[0] // MIB} MB, "
        f"letters {max(letters):.2f} s")  # fmt: skip

    assert recognised not in formats.FORMATS or set(ends) - {"opened"} or bomb.__name__ in HARMLESS
    assert not [code for code in ends if "undeclared" in code or code == "child_unavailable"]
    assert costs.cpu_s <= MOST_S
    assert costs.peak_bytes <= 512 * MIB
    assert grown[0] <= (MOST_PARENT_MIB + 2 * len(data) / bombs.MB) * MIB
    assert max(letters) <= 5 * MOST_S


def test_there_are_more_than_forty() -> None:
    assert len({bomb.__name__ for bomb in bombs.ALL}) == len(bombs.ALL) >= 40
    assert {bomb.__name__ for bomb in bombs.ALL} >= HARMLESS
