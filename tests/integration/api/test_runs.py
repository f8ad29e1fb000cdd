import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from clinic.api import watching
from clinic.authorization.permissions import Permission as P
from clinic.authorization.roles import Role
from clinic.models import Case, Run
from tests import make
from tests.contract.asking import Api, as_program
from tests.make import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
WorkLane = Callable[..., int]


def ask(api: Api, **wish: Any) -> Any:
    return api.post("runs", {"kind": "clinic.check", **wish})


def test_kinds_say_what_they_need(api_a: Api) -> None:
    (check,) = [kind for kind in api_a.get("runs/kinds").json()["results"] if kind["name"] == "clinic.check"]

    assert check["uploads"] == {"at_least": 0, "at_most": 20, "kinds": []}
    assert [stage["name"] for stage in check["stages"]] == ["read", "settle"]
    assert check["params"]["properties"]["mode"]["default"] == "pass"


@pytest.mark.parametrize("mode", ["fail", "refuse", "hang", "die"])
def test_check_in_production_takes_no_worker_down(
    api_a: Api, case_a: Case, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(settings, "IS_PRODUCTION", True)

    refused = ask(api_a, case=str(case_a.pk), params={"mode": mode})

    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["mode"])
    assert ask(api_a, case=str(case_a.pk), params={"mode": "chain"}).status_code == 201


def test_run_is_requested_worked_and_answered(
    api_a: Api, case_a: Case, clinician_a: Person, work_lane: WorkLane
) -> None:
    upload = make.upload(clinician_a, case_a)

    asked = ask(api_a, case=str(case_a.pk), uploads=[str(upload.pk)])
    assert asked.status_code == 201
    address = f"runs/{asked.json()['id']}"
    assert api_a.get(address).json()["state"] == "queued"
    assert api_a.get(f"{address}/result").status_code == 404
    assert work_lane("cpu") == 1

    assert api_a.get(address).json()["state"] == "succeeded"
    result = api_a.get(f"{address}/result").json()
    assert result["outcome"]["digests"] == [upload.sha256]
    assert result["facets"]["all_match"] is True


def test_same_work_under_way_is_the_same_run(api_a: Api, case_a: Case) -> None:
    first, second = ask(api_a, case=str(case_a.pk)), ask(api_a, case=str(case_a.pk))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert first["ETag"] == second["ETag"]


def test_batch_goes_to_the_lane_nobody_waits_for(api_a: Api, case_a: Case, work_lane: WorkLane) -> None:
    assert ask(api_a, case=str(case_a.pk), batch=True).json()["is_batch"] is True
    assert work_lane("cpu") == 0
    assert work_lane("cpu_batch") == 1


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"kind": "nobody.knows"}, 400, "unknown_run_kind"),
        ({"params": {"seconds": "1"}}, 400, "invalid"),
        ({"params": {"seconds": -1}}, 400, "invalid"),
        ({"params": {"colour": 1}}, 400, "invalid"),
        ({"params": []}, 400, "invalid"),
        ({"params": {"seconds": True}}, 400, "invalid"),
        ({"uploads": "all"}, 400, "invalid"),
        ({"batch": "yes"}, 400, "invalid"),
        ({"lane": "cpu"}, 400, "invalid"),
        ({"params": {"mode": ["pass"]}}, 400, "invalid"),
        ({"params": {"mode": {}}}, 400, "invalid"),
    ],
)
def test_request_with_something_wrong_is_refused(
    api_a: Api, case_a: Case, wish: dict[str, Any], status: int, code: str
) -> None:
    answer = ask(api_a, case=str(case_a.pk), **{"kind": "clinic.check", **wish})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_files_of_another_case_do_not_fit(api_a: Api, case_a: Case, clinician_a: Person) -> None:
    elsewhere = make.upload(clinician_a, make.case(clinician_a))

    answer = ask(api_a, case=str(case_a.pk), uploads=[str(elsewhere.pk)])

    assert (answer.status_code, answer.json()["code"]) == (422, "uploads_do_not_fit")


