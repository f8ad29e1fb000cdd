"""Lines of the list: which document, whose, how many facts, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import sealing
from clinic.authorization.actor import Actor
from clinic.errors import Words
from clinic.sealed_words import said
from clinic.views import shelves
from clinic.views.presenters.case_rows import patient_line
from clinic.views.shelves import ALL, Shelf
from extraction import shelf
from extraction.asking import Asking
from extraction.models import FactSheet

PLACE_WORDS: dict[str, str | Promise] = {
    ALL: gettext_lazy("All"),
    shelf.TO_CHECK: gettext_lazy("To check"),
    shelf.UNREAD: gettext_lazy("Not read"),
    shelf.UNDER_WAY: gettext_lazy("Being read"),
    shelf.FINISHED: gettext_lazy("Checked"),
    shelf.COLD: gettext_lazy("Put away"),
}
_ICONS = {shelf.TO_CHECK: "flag-fill", shelf.UNREAD: "exclamation-triangle", shelf.UNDER_WAY: "hourglass-split",
          shelf.FINISHED: "check-lg", shelf.COLD: "archive"}  # fmt: skip
SHELF = Shelf("sheets", PLACE_WORDS, _ICONS)
_TONES = {shelf.TO_CHECK: "warn", shelf.UNREAD: "danger", shelf.FINISHED: "ok"}


@dataclass(frozen=True)
class Row:
    sheet: FactSheet
    name: Words
    patient: str
    place: Words
    tone: str
    icon: str
    again: Words = ""  # what became of asking once more


def rows(found: Sequence[FactSheet]) -> list[Row]:
    sealing.warm(one.case.patient_id for one in found)
    return [_row(one) for one in found]


def _row(sheet: FactSheet) -> Row:
    place, asking = str(getattr(sheet, "place", "")), Asking.of(sheet)
    return Row(
        sheet=sheet, name=said(lambda: sheet.upload.name),
        patient=patient_line(sheet.case.patient, sheet.case.age_years), place=_place(place, asking),
        tone=_TONES.get(place, "line"), icon=_ICONS.get(place, ""), again=_again(place, asking),
    )  # fmt: skip


def _place(place: str, asking: Asking) -> Words:
    """Of what nobody read, whether nobody could or somebody stopped it."""
    if place == shelf.UNREAD and asking.is_cancelled:
        return _("Stopped")
    if place == shelf.UNREAD and asking.is_dead:
        return _("No answer")
    return PLACE_WORDS.get(place, place)


def _again(place: str, asking: Asking) -> Words:
    if asking.is_again or (place == shelf.UNREAD and asking.is_under_way):
        return _("Asked again")
    return _("Asked again: no answer") if asking.is_again_in_vain else ""


def filters(by: Actor, place: str) -> list[dict[str, Any]]:
    return SHELF.filters(place, shelves.counts(shelf.sheets(by)), always=shelf.PLACES)
