"""Films on their way to a reader: taking one in, putting it upright, overruling the gatekeeper."""

from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Upload
from radiology import kinds
from radiology.models import Film, FilmState
from radiology.policy import is_drawn, policy_of

LEAST_REASON = 10


def take_in(*, by: Actor, upload: Upload, batch: bool = False) -> tuple[Film, bool]:
    """The film and whether it is new. It is opened at once; until then it stands in the list as being opened."""
    by.require(Permission.UPLOAD_ADD)
    if upload.kind not in kinds.PICTURES:
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"kinds": sorted(kinds.PICTURES)})
    known = Film.objects.filter(upload=upload).first()
    if known:
        return known, False
    with audit.act(by, "film.taken_in") as doing:
        film = enter(upload)
        runs.request(by=by, kind=kinds.OPEN, case=upload.case, uploads=[upload], batch=batch)
        doing.about(film, case=upload.case, upload=upload.pk)
    return film, True


def enter(upload: Upload) -> Film:
    """Its row. Whether a second reader reads it is drawn now, before anybody knows what is on it."""
    film = Film(site_id=upload.site_id, upload=upload, case=upload.case)
    film.needs_second = is_drawn(film.pk, policy_of(upload.site_id).second_percent, purpose="second")
    film.save(force_insert=True)
    return film


def put_upright(*, by: Actor, film: Film, quarter_turns: int, is_inverted: bool) -> Film:
    """As a person sees that it should stand. The file stays as it came; the gatekeeper looks again."""
    by.require(Permission.UPLOAD_ADD)
    with audit.act(by, "film.put_upright") as doing:
        locked = lock(film)
        _demand_unread(locked)
        locked.quarter_turns, locked.is_inverted, locked.state = quarter_turns % 4, is_inverted, FilmState.OPENING
        locked.chest_run = locked.map_run = None
        locked.save(update_fields=["quarter_turns", "is_inverted", "state", "chest_run", "map_run"])
        runs.request(by=by, kind=kinds.OPEN, case=locked.case, uploads=[locked.upload], params=correction_of(locked))
        doing.about(locked, case=locked.case, quarter_turns=locked.quarter_turns, inverted=locked.is_inverted)
    return locked


def overrule(*, by: Actor, film: Film, reason: str) -> Film:
    """The engine is asked although the gatekeeper refused. The answer is marked, and counts in no figure."""
    by.require(Permission.FILM_READ)
    words = reason.strip()
    if len(words) < LEAST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in at least %d characters.") % LEAST_REASON]})
    with audit.act(by, "film.gate_overruled") as doing:
        locked = lock(film)
        if locked.state != FilmState.REFUSED or locked.is_overridden:
            raise Refusal(Code.ALREADY_DECIDED)
        locked.override, locked.overridden_by_id = words, by.myself
        locked.save(update_fields=["override", "overridden_by"])
        runs.request(by=by, kind=kinds.CHEST, case=locked.case, uploads=[locked.upload], params=correction_of(locked))
        doing.about(locked, case=locked.case, fields=("override",), reasons=locked.reasons)
    return locked


def lock(film: Film) -> Film:
    rows = Film.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("case__patient", "upload__case", "chest_run").get(pk=film.pk)


def correction_of(film: Film) -> dict[str, object]:
    return {"quarter_turns": film.quarter_turns, "is_inverted": film.is_inverted}


def _demand_unread(film: Film) -> None:
    if film.reads.exists():
        raise Refusal(Code.READ_ALREADY, detail=_("This film has been read as it stands. It is not turned any more."))
