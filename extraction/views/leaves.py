"""A page of a document as a picture, with a box around the words of each fact on it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic.authorization.permissions import Permission
from clinic.document_limits import MOST_PAGES
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.inference import documents
from clinic.inference.documents import PageSource
from clinic.uploads import StoredUpload
from clinic.views.asked import Asked
from clinic.views.private import private
from extraction import access
from extraction.models import FactSheet
from extraction.views.marking import Place

SANDBOX = "default-src 'none'; sandbox"
DRAWN = {"application/pdf": "pdf", "image/png": "image", "image/jpeg": "image", "image/webp": "image",
         "image/tiff": "image"}  # fmt: skip
AROUND = 0.004  # of the page: so far outside its words a box lies
Word = Sequence[float]  # from, to, left, top, width, height


@dataclass(frozen=True)
class Edge:
    """In per cent of the page: SVG knows no decimal comma."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Box:
    """The words of one fact: an edge for each line of the page that they stand on."""

    key: str  # of the fact
    number: str
    look: str
    is_on: bool
    words: str
    edges: list[Edge]

    @property
    def first(self) -> Edge:
        return self.edges[0]


@dataclass(frozen=True)
class Leaf:
    number: int
    last: int
    url: str
    boxes: list[Box]
    is_scan: bool  # of any page: then the picture is what a person reads, and the text was read from it

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def sheet_page(request: Asked, pk: UUID, number: int) -> HttpResponse:
    """Drawn anew in a bounded child: nothing of the file itself goes out."""
    upload = access.sheet(request.actor, pk).upload
    source = DRAWN.get(upload.content_type)
    if source is None or not 1 <= number <= MOST_PAGES:
        raise Refusal(Code.NOT_FOUND)
    try:
        picture = documents.page_picture(StoredUpload(upload), source=source, number=number)
    except documents.Unreadable as why:
        raise Refusal(Code.UNREADABLE, facts={"problem": why.code}) from None
    return HttpResponse(picture, content_type="image/jpeg", headers={"Content-Security-Policy": SANDBOX})


def leaf_of(sheet: FactSheet, pages: Sequence[Any], places: Sequence[Place], said: Mapping[str, str],
            asked: int) -> Leaf | None:  # fmt: skip
    """The page that was asked for, else that of the fact that is looked at; `said`: each fact in words. None where no
    page can be drawn, and where the file is gone."""
    upload = sheet.upload
    if upload.content_type not in DRAWN or upload.expired_at is not None or not any(page["words"] for page in pages):
        return None
    page = _page(pages, places, asked)
    number = int(page["number"])
    return Leaf(
        number, len(pages), reverse("sheet_page", args=[sheet.pk, number]), list(_boxes(page["words"], places, said)),
        any(one["source"] == PageSource.OCR.value for one in pages),
    )  # fmt: skip


def _page(pages: Sequence[Any], places: Sequence[Place], asked: int) -> Any:
    if 1 <= asked <= len(pages):
        return pages[asked - 1]
    at = next((place.start for place in places if place.is_on), 0)
    return next((page for page in reversed(pages) if page["start"] <= at), pages[0])


def _boxes(words: Sequence[Word], places: Iterable[Place], said: Mapping[str, str]) -> Iterator[Box]:
    """A fact that stands in several places has one box of several edges."""
    edges, first = defaultdict[str, list[Edge]](list), dict[str, Place]()
    for place in places:
        touched = [word for word in words if word[0] < place.end and place.start < word[1] and word[4] and word[5]]
        edges[place.key] += [_edge(line) for line in _lines(touched)]
        first.setdefault(place.key, place)
    for key, one in first.items():
        if edges[key]:
            yield Box(key, one.number, one.look, one.is_on, said.get(key, ""), edges[key])


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words beside one another are one line; one that stands lower, or further left, begins the next."""
    line: list[Word] = []
    for word in words:
        if line and (word[3] > line[-1][3] + line[-1][5] / 2 or word[2] < line[-1][2]):
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _edge(words: Sequence[Word]) -> Edge:
    left, top = min(word[2] for word in words) - AROUND, min(word[3] for word in words) - AROUND
    right = max(word[2] + word[4] for word in words) + AROUND
    bottom = max(word[3] + word[5] for word in words) + AROUND
    left, top = max(left, 0.0), max(top, 0.0)
    return Edge(*(f"{100 * share:.2f}%" for share in (left, top, min(right, 1.0) - left, min(bottom, 1.0) - top)))
