"""Writing in the picture of a film: a person has looked, and says what becomes of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, holding
from clinic.actions import runs, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Upload
from clinic.uploads import StoredUpload
from radiology import kinds
from radiology.actions.films import LEAST_REASON, correction_of, lock, take_in
from radiology.inference.film import Unreadable
from radiology.inference.masking import masked_bounded
from radiology.models import Film, FilmState, TextState
from radiology.models.films import BURNED_IN
from radiology.policy import policy_of

ALLOWED, MASKED, KEPT_OUT = TextState.ALLOWED.value, TextState.MASKED.value, TextState.KEPT_OUT.value
VERDICTS = (ALLOWED, MASKED, KEPT_OUT)


def decide(*, by: Actor, film: Film, verdict: str, reason: str) -> Film:
    """Of a film that waits for it, once. The film that goes on: this one, or the new one without the writing."""
    by.require(Permission.FILM_READ)
    if by.key_id is not None:
        raise Refusal(Code.PERSON_NEEDED)
    words = _reason(reason)
    if verdict == ALLOWED:
        return _allow(by, film, words)
    if verdict == KEPT_OUT:
        return _withhold(by, film, words, TextState.KEPT_OUT)
    if verdict == MASKED:
        return _mask(by, film, words)
    raise Refusal(Code.INVALID, fields={"verdict": [_("Choose one of the listed answers.")]})


def _reason(said: str) -> str:
    words = said.strip()
    if len(words) < LEAST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in at least %d characters.") % LEAST_REASON]})
    return words


def _allow(by: Actor, film: Film, words: str) -> Film:
    """Nobody is named there. Where nothing else was in the way, the engine is asked."""
    with audit.act(by, "film.text_decided") as doing:
        locked = _locked(film)
        _note(locked, by, words, TextState.ALLOWED)
        locked.gate = locked.gate | {"reasons": [code for code in locked.reasons if code != BURNED_IN]}
        was_refused = locked.state == FilmState.REFUSED
        if was_refused and not locked.reasons:
            locked.state = FilmState.READY
        locked.save()
        if was_refused and locked.state == FilmState.READY and locked.chest_run_id is None:
            params = correction_of(locked) | {"disable_cam": not policy_of(locked.site_id).has_maps}
            runs.request(by=by, kind=kinds.CHEST, case=locked.case, uploads=[locked.upload], params=params)
        doing.about(locked, case=locked.case, fields=("text_reason",), verdict=locked.text_state)
    return locked


def _withhold(by: Actor, film: Film, words: str, state: TextState) -> Film:
    with audit.act(by, "film.text_decided") as doing:
        locked = _locked(film)
        _note(locked, by, words, state)
        locked.state = FilmState.WITHHELD
        holding.put_back(locked)
        locked.save()
        doing.about(locked, case=locked.case, fields=("text_reason",), verdict=locked.text_state)
    return locked


def _mask(by: Actor, film: Film, words: str) -> Film:
    """The file stays as it came, and is read by nobody any more; a new one without the writing takes its place."""
    if not film.text_boxes:
        raise Refusal(Code.INVALID, fields={"verdict": [_("No place of writing is known on this film.")]})
    try:
        data = masked_bounded(StoredUpload(film.upload), film.text_boxes)
    except Unreadable as why:
        raise Refusal(Code.NO_PICTURE, facts={"problem": why.code}) from None
    with audit.together():
        withheld = _withhold(by, film, words, TextState.MASKED)
        upload = _kept(by, withheld, data)
        made, is_new = take_in(by=by, upload=upload)
        if is_new:
            made = lock(made)
            made.masked_from = withheld
            made.save(update_fields=["masked_from"])
    return made


def _kept(by: Actor, film: Film, data: bytes) -> Upload:
    name = _("Masked film") + (".dcm" if film.upload.content_type == "application/dicom" else ".png")
    return uploads.store_whole(by=by, case=film.case, chunks=[data], name=name, begins=False, is_ready=True)[0]


def _locked(film: Film) -> Film:
    locked = lock(film)
    if not locked.awaits_look_at_text:
        raise Refusal(Code.ALREADY_DECIDED)
    locked.case.check_takes_additions()
    return locked


def _note(film: Film, by: Actor, words: str, state: TextState) -> None:
    film.text_state, film.text_reason, film.text_by_id, film.text_at = state, words, by.myself, timezone.now()