def test_cancelled_run_is_final(api_a: Api, case_a: Case) -> None:
    run = ask(api_a, case=str(case_a.pk)).json()

    assert api_a.post(f"runs/{run['id']}/cancel").json()["state"] == "cancelled"
    assert api_a.post(f"runs/{run['id']}/cancel").json()["code"] == "already_final"


def test_dead_run_is_replayed_once_as_a_new_one(api_a: Api, case_a: Case, work_lane: WorkLane) -> None:
    run = ask(api_a, case=str(case_a.pk), params={"mode": "fail"}).json()
    assert api_a.post(f"runs/{run['id']}/replay").json()["code"] == "not_dead"
    work_lane("cpu")
    dead = api_a.get(f"runs/{run['id']}").json()
    assert (dead["state"], dead["error"]) == ("failed", "failed_on_purpose")

    fresh = api_a.post(f"runs/{run['id']}/replay")

    assert fresh.status_code == 201
    assert api_a.get(f"runs/{run['id']}").json()["replayed_by"] == fresh.json()["id"]
    assert api_a.post(f"runs/{run['id']}/replay").json()["code"] == "not_dead"


def test_list_is_narrowed_by_state_kind_and_case(api_a: Api, case_a: Case, clinician_a: Person) -> None:
    first = make.run(clinician_a, case_a)
    second = make.run(clinician_a, make.case(clinician_a))
    api_a.post(f"runs/{second.pk}/cancel")

    def listed(query: str) -> list[str]:
        return [run["id"] for run in api_a.get(f"runs?{query}").json()["results"]]

    assert listed("") == [str(second.pk), str(first.pk)]
    assert listed("state=queued") == [str(first.pk)]
    assert listed("state=queued&state=cancelled") == [str(second.pk), str(first.pk)]
    assert listed(f"case={case_a.pk}") == [str(first.pk)]
    assert listed("kind=clinic.other") == []


# --- idempotency ------------------------------------------------------------------------------------------------------


def test_same_key_gives_the_same_run_even_when_it_has_ended(api_a: Api, case_a: Case, work_lane: WorkLane) -> None:
    wish = {"kind": "clinic.check", "case": str(case_a.pk)}
    first = api_a.post("runs", wish, headers={"Idempotency-Key": "k-1"})
    work_lane("cpu")

    again = api_a.post("runs", wish, headers={"Idempotency-Key": "k-1"})
    other = api_a.post("runs", {**wish, "batch": True}, headers={"Idempotency-Key": "k-1"})
    unkeyed = api_a.post("runs", wish)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert unkeyed.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("key", ["x" * 101, "ü", "a\tb"])
def test_key_that_is_none_is_refused(api_a: Api, case_a: Case, key: str) -> None:
    answer = api_a.post("runs", {"kind": "clinic.check", "case": str(case_a.pk)}, headers={"Idempotency-Key": key})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


def test_key_is_ones_own(api_a: Api, api_b: Api, case_a: Case, case_b: Case) -> None:
    for api, case in ((api_a, case_a), (api_b, case_b)):
        answer = api.post("runs", {"kind": "clinic.check", "case": str(case.pk)}, headers={"Idempotency-Key": "same"})
        assert answer.status_code == 201


# --- watching ---------------------------------------------------------------------------------------------------------


def test_tag_says_whether_there_is_news(api_a: Api, case_a: Case, clinician_a: Person) -> None:
    run = make.run(clinician_a, case_a)
    tag = api_a.get(f"runs/{run.pk}")["ETag"]

    assert api_a.get(f"runs/{run.pk}", headers={"If-None-Match": tag}).status_code == 304
    assert api_a.get(f"runs/{run.pk}", headers={"If-None-Match": f"W/{tag}"}).status_code == 304
    api_a.post(f"runs/{run.pk}/cancel")
    assert api_a.get(f"runs/{run.pk}", headers={"If-None-Match": tag}).status_code == 200


