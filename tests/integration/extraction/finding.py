"""Documents with facts for tests, found as workers find them: by the rules themselves, without any worker."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from clinic import pipeline, texts
from clinic.actions import work
from clinic.models import Case, Run
from clinic.pipeline import Outcome
from clinic.texts_worker import TextOutcome
from extraction import access, kinds
from extraction.actions import sheets
from extraction.inference import rules
from extraction.inference.grounding import grounded
from extraction.inference.items import counts
from extraction.models import FactSheet
from extraction.outcomes import FactsAnswer
from tests.make import Person

LETTER = (
    "Four days of fever and cough. No vomiting. Temperature 38.9 °C.\n"
    "Amoxicillin 250 mg by mouth three times a day. Allergies: penicillin, rash.\n"
)


def sheet(by: Person, case: Case, text: str = LETTER, name: str = "letter.txt") -> FactSheet:
    with by.at_work():
        return sheets.paste(by=by.actor, case=case, text=text, name=name)[0]


@dataclass(frozen=True)
class Named:
    """Stands for an engine of which only the digest matters."""

    digest: str

    def __str__(self) -> str:
        return "Field rules for tests"


def finish(by: Person, kind: str, outcome: Outcome, *, digest: str = "", receipt: Any = None) -> Run:
    """The newest waiting run of the kind comes to its end, whatever else waits in its lane."""
    with by.at_work():
        Run.objects.filter(state="queued").update(priority=0)
        newest = Run.objects.filter(kind=kind, state="queued").order_by("-requested_at").values("pk")[:1]
        Run.objects.filter(pk__in=newest).update(priority=99)
    held = work.claim(lane="cpu", worker="tests")
    assert held is not None
    with by.at_work():
        run = Run.objects.get(pk=held.run_id)
        assert run.kind == kind
        receipt = receipt or SimpleNamespace(as_json=dict)
        chosen: Any = SimpleNamespace(engine=Named(digest), receipt=receipt) if digest else None
        assert work.succeed(held, sort=pipeline.kind_named(kind), outcome=outcome, replay={}, chosen=chosen)
        return run


def read(by: Person, text: str = LETTER, **told: Any) -> Run:
    page = {"number": 1, "start": 0, "end": len(text), "source": "plain", "confidence": None, "words": []}
    facts = {"text": text, "source": "text", "language": "en", "pages": (page,)} | told
    return finish(by, texts.KIND, TextOutcome(**facts))


def say(text: str = LETTER, **told: Any) -> FactsAnswer:
    found = grounded(rules.extract(text), text)
    facts: dict[str, Any] = {
        "label": "facts" if counts(found) else "none", "scores": {}, "facts": found.model_dump(mode="json"),
        "counts": counts(found),
    }  # fmt: skip
    return FactsAnswer(**facts | told)


def found(by: Person, case: Case, text: str = LETTER, answer: FactsAnswer | None = None, *, digest: str = "",
          receipt: Any = None) -> Any:  # fmt: skip
    """Read, and its facts found."""
    made = sheet(by, case, text)
    read(by, text)
    finish(by, kinds.EXTRACT, answer or say(text), digest=digest, receipt=receipt)
    return fresh(by, made)


def fresh(by: Person, made: FactSheet) -> Any:
    with by.at_work():
        return access.sheet(by.actor, made.pk, for_change=True)


def keys(by: Person, made: FactSheet) -> list[str]:
    from extraction import checked
    from extraction.actions import checking

    with by.at_work():
        run = made.run_id
        assert run is not None
        return [one.key for one in checked.facts(checking.told_by(run), checking.decisions_of(made))]
