"""The text of a document: what is in it, on which page, and where on the page."""

from dataclasses import dataclass, field
from enum import StrEnum


class Unreadable(Exception):
    """No text comes out of it. `code` is stable; `clinic.document_words` has the sentences."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code, self.detail = code, detail


class PageSource(StrEnum):
    PLAIN = "plain"
    DOCX = "docx"
    TEXT_LAYER = "text_layer"
    OCR = "ocr"


class Mark(StrEnum):
    """What a person should know before she relies on the text. None of them stops it."""

    FEW_LETTERS = "few_letters"  # signs and numbers, hardly a sentence
    FEW_WORDS = "few_words"  # letters that do not look like words
    UNSURE_SCAN = "unsure_scan"  # the reader of scans was in doubt
    EMPTY_PAGES = "empty_pages"  # pages on which nothing was found
    UNREAD_PICTURES = "unread_pictures"  # pictures beside the text: words in them were not read


@dataclass(frozen=True, slots=True)
class Word:
    text: str = field(repr=False)
    start: int
    end: int
    box: tuple[float, float, float, float]  # left, top, width, height, in shares of the page


@dataclass(frozen=True, slots=True)
class Page:
    """`words` is empty where the file does not say where they stand: plain text and DOCX."""

    number: int  # the first is 1
    start: int
    end: int
    source: PageSource
    words: tuple[Word, ...] = field(default=(), repr=False)
    confidence: float | None = None  # of the reader of scans, 0 to 1


@dataclass(frozen=True, slots=True)
class Quality:
    letters: float  # share of what is printed that is letters
    wordlike: float  # share of the words that could be words of a language
    confidence: float | None  # of the reader of scans, over its characters; None where nothing was read from a picture
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class DocumentText:
    text: str = field(repr=False)
    pages: tuple[Page, ...]
    source: str  # text, pdf, docx or image
    language: str  # en, es, other, or unknown where there is too little to tell
    quality: Quality

    def page_at(self, place: int) -> Page:
        """The page on which a character stands; between two pages it is the one before."""
        return next((page for page in reversed(self.pages) if page.start <= place), self.pages[0])

    def words_in(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that characters from `start` to `end` touch, to be marked on their pages."""
        pages = (page for page in self.pages if page.start < end and start < page.end)
        return tuple(word for page in pages for word in page.words if word.start < end and start < word.end)
