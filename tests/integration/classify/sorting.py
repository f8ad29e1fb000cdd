"""Documents for tests, read and sorted as workers do it, without any engine."""

from typing import Any

from classify import inbox
from classify.actions import batches, documents
from classify.inference.specialties import LABELS
from classify.models import Document, TextPrint
from classify.outcomes import RouteAnswer
from clinic import pipeline, texts
from clinic.actions import work
from clinic.evidence import TextSpan
from clinic.models import Case, Run
from clinic.pipeline import Outcome
from clinic.texts_worker import TextOutcome
from tests import make
from tests.integration.radiology.reading import archive
from tests.make import Person

LETTER = "Dear colleague, this girl has had palpitations for two weeks."


def document(by: Person, case: Case, text: str = LETTER, name: str = "letter.txt") -> Document:
    with by.at_work():
        return documents.paste(by=by.actor, case=case, text=text, name=name)[0]


def finish(by: Person, kind: str, outcome: Outcome) -> Run:
    """The waiting run of the kind comes to its end, whatever else waits in its lane."""
    with by.at_work():
        Run.objects.filter(kind=kind, state="queued").update(priority=99)
    held = work.claim(lane="cpu", worker="tests")
    assert held is not None
    with by.at_work():
        run = Run.objects.get(pk=held.run_id)
        assert run.kind == kind
        assert work.succeed(held, sort=pipeline.kind_named(kind), outcome=outcome, replay={})
        return run


def read(by: Person, text: str = LETTER, **told: Any) -> Run:
    page = {"number": 1, "start": 0, "end": len(text), "source": "plain", "confidence": None, "words": []}
    return finish(
        by, texts.KIND, TextOutcome(**{"text": text, "source": "text", "language": "en", "pages": (page,)} | told)
    )


def say(label: str = "cardiology", sure: float = 0.95, *, document: Document | None = None, **told: Any) -> RouteAnswer:
    rest = (1 - sure) / (len(LABELS) - 1)
    chances = {name: sure if name == label else rest for name in LABELS}
    facts: dict[str, Any] = {
        "scores": chances, "probabilities": chances, "prediction_set": (label,), "calibrated_on": 500,
        "evidence": (_word(document),) if document else (),
    }  # fmt: skip
    return RouteAnswer(label=label, **facts | told)


def _word(document: Document) -> TextSpan:
    start = LETTER.index("palpitations")
    return TextSpan(upload=str(document.upload_id), sha256=document.upload.sha256, weight=0.41, words="palpitations",
                    start=start, end=start + len("palpitations"))  # fmt: skip


def routed(by: Person, document: Document, answer: RouteAnswer | None = None, *, text: str = LETTER) -> Any:
    """Read, then sorted."""
    read(by, text)
    finish(by, "classify.document", answer or say(document=document))
    return fresh(by, document)


def many(by: Person, case: Case) -> Run:
    """Two files of an archive: one becomes a document, the other does not. Nobody works here."""
    upload = make.upload(by, case, data=archive(), name="letters.zip")
    with by.at_work():
        run, _is_new = batches.ask(by=by.actor, upload=upload)
        batches.take_out(by=by.actor, run=run, case=case, number=0, name="many.txt", data=f"Many. {LETTER}".encode())
        batches.leave_out(by=by.actor, run=run, number=1, name="bad.txt", problem="encrypted")
    return run


def printed(by: Person, case: Case) -> TextPrint:
    """What a copy of a document would be known by. Nobody works here."""
    found = document(by, case, f"Known. {LETTER}", "known.txt")
    with by.at_work():
        return TextPrint.objects.create(site=by.site, document=found, signature=b"signature", bands=[1])


def fresh(by: Person, document: Document) -> Any:
    with by.at_work():
        return inbox.documents(by.actor).select_related("case__patient", "upload__case").get(pk=document.pk)
