"""Lines of an inbox: what it is, whose, where it belongs and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classify import inbox
from classify.models import Document
from classify.specialty import ROUTES
from clinic import sealing
from clinic.authorization.actor import Actor
from clinic.errors import Words
from clinic.models import Urgency
from clinic.sealed_words import said
from clinic.views import shelves
from clinic.views.presenters.case_rows import patient_line
from clinic.views.shelves import ALL, Shelf

PLACE_WORDS: dict[str, str | Promise] = {
    ALL: gettext_lazy("All"),
    inbox.UNDER_WAY: gettext_lazy("Being read"),
    inbox.WAITING: gettext_lazy("For a person"),
    inbox.RETURNED: gettext_lazy("Sent back"),
    **{name: card.words for name, card in ROUTES.classes.items()},
}
UNKNOWN = "urgency_unknown"
_ICONS = {inbox.WAITING: "flag-fill", inbox.UNDER_WAY: "hourglass-split", inbox.RETURNED: "arrow-left"}
SHELF = Shelf("documents", {name: PLACE_WORDS[name] for name in inbox.PLACES}, _ICONS)


@dataclass(frozen=True)
class Row:
    document: Document
    name: Words
    patient: str
    urgency: str
    place: Words
    tone: str
    icon: str
    sure: float | None


def rows(by: Actor, found: Sequence[Document]) -> list[Row]:
    sealing.warm(one.case.patient_id for one in found)
    sure = inbox.how_sure(by, found)
    return [_row(one, sure.get(one.route_run_id)) for one in found]


def _row(document: Document, sure: float | None) -> Row:
    place = _place(document)
    return Row(
        document=document, name=said(lambda: document.upload.name),
        patient=patient_line(document.case.patient, document.case.age_years), urgency=urgency_of(document),
        place=PLACE_WORDS.get(place, place), tone="warn" if place == inbox.WAITING else "line",
        icon=_ICONS.get(place, ""), sure=sure,
    )  # fmt: skip


def urgency_of(document: Document) -> str:
    """Of the case or of its text, whichever cannot wait; where nobody read the text it is unknown, never routine."""
    if document.case.urgency != Urgency.ROUTINE:
        return document.case.urgency
    read = inbox.is_urgent(document)
    return UNKNOWN if read is None else Urgency.URGENT if read else Urgency.ROUTINE


def order_words(place: str) -> Words:
    if inbox.is_newest_first(place):
        return _("The newest stands first.")
    return _("What is urgent stands first, then what could not be read; of each, what waits longest.")


def _place(document: Document) -> str:
    return str(getattr(document, "place", ""))


def filters(by: Actor, place: str) -> list[dict[str, Any]]:
    return SHELF.filters(place, shelves.counts(inbox.documents(by)), always=(ALL, inbox.WAITING, *inbox.INBOXES))
