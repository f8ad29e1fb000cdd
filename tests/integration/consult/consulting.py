"""Consults for tests. Their runs end as workers end them, without any worker or engine."""

import io
import wave
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from PIL import Image

from clinic import pipeline, speech
from clinic.actions import uploads, work
from clinic.evidence import TextSpan
from clinic.models import Case, Run, RunError, Upload
from clinic.pipeline import Outcome
from clinic.speech_worker import TranscriptAnswer
from consult import kinds
from consult.actions import consults, gathering
from consult.models import Consult, Part
from consult.outcomes import ConsultOutcome, Look, NoteLine, RedFlagTold, Told
from tests.make import Person

WORDS = "Chest pain for two hours, going into the left arm."


def begun(by: Person, case: Case, language: str = "en") -> Consult:
    with by.at_work():
        return consults.begin(by=by.actor, case=case, language=language)


def typed(by: Person, consult: Consult, text: str = WORDS) -> Part:
    with by.at_work():
        return consults.type_in(by=by.actor, consult=consult, text=text)


def png(shade: int = 90) -> bytes:
    """Each shade is another picture."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 80, 70)).save(content, "PNG")
    return content.getvalue()


def picture(by: Person, case: Case, shade: int = 90) -> Upload:
    return _stored(by, case, png(shade), "photo.png")


def sound(seconds: float = 1.0, level: int = 0) -> bytes:
    """A WAV as the recorder sends it: 16 kHz, one channel, 16 bits."""
    content = io.BytesIO()
    with wave.open(content, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(level.to_bytes(2, "little") * round(16_000 * seconds))
    return content.getvalue()


def recording(by: Person, case: Case, level: int = 0) -> Upload:
    """Each level is another recording."""
    return _stored(by, case, sound(level=level), "voice.wav")


def _stored(by: Person, case: Case, content: bytes, name: str) -> Upload:
    with by.at_work():
        return uploads.store_whole(by=by.actor, case=case, chunks=[content], name=name, begins=False)[0]


def brought(by: Person, consult: Consult, upload: Upload) -> Part:
    with by.at_work():
        return consults.bring(by=by.actor, consult=consult, upload=upload)


def _claimed(by: Person, kind: str) -> work.Claim:
    """The newest waiting run of the kind, whatever else waits in its lane."""
    with by.at_work():
        Run.objects.filter(state="queued").update(priority=0)
        newest = Run.objects.filter(kind=kind, state="queued").order_by("-requested_at").first()
        assert newest is not None, f"no run of {kind} waits"
        Run.objects.filter(pk=newest.pk).update(priority=99)
    held = work.claim(lane=newest.lane, worker="tests")
    assert held is not None
    assert held.run_id == newest.pk
    return held


class Named:
    """Stands for an engine of which only the digest matters."""

    digest = "e" * 64

    def __str__(self) -> str:
        return "Consult rules for tests"


def ended(by: Person, kind: str, outcome: Outcome) -> Run:
    held = _claimed(by, kind)
    with by.at_work():
        receipt = SimpleNamespace(as_json=dict)
        chosen: Any = SimpleNamespace(engine=Named(), receipt=receipt) if kind == kinds.ANSWER else None
        assert work.succeed(held, sort=pipeline.kind_named(kind), outcome=outcome, replay={}, chosen=chosen)
        return Run.objects.get(pk=held.run_id)


def failed(by: Person, kind: str, error: RunError = RunError.UNEXPECTED) -> Run:
    held = _claimed(by, kind)
    with by.at_work():
        assert work.fail(held, error=error)
        return Run.objects.get(pk=held.run_id)


def heard(by: Person, text: str = "my throat feels tight") -> Run:
    return ended(by, speech.KIND, transcript(text))


def unheard(problem: str) -> TranscriptAnswer:
    return TranscriptAnswer(problem=problem, language="en")


def transcript(text: str) -> TranscriptAnswer:
    words, at = [], 0
    for number, word in enumerate(text.split()):
        words.append({"text": word, "start": number * 0.3, "end": number * 0.3 + 0.25, "confidence": 0.9,
                      "is_voiced": True, "at": at, "to": at + len(word)})  # fmt: skip
        at += len(word) + 1
    return TranscriptAnswer(language="en", heard_by="pocketsphinx", is_draft=True, seconds=5.0, voiced_s=4.0,
                            text=text, words=tuple(words))  # fmt: skip


def looked(by: Person, kind: str = kinds.PHOTO, **told: Any) -> Run:
    return ended(by, kinds.LOOK, Look(kind=kind, **told))


def answered(by: Person, part: Part | None = None, **told: Any) -> Run:
    return ended(by, kinds.ANSWER, replace(answer(part), **told))


def answer(part: Part | None = None) -> ConsultOutcome:
    """An emergency with a red flag, resting on the first words of a typed part."""
    places: tuple[dict[str, Any], ...] = ()
    if part is not None and part.upload is not None:
        place = TextSpan(upload=str(part.upload_id), sha256=part.upload.sha256, weight=1.0, words=WORDS[:10], start=0,
                         end=10)  # fmt: skip
        places = (place.as_json(),)
    said = Told("Chest pain for two hours.", places)
    return ConsultOutcome(
        label="emergency", scores={"emergency": 1.0},
        probabilities={"self_care": 0.0, "routine": 0.02, "urgent": 0.1, "emergency": 0.88},
        prediction_set=("emergency",), calibrated_on=1000, sentences=(said, Told("Call for help.", (), ("RF-01",))),
        why=(said,), red_flags=(RedFlagTold("RF-01", "Possible heart attack", "Call for help.", places),),
        questions=("Is there sweating?",),
        note=(NoteLine("subjective", said), NoteLine("plan", Told("Call.", (), ("RF-01",)))),
    )  # fmt: skip


def time_goes_on(by: Person, seconds: float = 60.0) -> None:
    """Everything that is waited for is due."""
    with by.at_work():
        now = timezone.now()
        Part.objects.filter(due_at__isnull=False).update(due_at=now)
        for consult in Consult.objects.all():
            consult.answers.filter(ended_at=None).update(due_at=now)
    gathering.time_passed()


def fresh(by: Person, part: Part) -> Part:
    with by.at_work():
        return Part.objects.select_related("upload", "run").get(pk=part.pk)
