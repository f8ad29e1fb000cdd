"""Which engine is asked first about a document: by what stands in it, by how well engines are measured, and by what
whoever asks prefers, as far as the site's policy lets it."""

from typing import Any

import pytest

from clinic import texts
from clinic.engines import opening
from clinic.engines.ladder import Chosen, Ladder
from clinic.engines.receipts import Why
from clinic.engines.routing import Because, Task, Unheard, Yardstick
from clinic.errors import Code, Refusal
from clinic.language.engines import LanguageEngine, Provider
from clinic.language.usage import Price
from clinic.models import Deployment, Engine, EngineState, Run, User
from clinic.pipeline import kind_named
from clinic.texts_worker import TextOutcome
from extraction import experience, fields, found_again, kinds, routing
from extraction.actions import sheets
from extraction.inference.engine import LANGUAGE, RulesEngine
from tests import make
from tests.contract.asking import as_program
from tests.integration.extraction import finding
from tests.make import Person

pytestmark = pytest.mark.django_db

HARMLESS = "Thank you for seeing this girl of 3 years. Four days of fever and productive cough. No vomiting.\n"
MODEL, PAID = (
    "Facts by a model",
    LanguageEngine(Provider.OPENAI, "paid", "https://example.org", True, price=Price(3, 15)),
)


@pytest.fixture(autouse=True)
def _engines_open(monkeypatch):
    monkeypatch.setattr(opening, "open_engine", lambda _engine: RulesEngine())
    monkeypatch.setattr(opening, "is_open", lambda _engine: True)
    monkeypatch.setattr(opening, "demand_promoted", lambda _deployment: None)


@pytest.fixture
def placed(clinician_a: Person, tmp_path, settings):
    """Before the rules, as good as the card says."""

    def place(low: float | None, *, is_remote: bool = False, costs: bool = False) -> Deployment:
        figure = {"name": found_again.MEASURE, "value": 0.99, "low": low, "high": 1.0, "n": 21}
        (tmp_path / LANGUAGE).write_text(f'{{"model": "{PAID.name}"}}')
        settings.LANGUAGE_ENGINES = (PAID,) if costs else ()
        with clinician_a.at_work():
            engine = Engine.objects.create(
                capability=fields.NAME, name=MODEL, version="1.0.0", digest="e" * 64, is_remote=is_remote,
                manifest={"backend": "language"}, card={"metrics": [] if low is None else [figure]}, signer="tests",
                folder=str(tmp_path),
            )  # fmt: skip
            return Deployment.objects.create(site=clinician_a.site, engine=engine, capability=fields.NAME, rung=0,
                                             state=EngineState.LIVE)  # fmt: skip

    return place


def chosen(by: Person, text: str = HARMLESS, *, urgency: str = "routine", engine: str = "") -> Chosen:
    case = make.case(by, urgency=urgency)
    with by.at_work():
        made, _is_new = sheets.paste(by=by.actor, case=case, text=text)
    finding.read(by, text)
    with by.at_work():
        if engine:
            run = sheets.ask_again(by=by.actor, sheet=made, engine=engine)
        else:
            run = Run.objects.filter(kind=kinds.EXTRACT).order_by("-requested_at")[0]
        return Ladder.for_run(run, fields.NAME).choose()


def told(found: Chosen) -> dict[str, Any]:
    routed: dict[str, Any] = found.receipt.as_json()["routing"]
    return routed


def test_rules_find_enough_in_the_made_up_documents_to_be_compared():
    assert found_again.share(RulesEngine().read).low > routing.QUALITY[Task.LONG]


def test_only_one_engine_then_nothing_is_compared_and_the_receipt_is_as_before(clinician_a):
    assert "routing" not in chosen(clinician_a).receipt.as_json()


def test_routine_text_when_the_model_costs_then_the_rules_that_are_good_enough_answer(clinician_a, placed):
    placed(0.95, costs=True)
    found = chosen(clinician_a)
    assert found.engine.name != MODEL and found.receipt.passed == ()
    assert (told(found)["task"], told(found)["because"]) == (Task.ROUTINE, Because.CHEAPEST)
    assert {one["name"].rpartition(" ")[0]: one["dollars"] for one in told(found)["engines"]}[MODEL] == 18.0


def test_routine_text_when_the_model_costs_nothing_then_it_answers_where_the_site_placed_it(clinician_a, placed):
    placed(0.75)
    assert chosen(clinician_a).engine.name == MODEL


@pytest.mark.parametrize("text", [f"{HARMLESS}Amoxicillin 250 mg by mouth.\n", f"{HARMLESS}Allergies: penicillin.\n"])
def test_medicines_or_allergies_then_the_engine_measured_best(clinician_a, placed, text):
    placed(0.76)
    found = chosen(clinician_a, text)
    assert (found.engine.name == MODEL, told(found)["task"], told(found)["because"]) == (
        False, Task.SAFETY, Because.STRICTEST)  # fmt: skip


