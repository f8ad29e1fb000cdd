"""The same film and the same engine: the stored answer stands in for asking, and never when anything is otherwise."""

import hashlib
import io
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinic.actions import stops
from clinic.authorization.roles import Role
from clinic.engines import asking
from clinic.errors import Code, Refusal
from clinic.models import Result, Run, StopMark
from clinic.pipeline import Work, canonical, kind_named
from clinic.uploads import StoredUpload
from radiology import kinds, recall
from radiology.actions import films, reads
from radiology.actions import recall as acts
from radiology.models import Film, ForgottenAnswers
from radiology.outcomes import ChestAnswer
from tests import make
from tests.integration.radiology.reading import answered, film, finish, fresh, map_tested, say
from tests.make import Person

pytestmark = pytest.mark.django_db
DIGEST = "d" * 64
REASON = "Its weights were damaged."


@pytest.fixture
def here(clinician_a: Person):
    with clinician_a.at_work():
        yield clinician_a


@pytest.fixture
def found(here: Person) -> Film:
    """A film on which the engine has spoken."""
    made = film(here, make.case(here))
    answer_with(here, made, say(has_map=True, film=made))
    return fresh(here, made)


def answer_with(by: Person, made: Film, answer: ChestAnswer) -> Result:
    return answered(by, made, answer, digest=DIGEST)


def asked_again(found: Film, *, digest: str = DIGEST, precision: str = "", **params: Any) -> ChestAnswer | None:
    """What is known when a worker has chosen the engine of that digest for it."""
    by = SimpleNamespace(identity=SimpleNamespace(precision=precision))
    chosen: Any = SimpleNamespace(engine=SimpleNamespace(digest=digest), asked=by)
    run = Run(site_id=found.site_id, case=found.case, kind=kinds.CHEST, fingerprint="f", lane="vision", state="queued",
              params={"quarter_turns": 0, "is_inverted": False, "disable_cam": False} | params)  # fmt: skip
    run.save()
    work = Work(run.pk, run.kind, run.params, (StoredUpload(found.upload),), 1, lambda *_: None, engine=chosen)
    return recall.known_answer(work)


def test_same_engine_when_asked_again_then_what_it_said_comes_back_whole(here, found):
    known = asked_again(found)

    assert known is not None and known.recalled_from == str(found.chest_run_id)
    stored = Result.objects.select_related("case").get(run=found.chest_run_id)
    assert hashlib.sha256(canonical(known)).hexdigest() == stored.output_sha256
    assert known.map is not None and known.map.values == (0.0, 0.2, 1.0, 0.3)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"digest": "e" * 64},
        {"precision": "bfloat16"},
        {"quarter_turns": 1},
        {"is_inverted": True},
        {"disable_cam": True},
    ],
    ids=lambda otherwise: next(iter(otherwise)),
)
def test_anything_otherwise_goes_to_the_engine(here, found, otherwise):
    assert asked_again(found, **otherwise) is None


def test_same_bytes_in_another_case_of_the_patient_are_known_and_point_at_the_file_there(here, found):
    other = make.case(here, of=found.case.patient)
    upload = make.upload(here, other, data=StoredUpload(found.upload).read(), name="again.png")
    again, _is_new = films.take_in(by=here.actor, upload=upload)

    known = asked_again(fresh(here, again))

    assert known is not None and {one.upload for one in known.evidence} == {str(upload.pk)}


def test_same_bytes_of_another_patient_go_to_the_engine(here, found):
    upload = make.upload(here, make.case(here), data=StoredUpload(found.upload).read(), name="again.png")
    again, _is_new = films.take_in(by=here.actor, upload=upload)

    assert asked_again(fresh(here, again)) is None


def test_what_was_recalled_is_never_the_source_of_another(here, found):
    map_tested(here)
    films.ask(by=here.actor, film=found)
    first = str(found.chest_run_id)
    answer_with(here, found, replace(say(has_map=True, film=found), recalled_from=first))

    known = asked_again(found)

    assert known is not None and known.recalled_from == first


def test_answer_of_a_time_when_the_engine_was_stopped_is_not_said_again(here, found, staff_a):
    engineer = staff_a[Role.ENGINEER]
    stop, _is_new = stops.pull(by=engineer.actor, capability=kinds.CHEST, note="It says odd things.")
    StopMark.objects.create(site_id=found.site_id, stop=stop, result=Result.objects.get(run=found.chest_run_id))

    assert asked_again(found) is None


# --- what comes of it -------------------------------------------------------------------------------------------------


