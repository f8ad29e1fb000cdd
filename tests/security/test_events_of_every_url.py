"""Every write, every reading of patient data and every refusal, at every URL there is, is exactly one event."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from clinic.actions import engine_moves, engine_proposals, golden, registers, reports
from clinic.api import examples
from clinic.authorization.roles import ROLES, Role
from clinic.doors import LIBRARY_DOORS, Door, door_of
from clinic.models import AuditEvent, Case, IncidentCause, Membership, Register
from tests import database, make
from tests.contract import world
from tests.contract.asking import Api, as_program
from tests.contract.description import operations
from tests.contract.test_operations import AT_A_BROWSER, ask
from tests.contract.world import CANARY, World
from tests.integration.engines import challengers
from tests.integration.engines.challengers import candidate, live, shadow
from tests.integration.extraction import prompted
from tests.integration.reviewing import urgency_capability
from tests.integration.second_opinion import answered, second_opinions, span
from tests.make import Person, Staff
from tests.security.told import DONE_ELSEWHERE, OPERATIONS, PAGES, PUBLIC_PAGES, Asked
from tests.signing import prove, sign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_engine_of_words():
    with prompted.language_engine():
        yield


NOWHERE = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "slug": "x", "str": "x", "path": "x",
           "uid": "1.2.3"}  # fmt: skip
ROOT = Path(__file__).parents[2]
FRAGMENT = {"HX-Request": "true"}
PLACE = PAGES["evidence"][0].path.partition("evidence/")[2]
SIGNS_IN = [role for role, card in ROLES.items() if card.signs_in]


def every_url(resolver: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_url(pattern, here)
        else:
            yield here, pattern


def behind_doors(*, api: bool) -> list[tuple[str, URLPattern, Door]]:
    """Our own: the sign-in library's are told of by its signals, see tests/integration/test_sign_ins.py."""
    found = []
    for route, pattern in every_url():
        door = door_of(pattern.callback, pattern.name)
        is_ours = (pattern.name or "") not in LIBRARY_DOORS and door is not None and not door.is_public
        if is_ours and route.startswith("/api/") == api and door is not None:
            found.append((route, pattern, door))
    return found


def address(route: str, ids: dict[str, str] = NOWHERE) -> str:
    path = route
    for kind, value in ids.items():
        for part in [part for part in path.split("/") if part.startswith(f"<{kind}:")]:
            path = path.replace(part, value)
    return path


class Events:
    """Those written since it was made."""

    def __init__(self) -> None:
        self.before = self._ids()

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self._rows().exclude(pk__in=self.before).values_list("body", flat=True)]

    def names(self) -> list[str]:
        return sorted(body["event"] for body in self.bodies())

    def _ids(self) -> set[uuid.UUID]:
        return set(self._rows().values_list("pk", flat=True))

    @staticmethod
    def _rows() -> QuerySet[AuditEvent]:
        return AuditEvent.objects.all()


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with second_opinions(), urgency_capability():
        yield


