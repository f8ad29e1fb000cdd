"""The door to films: what is not visible does not exist; what is shown is noted first."""

from uuid import UUID

from django.db.models import QuerySet

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from radiology.models import Film


def films(by: Actor) -> QuerySet[Film]:
    return Film.objects.visible_to(by)


def film(by: Actor, pk: UUID, *, for_change: bool = False) -> Film:
    rows = films(by).select_related("case__patient", "case__site", "upload__case", "claimed_by", "chest_run", "map_run")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if not for_change:
        audit.note_read(by, "film.read", found, case=found.case)
    return found


def film_list(by: Actor, rows: list[Film]) -> list[Film]:
    if rows:
        audit.note_read(by, "film_list.read", rows[0], count=len(rows), cases=[row.case_id for row in rows])
    return rows
