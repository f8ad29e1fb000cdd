"""`clinic.text`: takes the text out of one upload, with the place of every word on its page where the file says it."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from clinic.inference import documents
from clinic.inference.documents import DocumentText, Page, PageSource, Word
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Outcome, Work

PLACES = 4  # decimals of a share of a page: finer than a dot of any scan


@dataclass(frozen=True)
class TextOutcome(Outcome):
    """`pages`: number, from which character to which, source; `words` of a page: from, to, left, top, width, height."""

    engine: ClassVar[str] = "clinic.text 1"

    problem: str = ""  # why there is no text: a code
    text: str = field(default="", repr=False)
    source: str = ""
    language: str = ""
    pages: tuple[dict[str, Any], ...] = ()
    quality: dict[str, Any] = field(default_factory=dict)

    def facets(self) -> dict[str, Any]:
        scans = sum(page["source"] == PageSource.OCR.value for page in self.pages)
        return {"problem": self.problem, "source": self.source, "pages": len(self.pages), "scans": scans,
                "characters": len(self.text), "language": self.language,
                "marks": ", ".join(self.quality.get("marks", ()))}  # fmt: skip


def read(work: Work) -> TextOutcome:
    work.report("read", 5)
    try:
        found = documents.open_bounded(work.upload, report=lambda done, of: work.report("read", 5 + 90 * done // of))
    except documents.Unreadable as why:
        if why.code in documents.MACHINE_CODES:
            raise Failed(RunError.UNEXPECTED, detail_code=why.code, retry=True) from None
        return TextOutcome(problem=why.code)
    return _told(found)


def _told(found: DocumentText) -> TextOutcome:
    quality = found.quality
    return TextOutcome(
        text=found.text, source=found.source, language=found.language, pages=tuple(map(_page, found.pages)),
        quality={"letters": round(quality.letters, 3), "wordlike": round(quality.wordlike, 3),
                 "confidence": quality.confidence, "marks": [mark.value for mark in quality.marks]},
    )  # fmt: skip


def _page(page: Page) -> dict[str, Any]:
    return {"number": page.number, "start": page.start, "end": page.end, "source": page.source.value,
            "confidence": page.confidence, "words": [_word(word) for word in page.words]}  # fmt: skip


def _word(word: Word) -> list[float]:
    return [word.start, word.end, *(round(share, PLACES) for share in word.box)]