@pytest.fixture(scope="session")
def acts_made(committed: Any, examples_made: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """More to do something with than the examples of the API have."""

    def build() -> dict[str, str]:
        with second_opinions(), urgency_capability():
            return _ids(examples_made, make.World.a, tmp_path_factory.mktemp("engines"))

    made: dict[str, str] = committed("acts", build, source="examples")
    return made


@pytest.fixture(scope="module")
def in_acts(acts_made: dict[str, str], django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), database.entered("acts"):
        yield


@pytest.fixture
def world_a(in_acts: None, examples_made: World, staff_a: Staff, with_files_of: Any) -> World:
    with_files_of("acts")
    return examples_made.as_seen_now(staff_a)


@pytest.fixture
def ids(in_acts: None, acts_made: dict[str, str], db: None, with_files_of: Any) -> dict[str, str]:
    with_files_of("acts")
    return acts_made | {"fresh": str(uuid.uuid4())}


def _ids(world_a: World, staff_a: Staff, folder: Path) -> dict[str, str]:
    colleague = staff_a[Role.RADIOLOGIST]
    with staff_a[Role.ADMIN].at_work():
        held = Membership.objects.get(user=colleague.user, ended_at=None)
    of, person = world_a.ids, world_a.person
    with person.at_work():
        case = Case.objects.get(pk=of[examples.CASE_ID])
        sentence = reports.write(by=person.actor, case=case, section="findings", text="A sentence.")
    upload = make.upload(person, case)
    answer = answered(person, case, [upload], [span(upload, "A letter", "A letter")])
    report = sign(person, make.case(person))
    admin = staff_a[Role.ADMIN]
    with admin.at_work():
        said = registers.Said(what="Hygiene", who="The ward")
        line = registers.add(by=admin.actor, register=Register.TRAINING, said=said)
    return engines_of(staff_a, folder) | {
        "sentence": sentence.id, "claim": f"{answer.pk}.0", "report": str(report.pk), "signed": str(report.case_id),
        "case": of[examples.CASE_ID], "upload": of[examples.UPLOAD_ID], "run": of[examples.RUN_ID],
        "key": of[examples.KEY_ID], "notice": of[examples.NOTICE_ID], "dead": world_a.runs["replayRun"],
        "cancelled": world_a.runs["cancelRun"], "done": world_a.runs["readResult"], "site": str(colleague.site.pk),
        "training": str(line.number), "colleague": str(colleague.user.pk), "held": str(held.pk),
        "program": str(staff_a[Role.INTEGRATION].user.pk),
        "event": str(AuditEvent.objects.get(event="case.opened", case_id=of[examples.CASE_ID]).pk),
    }  # fmt: skip


def engines_of(staff: Staff, folder: Path) -> dict[str, str]:
    """A live one, one out of service that has proved itself again, a candidate, one on trial, and a wish."""
    engineer, challenger, trial = staff[Role.ENGINEER], candidate(staff, folder), shadow(staff, folder)
    running = live(staff)
    out = live(staff, rung=1)
    with engineer.at_work():
        golden.take_out(by=engineer.actor, deployment=out, why="asked", words="Odd.", cause=IncidentCause.GOLDEN)
        challengers.prove(out)
        engine_moves.set_percent(by=engineer.actor, deployment=trial, percent=5, cause="rollout")
        wish = engine_proposals.ask_to_let_data_leave(by=engineer.actor, site=engineer.site, may_leave=False,
                                                      reason="Nothing shall leave.")  # fmt: skip
    return {"engine": str(running.pk), "digest": running.engine.digest, "challenger": str(challenger.pk),
            "trial": str(trial.pk), "out": str(out.pk), "proposal": str(wish.pk)}  # fmt: skip


# --- what is done -----------------------------------------------------------------------------------------------------


def test_url_when_it_exists_then_what_it_tells_the_audit_is_written_down():
    doors = behind_doors(api=False)
    pages = {pattern.name for _route, pattern, _door in doors}
    asked = {told["operationId"] for _path, _method, told in operations() if told.get("security")}

    pages = {name for name in pages if not (name or "").startswith(tuple(DONE_ELSEWHERE))}
    assert pages | PUBLIC_PAGES == set(PAGES), "add what the page tells the audit to tests/security/told.py"
    assert asked == set(OPERATIONS), "add what the operation tells the audit to tests/security/told.py"


@pytest.mark.parametrize("path", DONE_ELSEWHERE.values())
def test_page_when_done_elsewhere_then_its_events_are_counted_there(path: str):
    text = (ROOT / path).read_text()
    assert "audit_events(" in text or "told_by(" in text


PAGES_ASKED = [pytest.param(asked, id=f"{name}-{number}") for name, all_asked in PAGES.items()
               for number, asked in enumerate(all_asked)]  # fmt: skip


@pytest.mark.parametrize("asked", PAGES_ASKED)
def test_page_when_asked_for_by_whom_it_is_for_then_exactly_its_events(
    asked: Asked, ids: dict[str, str], staff_a: Staff, as_person: Any
):
    browser: Client = as_person(staff_a[asked.role])
    make.settle()
    events = Events()

    answer = _sent(browser, asked, ids)

    assert answer.status_code < 400 or answer.status_code == 409, answer.content[:400]  # 409: evidence that broke
    assert events.names() == sorted(asked.events)
    if not answer.streaming and CANARY.encode() in answer.content:
        assert any(name.endswith(".read") for name in asked.events), "shows a patient without saying so"


def _sent(browser: Client, asked: Asked, ids: dict[str, str]) -> Any:
    path = asked.path.format(**ids)
    headers = FRAGMENT if asked.is_fragment else {}
    if asked.data is None:
        return _all_of(browser.get(path, headers=headers))
    return browser.post(path, {name: _filled(value, ids) for name, value in asked.data.items()})


def _all_of(answer: Any) -> Any:
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, bytes):
        return SimpleUploadedFile("letter.txt", value)
    return value.format(**ids) if isinstance(value, str) else value


ASKED = [pytest.param(path, method, told, id=told["operationId"]) for path, method, told in operations()
         if told.get("security")]  # fmt: skip


@pytest.mark.parametrize(("path", "method", "told"), ASKED)
def test_operation_when_it_works_then_exactly_its_events(
    path: str, method: str, told: dict[str, Any], world_a: World, as_person: Any
):
    is_at_a_browser = told["operationId"] in AT_A_BROWSER
    asker = world_a.asker(told["operationId"])
    api = Api(browser=prove(as_person(asker))) if is_at_a_browser else as_program(asker)
    events = Events()

    answer = ask(api, world_a, path, method, told)

    assert answer.status_code < 300
    _all_of(answer)
    assert events.names() == sorted(OPERATIONS[told["operationId"]])


