"""Broken files through the real door and the real worker: the upload of the API, then every kind of run that takes
such a file. No answer is a fault of ours, every run comes to an end, and the worker that does it lives."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clinic import pipeline
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.formats import FORMATS
from clinic.inference import child
from clinic.lanes import LANES
from clinic.models import Case, Run, RunError, RunState, Upload
from clinic.pipeline import RunKind
from tests import make
from tests.contract.asking import Api, as_program
from tests.make import Person, Staff
from tests.security.hostile import mutants, samples
from tests.security.hostile.measuring import clock, demand_modest, say, size, watched

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("own_store")]

UPLOADS = size("UPLOADS", 2)
IS_SHORT = UPLOADS < 10
RAW = "application/octet-stream"
FINAL = {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED}
PARAMS: dict[str, dict[str, Any]] = {"clinic.speech": {"language": "en", "then": []}}
ASK_ROWS = {
    "radiology.map_test": "needs the run that gave the map: no film of these tests was answered",
    "coaching.hear": "needs an attempt", "coaching.sound": "needs an attempt", "coaching.feedback": "needs an attempt",
}  # fmt: skip

NETS = {"radiology.chest", "radiology.text"}  # seconds each: only where many are sent


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


def takers(upload: Upload) -> list[RunKind]:
    """Those that cannot do without a file."""
    needy = [kind for kind in pipeline.kinds() if kind.uploads_min == 1 and kind.name not in ASK_ROWS]
    needy = [kind for kind in needy if not (IS_SHORT and kind.name in NETS)]
    return [kind for kind in needy if upload.kind in (kind.upload_kinds or {upload.kind})]


def send(api: Api, case: Case, format: str, data: bytes) -> Any:
    name = f"file.{FORMATS[format].extensions[0]}"
    return api("POST", f"cases/{case.pk}/uploads?name={name}", data=data, content_type=RAW)


def asked_of_all(person: Person, case: Case, pk: str) -> Counter[str]:
    with person.at_work():
        upload = Upload.objects.get(pk=pk)
        found = Counter(kind.name for kind in takers(upload))
        for name in found:
            runs.request(
                by=Actor.system("tests", person.site.pk),
                kind=name,
                case=case,
                uploads=[upload],
                params=PARAMS.get(name, {}),
            )
    return found


@pytest.mark.parametrize("format", samples.FORMATS)
def test_broken_uploads_leave_no_fault_no_run_without_end_and_a_worker_that_lives(
    format: str, staff_a: Staff, work_lane: Callable[..., int]
) -> None:
    person = staff_a[Role.CLINICIAN]
    api, case = as_program(person), make.case(person)
    answers: Counter[int] = Counter()
    asked: Counter[str] = Counter()
    with watched() as costs, clock() as spent:
        for data in (*samples.of(format)[:1], *mutants.of(format, UPLOADS, seed=10)):
            answer = send(api, case, format, data)
            answers[answer.status_code] += 1
            if answer.status_code == 201:
                asked += asked_of_all(person, case, answer.json()["id"])
                while any(work_lane(lane) for lane in LANES):
                    pass  # one step asks for the next, in another lane
    with person.at_work():
        rows = list(Run.objects.filter(case=case).values_list("kind", "state", "error", "detail_code"))
    unexpected = [row for row in rows if row[2] == RunError.UNEXPECTED]
    say(f"uploads {format}: {answers.total()} sent, {dict(answers)}; {len(rows)} runs of {len(asked)} kinds, "
        f"{sum(state in FINAL for _, state, _, _ in rows)} final, {len(unexpected)} unexpected; {costs}; "
        f"{spent[0]:.0f} s")  # fmt: skip

    assert not [status for status in answers if status >= 500]
    assert answers[201] >= 1 and asked
    assert all(state in FINAL for _, state, _, _ in rows)
    assert unexpected == []
    demand_modest(costs)


def test_kinds_that_are_passed_over_exist() -> None:
    assert set(ASK_ROWS) <= {kind.name for kind in pipeline.kinds()}