def test_recalled_answer_is_a_result_of_its_own_run_with_an_event_and_the_map_test_of_then(here, found):
    tested = map_tested(here)
    run = films.ask(by=here.actor, film=found)

    answer_with(here, found, replace(say(has_map=True, film=found), recalled_from=str(found.chest_run_id)))

    now = fresh(here, found)
    assert (now.chest_run_id, now.map_run_id) == (run.pk, tested.pk)
    assert Result.objects.get(run=run).facets["recalled_from"] == str(found.chest_run_id)
    [event] = make.audit_events("film.answer_recalled")
    assert event["facts"]["recalled_from"] == str(found.chest_run_id)
    assert not Run.objects.filter(kind=kinds.MAP_TEST, state="queued").exists()


def test_known_answer_stands_before_the_engine_and_a_replay_asks_all_the_same(monkeypatch):
    known = say()
    sort = replace(kind_named(kinds.CHEST), recalls="tests.integration.radiology.test_recall:the_known_one",
                   handler="tests.integration.radiology.test_recall:the_engine")  # fmt: skip
    ladder: Any = SimpleNamespace(choose=lambda: SimpleNamespace(engine="X 1"))
    work = Work(make.SYSTEM.user_id, kinds.CHEST, {}, (), 1, lambda *_: None)  # type: ignore[arg-type]
    monkeypatch.setitem(globals(), "KNOWN", known)

    assert asking.ask(ladder, sort, work).outcome is known
    monkeypatch.setitem(globals(), "KNOWN", None)
    assert asking.ask(ladder, sort, work).outcome.label == "NORMAL"  # type: ignore[attr-defined]
    assert sort.handle(work).label == "NORMAL"  # type: ignore[attr-defined]


KNOWN: ChestAnswer | None = None


def the_known_one(_work: Work) -> ChestAnswer | None:
    return KNOWN


def the_engine(_work: Work) -> ChestAnswer:
    return say("NORMAL")


def test_answer_that_comes_after_a_reader_has_sealed_stays_of_its_run(here, found, staff_a):
    map_tested(here)
    reader = staff_a[Role.RADIOLOGIST]
    reads.take(by=reader.actor, film=found)
    reads.seal(by=reader.actor, film=found, impression="viral", certainty="sure")
    films.ask(by=here.actor, film=found)

    finish(here, kinds.CHEST, say("NORMAL", risk="none"))

    assert fresh(here, found).chest_run_id == found.chest_run_id


# --- in an emergency --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digest", [DIGEST, ""])
def test_forgotten_answers_are_said_no_more_and_stay_as_they_are(here, found, staff_a, digest):
    engineer = staff_a[Role.ENGINEER]

    acts.forget(by=engineer.actor, site=engineer.site, engine_digest=digest, reason=REASON)

    assert asked_again(found) is None
    assert Result.objects.filter(run=found.chest_run_id).exists()
    [event] = make.audit_events("film.answers_forgotten")
    assert event["facts"]["engine"] == (digest or "all")


def test_forgetting_another_engine_changes_nothing(here, found, staff_a):
    acts.forget(by=staff_a[Role.ENGINEER].actor, site=here.site, engine_digest="e" * 64, reason=REASON)

    assert asked_again(found) is not None


def test_forgetting_at_one_site_is_of_that_site_only(found, here, staff_b):
    engineer = staff_b[Role.ENGINEER]
    with engineer.at_work():
        acts.forget(by=engineer.actor, site=engineer.site, reason=REASON)

    assert asked_again(found) is not None


@pytest.mark.parametrize(("reason", "digest"), [("no", ""), (REASON, "abc")])
def test_forgetting_without_a_reason_or_by_half_a_digest_is_refused(here, staff_a, reason, digest):
    engineer = staff_a[Role.ENGINEER]

    with pytest.raises(Refusal) as refused:
        acts.forget(by=engineer.actor, site=engineer.site, engine_digest=digest, reason=reason)
    assert refused.value.code == Code.INVALID


@pytest.mark.parametrize("role", [Role.LEAD, Role.AUDITOR, Role.ADMIN])
def test_forgetting_is_for_who_may_stop_an_engine(here, staff_a, role):
    with pytest.raises(Refusal) as refused:
        acts.forget(by=staff_a[role].actor, site=here.site, reason=REASON)
    assert refused.value.code == Code.NOT_ALLOWED


def test_command_when_called_then_every_engine_is_forgotten_at_every_site(site_a, site_b, clinician_a, clinician_b):
    said = io.StringIO()
    call_command("radiology_forget", all=True, stdout=said)

    assert "Northgate" in said.getvalue() and "Southmoor" in said.getvalue()
    for person in (clinician_a, clinician_b):
        with person.at_work():
            assert ForgottenAnswers.objects.filter(site=person.site, engine_digest="").exists()
    with pytest.raises(CommandError, match="whole digest"):
        call_command("radiology_forget", engine="abc", stdout=said)
