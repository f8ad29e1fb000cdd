"""Parts are read side by side; when the last has settled, or must not be waited for any longer, an answer is asked for.

Told of three things: a run ended, a recording is whole, time passed. Each takes the consult's lock first, so that of
two parts that settle at the same moment one asks and the other finds that it was asked.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from clinic import audit, speech
from clinic.actions import runs
from clinic.actions.speech import is_long
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import Result, Run, RunState, Site, Upload, UploadKind, UploadSession
from clinic.pipeline import kinds as known_kinds
from consult import kinds, taking
from consult.models import Consult, ConsultAnswer, ConsultWaits, Part, PartState, Sort
from consult.models.parts import UNREAD
from consult.taking import Taken

ANSWERING_S = 0.7  # what looking at the clock and answering take: a part is given up so much before its time is over


def lock(consult: Consult) -> Consult:
    rows = Consult.objects.select_for_update(no_key=True, of=("self",)).select_related("case__patient")
    return rows.get(pk=consult.pk)


# --- reading a part -------------------------------------------------------------------------------------------------


def have_read(*, by: Actor, part: Part, since: datetime | None = None) -> None:
    """Asks for the run that reads it. A refused one settles the part: what is there is answered. `since`: from when on
    it is waited for, where that is not when it came."""
    kind, params = _first_step(part)
    part.due_at = due_for(part.consult, part.sort, since=since or part.came_at)
    try:
        with audit.together():
            part.run = runs.request(by=by, kind=kind, case=part.consult.case, uploads=_uploads(part), params=params,
                                    batch=_is_for_later(part))[0]  # fmt: skip
    except Refusal as why:
        _settle(part, PartState.FAILED, problem=why.code.value)
    part.save()


def read_again(*, by: Actor, part: Part) -> None:
    """One that nobody could read, or that somebody stopped: by whoever is there now."""
    _open_again(part)
    have_read(by=by, part=part, since=timezone.now())


def _open_again(part: Part) -> None:
    part.state, part.problem, part.settled_at, part.is_late = PartState.READ, "", None, False


def _first_step(part: Part) -> tuple[str, dict[str, Any]]:
    if part.sort == Sort.VOICE:
        return speech.KIND, {"language": part.consult.language}
    return kinds.LOOK, {}


def _is_for_later(part: Part) -> bool:
    """Nobody sits and waits for a dictation of an hour, and it must not make others wait for theirs."""
    return part.sort == Sort.VOICE and part.upload is not None and is_long(part.upload)


def _uploads(part: Part) -> list[Any]:
    return [part.upload] if part.upload else []


def due_for(consult: Consult, sort: str, *, since: datetime | None = None) -> datetime:
    """Until when an answer waits for a part of this sort."""
    waits = _waits_of(consult.site_id)
    wait_s = waits.voice_s if sort == Sort.VOICE else waits.picture_s
    return (since or timezone.now()) + timedelta(seconds=wait_s - ANSWERING_S)


def _waits_of(site_id: UUID) -> ConsultWaits:
    return ConsultWaits.objects.filter(site=site_id).first() or ConsultWaits()


def session_ended(*, by: Actor, session: UploadSession) -> None:
    """Of a recording or a file, wherever it was finished: by its person, after a crash, by the janitor; or given up."""
    found = Part.objects.filter(session=session).select_related("consult__case").first()
    if found is None:
        return
    lock(found.consult)
    part = _fresh(found.pk)
    if part is None or part.state != PartState.COMING:
        return
    before = known(part.consult, session.upload)
    if session.upload is None or before is not None:
        _settle(part, PartState.GIVEN_UP)
        part.save()
    else:
        _has_come(by, part, session.upload)
    if before is not None and before.is_unread:
        read_again(by=by, part=before)
    consider(by=by, consult=part.consult)


def _has_come(by: Actor, part: Part, upload: Upload) -> None:
    """What a file is shows when it is there."""
    part.upload, part.came_at, part.state, part.is_late = upload, timezone.now(), PartState.READ, False
    part.sort = Sort.VOICE if upload.kind == UploadKind.AUDIO else Sort.PICTURE
    have_read(by=by, part=part)


def known(consult: Consult, upload: Upload | None) -> Part | None:
    """The same bytes twice are one upload of the case, and one part here: silence, mostly."""
    if upload is None:
        return None
    return Part.objects.filter(consult=consult, upload=upload).select_related("consult__case", "run", "upload").first()


def _fresh(pk: UUID) -> Part | None:
    return Part.objects.filter(pk=pk).select_related("consult__case__patient", "run", "upload").first()


# --- a run ended ----------------------------------------------------------------------------------------------------


def run_ended(*, by: Actor, run: Run) -> None:
    if run.case_id is None:
        return
    if run.kind == kinds.ANSWER:
        ConsultAnswer.objects.filter(run=run, ended_at=None).update(ended_at=timezone.now())
        return
    for found in Part.objects.filter(run=run, settled_at=None).select_related("consult"):
        lock(found.consult)
        part = _fresh(found.pk)
        if part is not None and part.run_id == run.pk and part.state == PartState.READ:
            _go_on(by=by, part=part, run=run)
    if run.state == RunState.SUCCEEDED:
        _read_after_all(by=by, run=run)


def _read_after_all(*, by: Actor, run: Run) -> None:
    """Somebody asked again for what had failed, wherever that was done: it becomes part of the consult."""
    failed = Part.objects.filter(upload__in=run.uploads.all(), state__in=UNREAD).exclude(run=run)
    for found in failed.select_related("consult"):
        lock(found.consult)
        part = _fresh(found.pk)
        if part is not None and part.is_unread and run.kind in _ways(part):
            _open_again(part)
            part.run = run
            _go_on(by=by, part=part, run=run)


def _ways(part: Part) -> set[str]:
    """Kinds of run that may read it: the first, and the one that failed."""
    return {_first_step(part)[0], *([part.run.kind] if part.run else [])}


def _go_on(*, by: Actor, part: Part, run: Run) -> None:
    """A picture may need a second look by those who know its kind; all else has settled. Whoever stops the reading
    asks for no answer."""
    if run.state == RunState.CANCELLED:
        _settle(part, PartState.CANCELLED)
        part.save()
        return
    asker = Actor.system("consult", part.site_id, by.request_id)
    if run.state == RunState.SUCCEEDED:
        facets = Result.objects.filter(run=run).values_list("facets", flat=True).first() or {}
        following = kinds.after_look(facets) if run.kind == kinds.LOOK else ""
        if following and _ask_next(asker, part, following):
            part.save()
            return
        problem = str(facets.get("problem") or "")
        _settle(part, PartState.FAILED if problem else PartState.THERE, problem=problem)
    else:
        _settle(part, PartState.FAILED, problem=run.error or run.state)
    part.save()
    consider(by=by, consult=part.consult)


def _ask_next(by: Actor, part: Part, kind: str) -> bool:
    """Whether whoever knows pictures of this kind was asked; where the capability is not there nobody is."""
    if not any(sort.name == kind for sort in known_kinds()):
        return False
    try:
        with audit.together():
            part.run = runs.request(by=by, kind=kind, case=part.consult.case, uploads=_uploads(part))[0]
    except Refusal:
        return False
    return True


def _settle(part: Part, state: PartState, *, problem: str = "") -> None:
    part.state, part.problem, part.settled_at = state, problem[:40], timezone.now()


# --- the answer -----------------------------------------------------------------------------------------------------


def consider(*, by: Actor, consult: Consult) -> Run | None:
    """Under the consult's lock. Nothing is asked while something is waited for, or where nothing is new."""
    parts = list(Part.objects.filter(consult=consult).order_by("number"))
    if taking.is_worth_waiting(parts) or not taking.is_spoken(parts):
        return None
    latest = _latest(consult)
    if latest is not None and Taken.of(parts) == Taken.by(latest):
        return None
    try:
        with audit.together():
            return ask(by=Actor.system("consult", consult.site_id, by.request_id), consult=consult)
    except Refusal:  # the case was closed meanwhile: what was read stays, nothing more is said
        return None


