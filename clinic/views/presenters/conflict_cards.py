"""A contradiction as its card shows it: what it is about, both sides with their words, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy

from clinic import concealment
from clinic.authorization.actor import Actor
from clinic.errors import Words
from clinic.evidence import TextSpan
from clinic.models import Case, Conflict, ConflictState, Result
from clinic.sealing import Unreadable
from clinic.views.presenters.evidence_links import place_url

TITLES: dict[str, Words] = {
    "finding": gettext_lazy("%(about)s: there in one, denied in the other"),
    "allergy": gettext_lazy("Allergy to %(about)s: known in one, denied in the other"),
    "forbidden": gettext_lazy("%(about)s is given, and an allergy forbids it"),
    "dose": gettext_lazy("%(about)s: two doses"),
    "medicine": gettext_lazy("%(about)s: taken in one, not in the other"),
    "side": gettext_lazy("%(about)s: left in one, right in the other"),
    "date": gettext_lazy("%(about)s: the two differ"),
    "film": gettext_lazy("The film and what is said of it differ"),
}
SAYS: dict[str, Words] = {
    "present": gettext_lazy("says so"),
    "negated": gettext_lazy("denies it"),
    "stopped": gettext_lazy("stopped"),
    "planned": gettext_lazy("planned"),
    "historical": gettext_lazy("was so"),
    "left": gettext_lazy("left"),
    "right": gettext_lazy("right"),
    "normal": gettext_lazy("no pneumonia signal"),
    "pneumonia": gettext_lazy("pneumonia"),
    "female": gettext_lazy("female"),
    "male": gettext_lazy("male"),
}
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


def shown_to(by: Actor, case: Case) -> list[Conflict]:
    """Without those that rest on an answer she is to judge first: they would tell it."""
    rows = list(Conflict.objects.visible_to(by).filter(case=case).exclude(state=ConflictState.GONE)
                .select_related("case", "decided_by").order_by("found_at", "pk"))  # fmt: skip
    named = {UUID(one) for row in rows for one in row.results}
    hidden = {str(pk) for pk in concealment.concealed(Result.objects.filter(pk__in=named), by)}
    return [row for row in rows if not hidden & set(row.results)]


def cards(rows: Iterable[Conflict]) -> list[Card]:
    """Those that wait for a person first."""
    made = [card for row in rows if (card := card_of(row))]
    return sorted(made, key=lambda card: not card.is_open)


def card_of(row: Conflict) -> Card | None:
    try:
        told, reason = row.sides, row.reason or ""
    except Unreadable:
        return None
    about = str(told["about"])
    title = str(TITLES[row.kind]) % {"about": about}
    held = row.get_holds_display() if row.holds else ""
    return Card(row, title[:1].upper() + title[1:], tuple(_side(one, row.kind) for one in told["sides"]), reason, held)


def _side(told: dict[str, object], kind: str) -> SideLine:
    """Of two doses the words themselves say it."""
    says = "" if kind == "dose" else _says(str(told["holds"]))
    icon, sort = SORTS[str(told["sort"])]
    words, said = str(told["words"]), str(told["said"])
    at = words.lower().find(said.lower()) if said else -1
    until = at + len(said)
    before, mark, after = (words, "", "") if at < 0 else (words[:at], words[at:until], words[until:])
    return SideLine(icon, sort, str(told["name"]), says, before, mark, after, _url(told))


def _says(holds: str) -> Words:
    return SAYS.get(holds, holds)


def _url(told: dict[str, object]) -> str:
    start, end = int(str(told["start"])), int(str(told["end"]))
    if told["sort"] == WITH_PLACES and end:
        return place_url(TextSpan(upload=str(told["upload"]), sha256=str(told["sha256"]), start=start, end=end,
                                  words="", weight=1.0))  # fmt: skip
    return reverse("upload", args=[str(told["upload"])])