def test_emergency_when_the_model_was_never_measured_then_it_may_not_answer_and_that_is_told(clinician_a, placed):
    placed(None)
    found = chosen(clinician_a, urgency="emergency")
    assert found.engine.name != MODEL
    assert [each["why"] for each in found.receipt.as_json()["why_not_better"]] == [Why.UNMEASURED]


def test_long_document_then_it_is_told_as_such(clinician_a, placed):
    placed(0.95)
    assert told(chosen(clinician_a, HARMLESS * 200))["task"] == Task.LONG


def test_language_that_the_rules_do_not_read_then_the_model_is_asked_though_it_costs(clinician_a, placed):
    placed(0.95, costs=True)
    spanish = "Gracias por ver a esta niña de tres años. Lleva cuatro días con fiebre y tos, sin vómitos, y come mal.\n"
    assert chosen(clinician_a, spanish * 3).engine.name == MODEL


def test_where_people_have_decided_enough_of_every_engine_then_that_compares_them(clinician_a, placed, monkeypatch):
    placed(0.95)
    kept = {"e" * 64: {"problems": figure(30, 60)}}
    monkeypatch.setattr(experience, "kept", lambda _site, digest: kept.get(digest, {"problems": figure(58, 60)}))
    found = chosen(clinician_a)
    assert (told(found)["yardstick"], found.engine.name == MODEL) == (Yardstick.PEOPLE, False)


def test_wish_of_her_profile_then_the_rules_are_asked_and_without_the_model(clinician_a, placed):
    placed(0.75)
    with clinician_a.at_work():
        User.objects.filter(pk=clinician_a.user.pk).update(engines="rules")
    found = chosen(clinician_a)
    assert found.engine.name != MODEL and told(found)["because"] == Because.WISHED


def test_wish_of_a_request_that_policy_forbids_then_it_is_told_and_not_done(clinician_a, placed):
    placed(0.95, is_remote=True)
    found = chosen(clinician_a, engine=f"{MODEL} 1.0.0")
    assert found.engine.name != MODEL
    assert told(found)["wish"] == {"asked": "e" * 64, "unheard": Unheard.POLICY}


def test_page_and_program_are_told_why_this_engine_and_what_became_of_a_wish(as_person, clinician_a, placed):
    placed(0.95, is_remote=True)
    case, api = make.case(clinician_a), as_program(clinician_a)
    asked = api.post("extractions", {"case": str(case.pk), "text": HARMLESS, "engine": "e" * 64})
    assert asked.status_code == 201
    finding.read(clinician_a, HARMLESS)
    with clinician_a.at_work():
        run = Run.objects.get(kind=kinds.EXTRACT)
        receipt = Ladder.for_run(run, fields.NAME).choose().receipt
    finding.finish(clinician_a, kinds.EXTRACT, finding.say(HARMLESS), digest="d" * 64, receipt=receipt)

    address = f"extractions/{asked.json()['id']}"
    said = " ".join(api.get(address).json()["answer"]["why_this_engine"])
    page = as_person(clinician_a).get(f"/extraction/{asked.json()['id']}/").content.decode()

    wanted = "it is remote, and patient data may not leave this site"
    assert run.params == {"engine": "e" * 64} and wanted in said and wanted in page
    assert "Field rules" in said and "found in made-up documents" in page
    assert api.post(f"{address}/again", {"engine": "Facts by nobody"}).status_code == 400


def test_wish_for_an_engine_that_is_not_here_then_refused_with_those_that_are(clinician_a, placed):
    placed(0.95)
    with pytest.raises(Refusal) as why:
        chosen(clinician_a, engine="Facts by nobody")
    assert why.value.code == Code.INVALID and f"{MODEL} 1.0.0" in str(why.value.fields["engine"])


def test_wish_when_the_text_is_read_for_several_then_only_those_who_hear_one_are_told():
    run = Run(params={"then": [kinds.EXTRACT, "classify.document"], "engine": "local"})
    assert [each.params for each in texts.after_reading(run, TextOutcome())] == [{"engine": "local"}, {}]


@pytest.mark.parametrize("params", [{"engine": "Facts by nobody"}, {"engine": 3}, {"text": "x"}])
def test_parameters_that_are_no_wish_then_refused(params):
    with pytest.raises(Refusal):
        kind_named(kinds.EXTRACT).clean(params)


def figure(right: int, n: int) -> Any:
    from clinic.doubt.intervals import wilson

    return wilson(right, n)
