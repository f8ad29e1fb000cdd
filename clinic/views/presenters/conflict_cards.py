"""A contradiction as its card shows it: what it is about, both sides with their words, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from clinic.contradiction_words import says, title_of
from clinic.errors import Words
from clinic.evidence import TextSpan
from clinic.models import Conflict, ConflictState
from clinic.sealing import Unreadable
from clinic.views.presenters.evidence_links import place_url

SORTS: dict[str, tuple[str, Words]] = {
    "voice": ("mic", gettext_lazy("Recording")),
    "document": ("file-earmark-text", gettext_lazy("Document")),
    "film": ("image", gettext_lazy("Film")),
}
# Where a place in the text can be opened. The words of a recording stand in its transcript.
WITH_PLACES = "document"


@dataclass(frozen=True)
class SideLine:
    icon: str
    sort: Words
    name: str
    says: Words
    before: str
    said: str
    after: str
    url: str


@dataclass
class Card:
    conflict: Conflict
    title: str
    sides: tuple[SideLine, ...]
    reason: str
    held: Words
    form: Any = None  # where somebody may decide

    @property
    def is_open(self) -> bool:
        return self.conflict.state == ConflictState.OPEN


def cards(rows: Iterable[Conflict]) -> list[Card]:
    """Those that wait for a person first."""
    made = [card for row in rows if (card := card_of(row))]
    return sorted(made, key=lambda card: not card.is_open)


def card_of(row: Conflict) -> Card | None:
    try:
        told, reason = row.sides, row.reason or ""
    except Unreadable:
        return None
    title = title_of(row.kind, str(told["about"]))
    held = row.get_holds_display() if row.holds else ""
    return Card(row, title, tuple(_side(one, row.kind) for one in told["sides"]), reason, held)


def _side(told: dict[str, object], kind: str) -> SideLine:
    """Of two doses the words themselves say it."""
    told_so = "" if kind == "dose" else says(str(told["holds"]))
    icon, sort = SORTS[str(told["sort"])]
    words, said = str(told["words"]), str(told["said"])
    at = words.lower().find(said.lower()) if said else -1
    until = at + len(said)
    before, mark, after = (words, "", "") if at < 0 else (words[:at], words[at:until], words[until:])
    return SideLine(icon, sort, str(told["name"]), told_so, before, mark, after, _url(told))


def _url(told: dict[str, object]) -> str:
    start, end = int(str(told["start"])), int(str(told["end"]))
    if told["sort"] == WITH_PLACES and end:
        return place_url(TextSpan(upload=str(told["upload"]), sha256=str(told["sha256"]), start=start, end=end,
                                  words="", weight=1.0))  # fmt: skip
    return reverse("upload", args=[str(told["upload"])])
