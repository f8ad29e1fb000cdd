"""Beginning a consult, adding to it, and seeing its red flags."""

from django.utils import timezone

from clinic import audit
from clinic.actions import cases, runs, texts, uploads
from clinic.audit import Act
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, Run, Upload, UploadKind, UploadSession
from consult import kinds
from consult.actions import gathering
from consult.models import Consult, ConsultAnswer, Part, PartState, Sort

RECORDING_TYPE, RECORDING_NAME = "audio/wav", "recording.wav"
MOST_PARTS = 40


def begin(*, by: Actor, case: Case, language: str) -> Consult:
    by.require(Permission.UPLOAD_ADD)
    with audit.act(by, "consult.begun") as doing:
        cases.lock(case).check_takes_additions()
        consult = Consult(site_id=case.site_id, case=case, language=language, opened_by_id=by.user_id)
        consult.save(force_insert=True)
        doing.about(consult, case=case, language=language)
    return consult


def record(*, by: Actor, consult: Consult, name: str = "", declared_type: str = "") -> UploadSession:
    """A recording that goes on: its pieces come one by one, and it is read while they come."""
    by.require(Permission.UPLOAD_ADD)
    with audit.act(by, "consult.recording_begun") as doing:
        gathering.lock(consult)
        session = uploads.open_session(
            by=by, case=consult.case, name=name or RECORDING_NAME, declared_type=declared_type or RECORDING_TYPE,
            language=consult.language,
        )  # fmt: skip
        _add(doing, consult, Sort.VOICE, state=PartState.COMING, session=session)
    return session


def receive(*, by: Actor, consult: Consult, name: str, declared_type: str = "", declared_size: int) -> UploadSession:
    """A file on its way is a part already: what becomes of the page that sends it, it is not left lying in the case."""
    by.require(Permission.UPLOAD_ADD)
    with audit.act(by, "consult.file_begun") as doing:
        gathering.lock(consult)
        session = uploads.open_session(by=by, case=consult.case, name=name, declared_type=declared_type,
                                       declared_size=declared_size)  # fmt: skip
        _add(doing, consult, Sort.PICTURE, state=PartState.COMING, session=session,
             due_at=gathering.due_for(consult, Sort.PICTURE))  # fmt: skip
    return session


def hear(*, by: Actor, consult: Consult, upload: Upload) -> Part:
    """A recording that is whole already: a file somebody brought."""
    return _bring(by, consult, Sort.VOICE, upload, frozenset({UploadKind.AUDIO.value}))


def show(*, by: Actor, consult: Consult, upload: Upload) -> Part:
    """A picture is looked at as soon as it is there, while the person still speaks."""
    return _bring(by, consult, Sort.PICTURE, upload, kinds.PICTURES)


def bring(*, by: Actor, consult: Consult, upload: Upload) -> Part:
    """A file of the case, as what it is."""
    return (hear if upload.kind == UploadKind.AUDIO else show)(by=by, consult=consult, upload=upload)


def type_in(*, by: Actor, consult: Consult, text: str) -> Part:
    """Words need no reading: they are there at once. The same words a second time are the same part."""
    by.require(Permission.UPLOAD_ADD)
    upload = texts.pasted(by=by, case=consult.case, text=text, begins=False)
    with audit.act(by, "consult.part_added") as doing:
        gathering.lock(consult)
        if before := gathering.known(consult, upload):
            doing.nothing_happened()
            return before
        now = timezone.now()
        part = _add(doing, consult, Sort.WORDS, state=PartState.THERE, upload=upload, came_at=now, settled_at=now)
        gathering.consider(by=by, consult=consult)
    return part


def _bring(by: Actor, consult: Consult, sort: Sort, upload: Upload, fitting: frozenset[str]) -> Part:
    by.require(Permission.UPLOAD_ADD)
    if upload.case_id != consult.case_id:
        raise Refusal(Code.NOT_FOUND)
    if upload.kind not in fitting:
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"at_least": 1, "at_most": 1, "kinds": sorted(fitting)})
    with audit.act(by, "consult.part_added") as doing:
        gathering.lock(consult)
        before = gathering.known(consult, upload)
        if before is None:
            part = _add(doing, consult, sort, state=PartState.READ, upload=upload, came_at=timezone.now())
            gathering.have_read(by=by, part=part)
            return part
        doing.nothing_happened()
    return read_again(by=by, part=before) if before.is_unread else before


def read_again(*, by: Actor, part: Part) -> Part:
    """What nobody could read, or somebody stopped: by whoever is there now. The second to press it asks nothing."""
    by.require(Permission.RUN_REQUEST)
    with audit.act(by, "consult.part_read_again") as doing:
        consult = gathering.lock(part.consult)
        part = Part.objects.select_related("consult__case", "upload", "run").get(pk=part.pk)
        doing.about(part, case=consult.case, sort=part.sort, number=part.number)
        if part.is_unread:
            gathering.read_again(by=by, part=part)
        else:
            doing.nothing_happened()
    return part


def _add(doing: Act, consult: Consult, sort: Sort, **columns: object) -> Part:
    number = Part.objects.filter(consult=consult).count() + 1
    if number > MOST_PARTS:
        raise Refusal(Code.CONSULT_IS_FULL)
    part = Part(site_id=consult.site_id, consult=consult, number=number, sort=sort, **columns)
    part.save(force_insert=True)
    doing.about(part, case=consult.case, sort=sort.value, number=number)
    return part


def answer_again(*, by: Actor, consult: Consult) -> Run:
    """With what stands there now: words that were confirmed or corrected, parts that came late."""
    by.require(Permission.RUN_REQUEST)
    with audit.together():
        gathering.lock(consult)
        run = gathering.ask(by=by, consult=consult)
    if run is None:
        raise Refusal(Code.NOTHING_TO_ANSWER)
    return run


def see_flags(*, by: Actor, answer: ConsultAnswer) -> None:
    """She has seen what the rules warn of. It changes nothing else; the second to press it is not noted."""
    by.require(Permission.UPLOAD_ADD)
    with audit.act(by, "consult.flags_seen") as doing:
        doing.about(answer, case=answer.consult.case, number=answer.number)
        rows = ConsultAnswer.objects.filter(pk=answer.pk, seen_at=None)
        if not rows.update(seen_by=by.user_id, seen_at=timezone.now()):
            doing.nothing_happened()


def cancel(*, by: Actor, consult: Consult) -> int:
    """Whatever is read or answered for it now stops, and no answer is asked for because of that; what came stays."""
    consult.case.check_takes_additions()
    under_way = Run.objects.filter(pk__in=gathering.runs_of(consult)).active()
    stopped = 0
    for run in under_way:
        runs.cancel(by=by, run=run)
        stopped += 1
    return stopped
