"""Documents in every state, made by the stagehand through the real reader of texts and the real engine."""

import random
import time
from typing import Any

from classify import inbox
from classify.actions import batches, documents
from classify.demo import SCENES
from classify.inference.specialties import LABELS
from classify.models import Document
from clinic.actions import claims, consents, flags, reviews
from clinic.models import Case, Deployment, Purpose, Result, ReviewItem, Run
from tests import make
from tests.integration.classify.test_batches import zipped
from tests.integration.engines.challengers import decided, prove
from tests.make import Person

WITHIN_S = 120
LABEL_OF = dict(zip((one.name for one in SCENES), ("cardiology", "emergency", "dermatology", "gastroenterology"),
                    strict=False))  # fmt: skip
WRITTEN_HERE = "Thank you for seeing this child with a glazed heel after camp, asked for the {} time. Please advise."
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
    raise AssertionError(f"the document was not sorted in {WITHIN_S} s: {_how_far(by, taken)}")


def _how_far(by: Person, taken: Document) -> str:
    with by.at_work():
        runs = Run.objects.filter(case=taken.case_id).values_list("kind", "state", "error", "detail_code", "worker")
        live = Deployment.objects.filter(capability="classify.document").values_list("state", "percent", "out_reason")
        return f"runs {list(runs)}, engines {list(live)}"


def doubtful(by: Person, count: int, seed: int) -> list[dict[str, Any]]:
    """Half of one letter and half of another, each in words of its own: what they are about is for a person to say."""
    drawn = random.Random(seed)
    return [_waiting(by, *_mixed(drawn), f"letter-{number}.txt") for number in range(count)]


def _mixed(drawn: random.Random) -> tuple[str, str]:
    first, second = drawn.sample(SCENES[:4], 2)
    halves = [_sentences(one.words, drawn) for one in (first, second)]
    return f"Dear colleague, {' '.join(halves)} Seen on the {drawn.randint(2, 28)}th.", LABEL_OF[first.name]


def _sentences(words: str, drawn: random.Random) -> str:
    found = [one.strip() for one in " ".join(words.split()).split(". ")[1:-1]]
    return ". ".join(drawn.sample(found, 2)) + "."


def _waiting(by: Person, text: str, label: str, name: str) -> dict[str, Any]:
    """It waits for a person; an answer that may stand is sent to review by hand."""
    found = document(by, make.case(by, question="Where does this letter belong?"), text, name)
    with by.at_work():
        item = ReviewItem.objects.filter(run=found.route_run_id).first()
        if item is None:
            answer = Result.objects.get(run=found.route_run_id)
            item = flags.ask(by=by.actor, result=answer, note="A second look, if you can.")
        said = item.result.facets["label"] if item.result else ""
    return {"pk": str(item.pk), "label": label, "said": said, "risk": item.risk}


def corrected(by: Person, readers: list[Person], count: int) -> None:
    """Documents of which people say something else than the engine; their patients agree to training."""
    for number in range(count):
        item = _waiting(by, WRITTEN_HERE.format(number), "pulmonology", f"camp-{number}.txt")["pk"]
        with by.at_work():
            case = ReviewItem.objects.get(pk=item).case
            assert case is not None
            consents.record(by=by.actor, case=case, purpose=Purpose.TRAINING, is_given=True)
        for reader in readers:
            with reader.at_work():
                held = ReviewItem.objects.get(pk=item)
                claims.claim(by=reader.actor, item=held)
                reviews.decide(by=reader.actor, item=held, label="pulmonology", note="A cough is meant.")


def better(by: Person, version: str) -> None:
    """The engine in the shadow passed its test cases, and was right where the live one was not."""
    with by.at_work():
        held = Deployment.objects.select_related("engine").get(
            site=by.site, capability="classify.document", state="shadow", engine__version=version
        )
        prove(held)
        decided(by, make.case(by, question="Letters of last month"), held, cases=900, live_wrong=90, shadow_wrong=20,
                labels=LABELS)  # fmt: skip


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
