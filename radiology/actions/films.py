"""Films on their way to a reader: taking one in, asking about it, putting it upright, overruling the gatekeeper."""

from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import cases, runs, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.intake import Received
from clinic.models import Case, Run, Upload
from clinic.uploads import store
from radiology import kinds
from radiology.film_words import sentence
from radiology.models import Film, FilmState
from radiology.policy import is_drawn, policy_of

LEAST_REASON = 10


def take_in(*, by: Actor, upload: Upload, batch: bool = False, disable_cam: bool | None = None) -> tuple[Film, bool]:
    """The film and whether it is new. It is opened at once; until then it stands in the list as being opened."""
    by.require(Permission.UPLOAD_ADD)
    if upload.kind not in kinds.PICTURES:
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"kinds": sorted(kinds.PICTURES)})
    with audit.act(by, "film.taken_in") as doing:
        film, is_new = enter(upload)
        if not is_new:
            doing.nothing_happened()
            return film, False
        params = {} if disable_cam is None else {"disable_cam": disable_cam}
        runs.request(by=by, kind=kinds.OPEN, case=upload.case, uploads=[upload], batch=batch, params=params)
        doing.about(film, case=upload.case, upload=upload.pk)
    return film, True


def add(*, by: Actor, case: Case, received: Received, name: str, disable_cam: bool) -> Film:
    """One file from outside that is to be read as a film. What no film can be is not kept."""
    if received.kind not in kinds.PICTURES:
        store().delete(received.object_name)
        raise Refusal(Code.TYPE_NOT_ALLOWED, detail=_("Only JPEG, PNG and DICOM files are read as films."))
    upload, _is_new = uploads.add(by=by, case=case, received=received, name=name, begins=False)
    return take_in(by=by, upload=upload, disable_cam=disable_cam)[0]


def ask(*, by: Actor, film: Film, disable_cam: bool = False) -> Run:
    """The next step towards an answer: opening it, or the engine. What stands in the way is said."""
    match film.state:
        case FilmState.OPENING:
            params = correction_of(film) | {"disable_cam": disable_cam}
            return runs.request(by=by, kind=kinds.OPEN, case=film.case, uploads=[film.upload], params=params)[0]
        case FilmState.UNREADABLE:
            raise Refusal(Code.UNREADABLE, detail=_in_words([film.problem]), facts={"reasons": [film.problem]})
        case FilmState.REFUSED if not film.is_overridden:
            raise Refusal(Code.NOT_FOR_ENGINE, detail=_in_words(film.reasons), facts={"reasons": film.reasons})
    return _ask_engine(by, film, disable_cam)


def _in_words(codes: list[str]) -> str:
    found = [sentence(code) for code in codes]
    return " ".join(f"{one.why} {one.what_to_do}" for one in found)


def _ask_engine(by: Actor, film: Film, disable_cam: bool) -> Run:
    """Anew about a film that is fit for it: whichever engine answers now. Where it is the one that answered before,
    what it said is taken from there."""
    params = correction_of(film) | {"disable_cam": disable_cam or not policy_of(film.site_id).has_maps}
    run, _is_new = runs.request(by=by, kind=kinds.CHEST, case=film.case, uploads=[film.upload], params=params)
    return run


def enter(upload: Upload) -> tuple[Film, bool]:
    """Its row, and whether it is new. Whether a second reader reads it is drawn now, before anybody knows what is on
    it. The lock on the case keeps two from entering it at once."""
    cases.lock(upload.case)
    if known := Film.objects.filter(upload=upload).first():
        return known, False
    film = Film(site_id=upload.site_id, upload=upload, case=upload.case)
    film.needs_second = is_drawn(film.pk, policy_of(upload.site_id).second_percent, purpose="second")
    film.save(force_insert=True)
    return film, True


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
    if by.key_id is not None:
        raise Refusal(Code.PERSON_NEEDED)
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
