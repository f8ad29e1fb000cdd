"""Stops, incidents and their packs for programs. What needs two persons is asked for here, agreed to by a person."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from clinic.actions import proposals
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.models import Proposal, Stop
from tests.contract.asking import Api, as_program
from tests.integration.reviewing import NAME, urgency_capability
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
WISH = {"capability": NAME, "class_name": "urgent", "note": "Called a stroke routine."}
REASON = "The limits were wrong and are set anew."


@pytest.fixture(autouse=True)
def capability() -> Iterator[None]:
    with urgency_capability():
        yield


@pytest.fixture
def api(clinician_a: Person) -> Api:
    return as_program(clinician_a)


@pytest.fixture
def stop(api: Api) -> dict[str, str]:
    told: dict[str, str] = api.post("stops", WISH).json()
    return told


def incident_of(api: Api, stop: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"incidents/{stop['incident']}").json()
    return told


def test_stop_when_pulled_then_it_stands_and_pulled_again_it_is_the_same_with_both_notes(api: Api, clinician_a: Person):
    first = api.post("stops", WISH)
    again = api.post("stops", WISH | {"note": "And another one."})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    log = incident_of(api, first.json())["log"]
    assert [line["words"] for line in log if line["kind"] in ("opened", "stopped_again")] == [
        "Called a stroke routine.",
        "And another one.",
    ]
    with clinician_a.at_work():
        assert Stop.objects.get().released_at is None


def test_stop_when_the_class_or_the_engine_is_unheard_of_then_nothing_is_stopped(api: Api, clinician_a: Person):
    answers = [api.post("stops", WISH | {"class_name": "unheard"}), api.post("stops", WISH | {"capability": "unheard"})]

    assert [answer.status_code for answer in answers] == [400, 404]
    assert list(answers[0].json()["errors"]) == ["class_name"]
    with clinician_a.at_work():
        assert not Stop.objects.exists()


def test_release_when_a_program_asks_then_only_a_second_person_lets_go(api: Api, staff_a: Staff, clinician_a, stop):
    asked = api.post(f"stops/{stop['id']}/release", {"reason": REASON})
    again = api.post(f"stops/{stop['id']}/release", {"reason": REASON})

    assert (asked.status_code, again.json()["code"]) == (201, "already_exists")
    release = incident_of(api, stop)["release"]
    assert (release["reason"], release["proposed_by"]["name"]) == (REASON, clinician_a.user.name)
    engineer = staff_a[Role.ENGINEER]
    by_key = as_program(engineer).post(f"proposals/{release['id']}/agree", {"note": "Read the letters again."})
    assert by_key.json()["code"] == "person_needed"
    with engineer.at_work():
        proposals.agree(by=engineer.actor, proposal=Proposal.objects.get(), note="Read the letters again.")
    told = incident_of(api, stop)
    assert (told["is_stopped"], told["state"], told["release"]) == (False, "resolved", None)


def test_incidents_when_listed_then_without_words_and_by_state(api: Api, stop):
    api.post("incidents", {"capability": NAME, "note": "Odd lengths."})

    listed = api.get("incidents?state=open&state=closed").json()["results"]

    assert [row["cause"] for row in listed] == ["hand", "stop"]
    assert "Odd lengths" not in json.dumps(listed)
    assert api.get("incidents?state=resolved").json()["results"] == []


def test_step_when_done_twice_then_once_by_whoever_was_first(api: Api, staff_a: Staff, clinician_a: Person, stop):
    path = f"incidents/{stop['incident']}/steps"

    api.post(path, {"step": "on_duty"})
    told = as_program(staff_a[Role.REVIEWER]).post(path, {"step": "on_duty"}).json()

    (done,) = [step for step in told["steps"] if step["done_at"]]
    assert (done["code"], done["done_by"]["name"]) == ("on_duty", clinician_a.user.name)


def test_incident_when_nobody_wrote_what_was_learned_then_it_is_not_closed(api: Api):
    made = api.post("incidents", {"capability": NAME, "note": "Odd lengths."}).json()
    path = f"incidents/{made['id']}"

    early = api.post(f"{path}/close")
    api.post(f"{path}/resolve", {"note": "It was the printer."})
    unlearned = api.post(f"{path}/close")

    assert [early.json()["code"], unlearned.json()["code"]] == ["still_stopped", "review_missing"]


def test_pack_when_written_then_both_files_come_whole_and_not_to_whoever_has_no_part(
    api: Api, staff_a: Staff, clinician_a: Person, stop, work_lane
):
    ordered = api.post(f"incidents/{stop['incident']}/packs").json()
    work_lane("io")

    packs = {pack["form"]: pack for pack in incident_of(api, stop)["packs"]}
    files = {form: b"".join(api.get(f"incidents/packs/{pack['id']}/content")) for form, pack in packs.items()}

    assert {pack["run"] for pack in packs.values()} == {ordered["run"]}
    assert files["pdf"].startswith(b"%PDF-") and json.loads(files["json"])["incident"]
    assert {form: len(file) for form, file in files.items()} == {form: pack["size"] for form, pack in packs.items()}
    outsider = as_program(clinician_a, Permission.ENGINES_VIEW)
    assert outsider.get(f"incidents/packs/{packs['json']['id']}/content").json()["code"] == "not_allowed"