def _latest(consult: Consult) -> ConsultAnswer | None:
    return ConsultAnswer.objects.filter(consult=consult).select_related("run").order_by("-number").first()


def ask(*, by: Actor, consult: Consult) -> Run | None:
    """Under the consult's lock. The run carries which parts it is to be made of, so that it can be done again."""
    parts = list(Part.objects.filter(consult=consult).select_related("upload__case").order_by("number"))
    taken, latest = Taken.of(parts), _latest(consult)
    if not taken.numbers and not taken.missing:
        return None
    used = [one for one in parts if one.number in taken.numbers]
    number = latest.number + 1 if latest else 1
    params = {"consult": str(consult.pk), "number": number, "language": consult.language, "missing": taken.missing,
              "parts": [kinds.told_of(one, edits=taken.edits.get(one.number, 0)) for one in used]}  # fmt: skip
    run, _is_new = runs.request(by=by, kind=kinds.ANSWER, case=consult.case, params=params,
                                uploads=[one.upload for one in used if one.upload])  # fmt: skip
    with audit.act(by, "consult.answer_asked") as doing:
        due = taking.due(parts, _waits_of(consult.site_id), now=timezone.now(),
                         answered=latest.asked_at if latest else None)  # fmt: skip
        answer = ConsultAnswer(site_id=consult.site_id, consult=consult, number=number, run=run, parts=taken.numbers,
                               missing=taken.missing, due_at=due)  # fmt: skip
        answer.save(force_insert=True)
        doing.about(answer, case=consult.case, number=number, missing=taken.missing)
    return run


