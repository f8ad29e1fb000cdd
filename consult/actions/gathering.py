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
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import Result, Run, RunState, Site, UploadSession
from clinic.pipeline import kinds as known_kinds
from consult import kinds
from consult.models import Consult, ConsultAnswer, ConsultWaits, Part, PartState, Sort
from consult.models.parts import WAITED_FOR

ANSWER_S = 5.0  # from being asked for until people are told to do without
WHOLE_S = 14.8  # from the last byte until there is an answer or people are told: the clock is looked at now and then
ANSWERING_S = 0.7  # what looking at the clock and answering take: a part is given up so much before its time is over
MOST_PARTS_READ = 12


def lock(consult: Consult) -> Consult:
    rows = Consult.objects.select_for_update(no_key=True, of=("self",)).select_related("case__patient")
    return rows.get(pk=consult.pk)


# --- reading a part -------------------------------------------------------------------------------------------------


def have_read(*, by: Actor, part: Part) -> None:
    """Asks for the run that reads it. A refused one settles the part: what is there is answered."""
    kind, params = _first_step(part)
    part.due_at = (part.came_at or timezone.now()) + timedelta(seconds=_wait(part) - ANSWERING_S)
    try:
        with audit.together():
            part.run = runs.request(by=by, kind=kind, case=part.consult.case, uploads=_uploads(part), params=params)[0]
    except Refusal as why:
        _settle(part, PartState.FAILED, problem=why.code.value)
    part.save()


def _first_step(part: Part) -> tuple[str, dict[str, Any]]:
    if part.sort == Sort.VOICE:
        return speech.KIND, {"language": part.consult.language}
    return kinds.LOOK, {}


def _uploads(part: Part) -> list[Any]:
    return [part.upload] if part.upload else []


def _wait(part: Part) -> int:
    waits = ConsultWaits.objects.filter(site=part.site_id).first() or ConsultWaits()
    return waits.voice_s if part.sort == Sort.VOICE else waits.picture_s


def session_ended(*, by: Actor, session: UploadSession) -> None:
    """Of a recording, wherever it was finished: by the person, after a crash, or by the janitor; or given up."""
    found = Part.objects.filter(session=session).select_related("consult__case").first()
    if found is None:
        return
    lock(found.consult)
    part = _fresh(found.pk)
    if part is None or part.state != PartState.COMING:
        return
    if session.upload is None or _came_before(part, session):
        _settle(part, PartState.GIVEN_UP)
        part.save()
    else:
        part.upload, part.came_at, part.state = session.upload, timezone.now(), PartState.READ
        have_read(by=by, part=part)
    consider(by=by, consult=part.consult)


def _came_before(part: Part, session: UploadSession) -> bool:
    """The same bytes twice are one upload of the case, and one part here: silence, mostly."""
    return Part.objects.filter(consult=part.consult, upload=session.upload).exists()


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
            consider(by=by, consult=part.consult)


def _go_on(*, by: Actor, part: Part, run: Run) -> None:
    """A picture may need a second look by those who know its kind; all else has settled."""
    asker = Actor.system("consult", part.site_id, by.request_id)
    if run.state == RunState.SUCCEEDED:
        facets = Result.objects.filter(run=run).values_list("facets", flat=True).first() or {}
        following = kinds.after_look(facets) if run.kind == kinds.LOOK else ""
        if following and _ask_next(asker, part, following):
            return
        problem = str(facets.get("problem") or "")
        _settle(part, PartState.FAILED if problem else PartState.THERE, problem=problem)
    else:
        _settle(part, PartState.FAILED, problem=run.error or run.state)
    part.save()


def _ask_next(by: Actor, part: Part, kind: str) -> bool:
    """Whether whoever knows pictures of this kind was asked; where the capability is not there nobody is."""
    if not any(sort.name == kind for sort in known_kinds()):
        return False
    try:
        with audit.together():
            part.run = runs.request(by=by, kind=kind, case=part.consult.case, uploads=_uploads(part))[0]
    except Refusal:
        return False
    part.save(update_fields=["run"])
    return True


def _settle(part: Part, state: PartState, *, problem: str = "") -> None:
    part.state, part.problem, part.settled_at = state, problem[:40], timezone.now()


# --- the answer -----------------------------------------------------------------------------------------------------


def consider(*, by: Actor, consult: Consult) -> Run | None:
    """Under the consult's lock. Nothing is asked while something is waited for, or where nothing is new."""
    parts = list(Part.objects.filter(consult=consult).order_by("number"))
    if any(one.state in WAITED_FOR and not one.is_late for one in parts) or not _is_spoken(parts):
        return None
    latest = ConsultAnswer.objects.filter(consult=consult).order_by("-number").first()
    if latest is not None and _told(parts) == (latest.parts, latest.missing):
        return None
    try:
        with audit.together():
            return ask(by=Actor.system("consult", consult.site_id, by.request_id), consult=consult)
    except Refusal:  # the case was closed meanwhile: what was read stays, nothing more is said
        return None


def _is_spoken(parts: list[Part]) -> bool:
    """Pictures alone are no question yet."""
    return any(one.sort != Sort.PICTURE and one.state != PartState.GIVEN_UP for one in parts)


def _told(parts: list[Part]) -> tuple[list[int], list[str]]:
    there = [one.number for one in parts if one.state == PartState.THERE]
    missing = {one.sort for one in parts if one.state == PartState.FAILED or (one.is_late and one.settled_at is None)}
    return there[-MOST_PARTS_READ:], sorted(missing)


def ask(*, by: Actor, consult: Consult) -> Run | None:
    """Under the consult's lock. The run carries which parts it is to be made of, so that it can be done again."""
    parts = list(Part.objects.filter(consult=consult).select_related("upload__case").order_by("number"))
    numbers, missing = _told(parts)
    if not numbers and not missing:
        return None
    used = [one for one in parts if one.number in numbers]
    number = ConsultAnswer.objects.filter(consult=consult).count() + 1
    params = {"consult": str(consult.pk), "number": number, "language": consult.language, "missing": missing,
              "parts": [kinds.told_of(one) for one in used]}  # fmt: skip
    run, _is_new = runs.request(by=by, kind=kinds.ANSWER, case=consult.case, params=params,
                                uploads=[one.upload for one in used if one.upload])  # fmt: skip
    with audit.act(by, "consult.answer_asked") as doing:
        answer = ConsultAnswer(site_id=consult.site_id, consult=consult, number=number, run=run, parts=numbers,
                               missing=missing, due_at=_due(parts))  # fmt: skip
        answer.save(force_insert=True)
        doing.about(answer, case=consult.case, number=number, missing=missing)
    return run


def _due(parts: list[Part]) -> datetime:
    now = timezone.now()
    last = max((one.came_at for one in parts if one.came_at), default=now)
    promised = min(now + timedelta(seconds=ANSWER_S), last + timedelta(seconds=WHOLE_S))
    return max(promised, now)


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
