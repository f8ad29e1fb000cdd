"""Films that somebody has in hand when she may no longer read."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import ngettext

from clinic import audit, holding, in_hand
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.in_hand import Sort
from radiology.actions.films import lock
from radiology.models import Film


def films_of(person_id: UUID, site_id: UUID) -> QuerySet[Film]:
    return Film.objects.filter(site=site_id, claimed_by=person_id)


def put_back(*, by: Actor, row: Film) -> None:
    with audit.act(by, "film.released") as doing:
        locked = lock(row)
        holding.put_back(locked)
        locked.save(update_fields=holding.COLUMNS)
        doing.about(locked, case=locked.case)


in_hand.register(Sort(
    name="films", needs=Permission.FILM_READ, rows="radiology.actions.leaving:films_of",
    let_go="radiology.actions.leaving:put_back", words=lambda n: ngettext("%d film", "%d films", n) % n,
))  # fmt: skip