# --- what is refused --------------------------------------------------------------------------------------------------


def once_refused(events: Events, person: Person, code: str, what: str) -> bool:
    match events.bodies():
        case [{"event": "refused", "facts": {"code": told, "what": where}} as body]:
            is_hers = body["actor_id"] == str(person.user.pk) and body["site"] == str(person.site.pk)
            return is_hers and told == code and what in where and bool(body["request"])
    return False


@pytest.mark.parametrize("role", SIGNS_IN)
def test_page_when_the_role_may_not_then_refused_and_exactly_one_event(role: Role, staff_a: Staff, as_person: Any):
    person, wrong, tried = staff_a[role], [], 0
    browser = as_person(person)
    for route, pattern, door in behind_doors(api=False):
        if door.permission is None or door.permission in ROLES[role].permissions:
            continue
        for method in ("get", "post"):
            events = Events()
            status = getattr(browser, method)(address(route), headers=FRAGMENT).status_code
            tried += 1
            if status != 403 or not once_refused(events, person, "not_allowed", pattern.name or ""):
                wrong.append((pattern.name, method, status, events.names()))

    assert wrong == []
    assert tried


@pytest.mark.parametrize("role", SIGNS_IN)
def test_operation_when_the_role_may_not_then_refused_and_exactly_one_event(role: Role, staff_a: Staff, as_person: Any):
    person, wrong, tried = staff_a[role], [], 0
    browser = as_person(person)
    for route, pattern, _door in behind_doors(api=True):
        for method in _closed_methods(pattern, role):
            events = Events()
            answer = browser.generic(method, address(route), b"{}", content_type="application/json")
            tried += 1
            if answer.status_code != 403 or not once_refused(events, person, "not_allowed", pattern.name or ""):
                wrong.append((pattern.name, method, answer.status_code, events.names()))

    assert wrong == []
    assert tried or role in (Role.CLINICIAN, Role.RADIOLOGIST)  # the API is theirs


def _closed_methods(pattern: URLPattern, role: Role) -> list[str]:
    view: Any = pattern.callback
    held = ROLES[role].permissions
    return [
        method
        for method, needs in view.cls.needs.items()
        if any(not ((need if isinstance(need, frozenset) else {need}) & held) for need in needs)
    ]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("whose", ["nobody", "the_other_site"])
def test_page_when_the_row_is_not_of_the_site_then_not_there_and_exactly_one_event(
    method: str, whose: str, staff_b: Staff, as_person: Any, ids: dict[str, str]
):
    wrong, tried = [], 0
    for route, pattern, door in behind_doors(api=False):
        if "<uuid:" not in route:
            continue
        person, name = staff_b[_who_may(door)], pattern.name or ""
        path = address(route) if whose == "nobody" else _of_site_a(name, route, ids)
        browser, events = as_person(person), Events()
        status = getattr(browser, method)(path + (PLACE if name == "evidence" else ""), headers=FRAGMENT).status_code
        is_right = events.names() == [] if status == 405 else once_refused(events, person, "not_found", name)
        tried += status == 404
        if status not in (404, 405) or not is_right:
            wrong.append((name, status, events.names()))

    assert wrong == []
    assert tried


def _who_may(door: Door) -> Role:
    return next(role for role in SIGNS_IN if door.permission is None or door.permission in ROLES[role].permissions)


def _of_site_a(name: str, route: str, ids: dict[str, str]) -> str:
    if name in ("upload_add", "run_request"):
        return address(route, NOWHERE | {"uuid": ids["case"]})
    if name in ("report", "report_verify", "report_pdf"):
        return address(route, NOWHERE | {"uuid": ids["report"]})
    kinds = {"upload": "upload", "evidence": "upload", "run": "run", "notification": "notice", "key": "key",
             "audit_event": "event", "engine": "engine", "proposal": "proposal", "person": "colleague",
             "role": "colleague", "site": "site"}  # fmt: skip
    return address(
        route, NOWHERE | {"uuid": ids[next((kind for word, kind in kinds.items() if name.startswith(word)), "case")]}
    )


def test_operation_when_the_row_is_not_of_the_site_then_not_there_and_exactly_one_event(world_a: World, staff_b: Staff):
    wrong, tried = [], 0
    for path, method, told in operations():
        if not told.get("security") or "{id}" not in path:
            continue
        person = staff_b[world.role_of(told["operationId"])]
        api = as_program(person)
        events = Events()
        status = ask(api, world_a, path, method, told).status_code
        tried += 1
        if told["operationId"] not in AT_A_BROWSER and (
            status != 404 or not once_refused(events, person, "not_found", "")
        ):
            wrong.append((told["operationId"], status, events.names()))

    assert wrong == []
    assert tried
