"""A search by meaning is asked of a worker; by words it is answered here and at once."""

from typing import Any

from clinic import audit
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Run
from coaching import kinds
from coaching.models import Search
from coaching.outcomes import Matched


def ask(*, by: Actor, query: str, filters: dict[str, Any]) -> Search:
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.searched") as doing:
        row = Search(site_id=by.here, person_id=by.myself, query=query, filters=filters)
        row.save(force_insert=True)
        runs.request(by=Actor.system("coaching", row.site_id), kind=kinds.SEARCH, params={"search": str(row.pk)})
        doing.about(row, fields=("query",))
    return row


def found(*, run: Run, outcome: Matched, by: Actor) -> None:
    Search.objects.filter(pk=run.params["search"]).update(found=outcome.private["found"])
