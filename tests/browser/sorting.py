"""Documents in every state, made by the stagehand through the real reader of texts and the real engine."""

import time

from classify import inbox
from classify.actions import batches, documents
from classify.demo import SCENES
from classify.models import Document
from clinic.models import Case
from tests import make
from tests.integration.classify.test_batches import zipped
from tests.make import Person

WITHIN_S = 60
NO_LETTER = "Ohne Befund, der Patient fühlt sich wohl und wünscht eine Bescheinigung für die Schule. Die Familie dankt."


def document(by: Person, case: Case, text: str, name: str) -> Document:
    """Read, and sorted or sent to a person."""
    with by.at_work():
        taken, _is_new = documents.paste(by=by.actor, case=case, text=text, name=name)
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with by.at_work():
            now = inbox.documents(by.actor).get(pk=taken.pk)
        if now.route_run_id is not None:
            return now
        time.sleep(0.1)
    raise AssertionError(f"the document was not sorted in {WITHIN_S} s")


def together(by: Person, case: Case) -> str:
    """An archive of two, of which one is no document."""
    files = (("letter.txt", SCENES[2].text.encode()), ("broken.txt", bytes(60)))
    upload = make.upload(by, case, data=zipped(*files), name="letters.zip")
    with by.at_work():
        run, _is_new = batches.ask(by=by.actor, upload=upload)
    until = time.monotonic() + WITHIN_S
    while not make.fresh_run(by, run).is_final and time.monotonic() < until:
        time.sleep(0.1)
    return str(run.pk)


def scene(by: Person) -> dict[str, str]:
    """One that was sorted, one in doubt, one that cannot be read."""
    case = make.case(by, question="Referral: palpitations")
    sure = document(by, case, SCENES[0].text, SCENES[0].name)
    doubtful = document(by, case, SCENES[1].text, SCENES[1].name)
    foreign = document(by, case, NO_LETTER, "bescheinigung.txt")
    return {"document": str(sure.pk), "document_doubtful": str(doubtful.pk), "document_unreadable": str(foreign.pk),
            "document_case": str(case.pk), "document_batch": together(by, case)}  # fmt: skip