def test_waiting_ends_without_news_after_the_time_asked(api_a: Api, case_a: Case, clinician_a: Person) -> None:
    run = make.run(clinician_a, case_a)
    tag = api_a.get(f"runs/{run.pk}")["ETag"]

    began = time.monotonic()
    answer = api_a.get(f"runs/{run.pk}?wait=1", headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert 0.9 < time.monotonic() - began < 3
    assert api_a.get(f"runs/{run.pk}?wait=1&since={tag.strip(chr(34))}").status_code == 200


def test_waiting_ends_with_the_news(
    api_a: Api, case_a: Case, clinician_a: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make.run(clinician_a, case_a)

    def cancelled_meanwhile(seconds: float) -> None:
        with clinician_a.at_work():
            Run.objects.filter(pk=run.pk).update(stage="read", percent=10)

    tag = api_a.get(f"runs/{run.pk}")["ETag"]
    monkeypatch.setattr("clinic.api.watching.time.sleep", cancelled_meanwhile)
    answer = api_a.get(f"runs/{run.pk}?wait=20", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.json()["percent"]) == (200, 10)


def test_few_may_wait_at_once(api_a: Api, case_a: Case, clinician_a: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seat taken by others is no reason to keep anybody standing: the answer comes at once."""
    run = make.run(clinician_a, case_a)
    monkeypatch.setattr(watching, "_seats", threading.BoundedSemaphore(1))
    watching._seats.acquire()

    began = time.monotonic()
    assert api_a.get(f"runs/{run.pk}?wait=20").status_code == 200
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("query", ["wait=26", "wait=-1", "wait=x", "wait=1&wait=2", "since="])
def test_wrong_wait_is_refused(api_a: Api, case_a: Case, clinician_a: Person, query: str) -> None:
    run = make.run(clinician_a, case_a)

    assert api_a.get(f"runs/{run.pk}?{query}").status_code == 400


def test_key_that_may_only_look_asks_for_nothing(clinician_a: Person, case_a: Case) -> None:
    looking = as_program(clinician_a, P.CASE_VIEW, P.RUN_VIEW)
    run = make.run(clinician_a, case_a)

    assert looking.get(f"runs/{run.pk}").status_code == 200
    assert ask(looking, case=str(case_a.pk)).status_code == 403
    assert looking.post(f"runs/{run.pk}/cancel").status_code == 403
    assert looking.post(f"runs/{run.pk}/replay").status_code == 403


# --- those who look after jobs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.ADMIN])
def test_those_who_look_after_jobs_see_and_move_them_without_what_is_in_them(
    staff_a: Any, clinician_a: Person, case_a: Case, role: Role
) -> None:
    keeper = as_program(staff_a[role], P.JOBS_VIEW, P.JOBS_MANAGE)
    run = make.run(clinician_a, case_a, [make.upload(clinician_a, case_a)], label="secret words")

    (listed,) = keeper.get("runs").json()["results"]
    read = keeper.get(f"runs/{run.pk}").json()
    cancelled = keeper.post(f"runs/{run.pk}/cancel")
    again = keeper.post(f"runs/{run.pk}/replay")

    assert listed == read
    assert (read["state"], read["uploads"], read["params"]) == ("queued", None, None)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (again.status_code, again.json()["params"]) == (201, None)
    assert "secret words" not in cancelled.content.decode() + again.content.decode()
    assert keeper.get(f"runs/{run.pk}/result").status_code == 403
    assert keeper.get(f"runs?case={case_a.pk}").status_code == 404


def test_those_who_may_only_look_at_jobs_move_none(staff_a: Any, clinician_a: Person, clinician_b: Person) -> None:
    looking, run = as_program(staff_a[Role.ENGINEER], P.JOBS_VIEW), make.run(clinician_a)

    assert looking.get(f"runs/{run.pk}").status_code == 200
    assert looking.post(f"runs/{run.pk}/cancel").status_code == 403
    assert looking.post(f"runs/{run.pk}/replay").status_code == 403
    assert as_program(staff_a[Role.ENGINEER], P.JOBS_MANAGE).get(f"runs/{run.pk}").status_code == 403
    assert looking.get(f"runs/{make.run(clinician_b).pk}").status_code == 404
