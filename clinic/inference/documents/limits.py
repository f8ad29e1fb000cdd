"""What is not opened at all."""

from collections.abc import Iterable

from clinic.document_limits import FEWEST_CHARACTERS, MOST_CHARACTERS, MOST_PAGES, MOST_PIXELS
from clinic.inference.documents.document import Unreadable


def demand_bounded(texts: Iterable[str]) -> None:
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise Unreadable("too_much_text")


def demand_text(text: str) -> None:
    demand_bounded([text])
    if len(text.strip()) < FEWEST_CHARACTERS:
        raise Unreadable("too_short")


def demand_pages(count: int) -> None:
    if count > MOST_PAGES:
        raise Unreadable("too_many_pages")
    if count < 1:
        raise Unreadable("damaged")


def demand_pixels(columns: int, rows: int) -> None:
    if columns < 1 or rows < 1:
        raise Unreadable("damaged")
    if columns * rows > MOST_PIXELS:
        raise Unreadable("too_large")
