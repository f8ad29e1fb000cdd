"""Who may not see yet what the engine says of a film: readers who have not sealed their own reading.

Others are not kept from it: a clinician who waits for the report is no reader, and for her it stays preliminary. Nor is
anybody once the film is read to the end: there is nothing left to judge without it.
"""

from collections.abc import Iterable
from uuid import UUID

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Result
from radiology.models import Film, FilmRead, ReadState
from radiology.policy import policy_of, reads_first


def concealed(results: Iterable[Result], viewer: Actor) -> frozenset[UUID]:
    """Of these answers, the ids of those that this person may not see yet."""
    if not viewer.can(Permission.FILM_READ) or viewer.user_id is None:
        return frozenset()
    of_run = {result.run_id: result.pk for result in results}
    films = Film.objects.filter(chest_run__in=of_run).exclude(reads__reader=viewer.user_id)
    films = films.exclude(read_state=ReadState.DONE)
    policy = policy_of(viewer.here)
    asked = films.values_list("pk", "chest_run")
    return frozenset(of_run[run_id] for film_id, run_id in asked if run_id and reads_first(film_id, policy))


def is_concealed(film: Film, viewer: Actor) -> bool:
    return _is_to_read(film, viewer) and reads_first(film.pk, policy_of(film.site_id))


def shows_others(film: Film, viewer: Actor) -> bool:
    """Whether a colleague's reading may be seen: no secret once one's own is sealed, or to who reads no films."""
    return not _is_to_read(film, viewer)


def _is_to_read(film: Film, viewer: Actor) -> bool:
    if not viewer.can(Permission.FILM_READ) or film.read_state == ReadState.DONE:
        return False
    return not FilmRead.objects.filter(film=film, reader=viewer.user_id).exists()
