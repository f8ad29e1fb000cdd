"""Looking through broken glass: who she is for as long as such a page is made, and what she may see meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils.translation import gettext as _

from clinic import step_up
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import through_glass
from clinic.errors import Code, Refusal
from clinic.models import BrokenGlass

READS = frozenset({Permission.CASE_VIEW, Permission.UPLOAD_READ, Permission.RUN_VIEW})


@contextmanager
def looking(by: Actor, pk: UUID) -> Iterator[tuple[BrokenGlass, Actor]]:
    """The glass, and an actor who reads at the case's site and does nothing else. Of that site the database shows her
    this case only; what she reads is told to its audit with the glass it was read through."""
    glass = _standing(by, pk)
    reader = Actor(label=by.label, user_id=by.user_id, site_id=glass.site_id, permissions=READS, glass_id=glass.pk,
                   request_id=by.request_id)  # fmt: skip
    with through_glass(glass.pk):
        yield glass, reader


def _standing(by: Actor, pk: UUID) -> BrokenGlass:
    by.require(Permission.GLASS_BREAK)
    glass = BrokenGlass.objects.broken_by(by.user_id).filter(pk=pk).select_related("site").first()
    if glass is None:
        raise Refusal(Code.NOT_FOUND)
    step_up.demand_person(by)
    if not glass.is_standing:
        raise Refusal(Code.NOT_FOUND, detail=_("The half hour is over. What you still need, ask for again."))
    return glass
