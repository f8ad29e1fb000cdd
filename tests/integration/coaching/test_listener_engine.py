"""A practice that a language engine listens to: its words where they hold, those of the rules where they do not."""

import pytest

from clinic.language import breaker
from coaching.models import Attempt
from tests import make
from tests.integration.coaching import practice as made
from tests.unit.consult.models import NAMED, chat
from tests.unit.language.servers import served

pytestmark = pytest.mark.django_db


def answered(by: make.Person, work_lane, patch, wit) -> Attempt:
    breaker.of_process.cache_clear()  # what failed in another test is nothing to this one
    with served(chat(wit)) as address:
        patch.setenv("ROUNDS_LANGUAGE_ENGINES", NAMED)
        patch.setenv("ROUNDS_OLLAMA_URL", f"{address}/v1")
        return made.told(by, work_lane, persona="anxious_parent")


def points_of(sent: str) -> list[str]:
    lines = sent.partition("<listener>\n")[2].partition("\n</listener>")[0].splitlines()
    assert lines[0] == "Worried parent"
    return [line.partition(": ")[0] for line in lines[1:]]


def test_its_question_is_asked_where_it_is_about_what_is_open(clinician_a, work_lane, monkeypatch):
    asked = "Doctor, I could not sleep. What happens to her next?"

    def wit(sent):
        quote = " ".join(made.TYPED.split()[:5])
        return {"remarks": [{"text": "Keep this beginning.", "quote": quote}],
                "next": {"text": asked, "about": points_of(sent)[-1]}}  # fmt: skip

    read = answered(clinician_a, work_lane, monkeypatch, wit).read or {}

    assert read["passed"] == []
    assert (read["told_by"], read["turn"]["text"]) == (NAMED, asked)
    assert read["turn"]["about"].startswith("point:") and read["feedback"]["remarks"][0]["cites"]


@pytest.mark.parametrize(
    "wit",
    [
        lambda _sent: {"remarks": [], "next": {"text": "Your accent is strong, is it not?", "about": "made-up"}},
        lambda _sent: {"remarks": [{"text": "You named a dose.", "quote": "five hundred milligrams a day"}]},
        lambda _sent: {"remarks": []},
        lambda _sent: 500,
        lambda _sent: "{",
    ],
)  # fmt: skip
def test_the_rules_ask_where_it_lies_or_fails(clinician_a, work_lane, monkeypatch, wit):
    read = answered(clinician_a, work_lane, monkeypatch, wit).read or {}

    assert read["told_by"].startswith("Coaching rules") and read["passed"]
    assert len(read["turn"]["text"]) > 10 and "accent" not in read["turn"]["text"]
    assert read["feedback"]["remarks"] == () or read["feedback"]["remarks"] == []