# --- time passed ----------------------------------------------------------------------------------------------------


def time_passed() -> int:
    """What is late is not waited for, and where no engine answers in time people are told."""
    return sum(_time_passed_at(site.pk) for site in Site.objects.filter(closed_at=None).only("pk"))


def _time_passed_at(site_id: UUID) -> int:
    with scope(site=site_id):
        by, now = Actor.system("consult", site_id=site_id), timezone.now()
        late = Part.objects.filter(site=site_id, settled_at=None, is_late=False, due_at__lte=now)
        found = list(late.select_related("consult")[:100])
        for one in found:
            _is_late(by, one)
        return len(found) + _nobody_answered(by, site_id, now)


def _is_late(by: Actor, found: Part) -> None:
    with audit.act(by, "consult.part_late") as doing:
        lock(found.consult)
        part = _fresh(found.pk)
        if part is None or part.settled_at is not None:
            doing.nothing_happened()
            return
        part.is_late = True
        part.save(update_fields=["is_late"])
        doing.about(part, case=part.consult.case, sort=part.sort)
        consider(by=by, consult=part.consult)


def _nobody_answered(by: Actor, site_id: UUID, now: datetime) -> int:
    waiting = ConsultAnswer.objects.filter(site=site_id, ended_at=None, person_needed_at=None, due_at__lte=now)
    found = list(waiting.select_related("consult__case")[:100])
    for answer in found:
        with audit.act(by, "consult.person_needed") as doing:
            doing.about(answer, case=answer.consult.case, number=answer.number)
            rows = ConsultAnswer.objects.filter(pk=answer.pk, ended_at=None, person_needed_at=None)
            if not rows.update(person_needed_at=now):
                doing.nothing_happened()
    return len(found)


def runs_of(consult: Consult) -> QuerySet[Any, Any]:
    """Of its parts and its answers."""
    read = Part.objects.filter(consult=consult, run__isnull=False).values_list("run", flat=True)
    return read.union(ConsultAnswer.objects.filter(consult=consult).values_list("run", flat=True))
