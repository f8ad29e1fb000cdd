"""Leaves put one behind the other: the text of the whole, and where in it each page and each word stands."""

from collections.abc import Iterator

from clinic.inference.documents import limits
from clinic.inference.documents.document import DocumentText, Page, PageSource, Unreadable, Word
from clinic.inference.documents.languages import language_of
from clinic.inference.documents.leaves import Leaf
from clinic.inference.documents.quality import quality_of

BETWEEN_PAGES = "\n\n"


def joined(source: str, leaves: list[Leaf]) -> DocumentText:
    text = BETWEEN_PAGES.join(leaf.text for leaf in leaves)
    if not text.strip() and any(leaf.source in (PageSource.OCR, PageSource.TEXT_LAYER) for leaf in leaves):
        raise Unreadable("empty_scan")
    limits.demand_text(text)
    pages = tuple(_pages(leaves))
    return DocumentText(text, pages, source, language_of(text), quality_of(text, leaves))


def _pages(leaves: list[Leaf]) -> Iterator[Page]:
    start = 0
    for number, leaf in enumerate(leaves, 1):
        end = start + len(leaf.text)
        yield Page(number, start, end, leaf.source, tuple(_words(leaf, start)), leaf.confidence)
        start = end + len(BETWEEN_PAGES)


def _words(leaf: Leaf, offset: int) -> Iterator[Word]:
    for (start, end), box in zip(leaf.places.tolist(), leaf.boxes.tolist(), strict=True):
        yield Word(leaf.text[start:end], offset + start, offset + end, tuple(box))
