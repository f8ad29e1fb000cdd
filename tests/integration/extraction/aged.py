"""Documents whose facts were checked long ago, and the list of what would be deleted of them."""

from datetime import timedelta

from django.utils import timezone

from clinic import retention
from clinic.actions import cases
from clinic.actions import retention as acts
from clinic.models import CaseState, Upload
from extraction.actions import checking
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction import finding
from tests.make import Person


def checked(by: Person, *, days: int, text: str = finding.LETTER, is_closed: bool = True,
            is_told: bool = True) -> FactSheet:  # fmt: skip
    """Its last fact was settled so many days ago, and its deletion announced in time."""
    found: FactSheet = finding.found(by, make.case(by), text)
    with by.at_work():
        for key in finding.keys(by, found):
            checking.accept(by=by.actor, sheet=found, key=key)
        checking.finish(by=by.actor, sheet=found)
        FactSheet.objects.filter(pk=found.pk).update(finished_at=timezone.now() - timedelta(days=days))
        if is_told:
            Upload.objects.filter(pk=found.upload_id).update(going_told_at=timezone.now() - timedelta(days=8))
        if is_closed:
            cases.move(by=by.actor, case=found.case, to=CaseState.CLOSED, reason="All is said.")
    return found


def listed(admin: Person) -> list[retention.Due]:
    with admin.at_work():
        return retention.due(admin.site.pk)


def delete(admin: Person, seen: str | None = None) -> int:
    found = listed(admin)
    with admin.at_work():
        return acts.expire(by=admin.actor, seen=retention.name_of(found) if seen is None else seen,
                           confirmed=timezone.now())  # fmt: skip
