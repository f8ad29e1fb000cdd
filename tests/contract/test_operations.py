"""Every operation, asked as its own example says: it works for whom it should, and for nobody else."""

import json
from typing import Any

import pytest
from django.urls import resolve

from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from tests.contract.asking import Api, as_program
from tests.contract.description import operations
from tests.contract.world import CANARY, OF_ADMINS, OF_AUDITORS, OF_ENGINEERS, World, role_of
from tests.integration.extraction import prompted
from tests.make import Person, Staff
from tests.signing import prove

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_engine_of_words():
    with prompted.language_engine():
        yield


CLOSED = [
    pytest.param(path, method, told, id=told["operationId"])
    for path, method, told in operations()
    if told.get("security")
]
RAW = {"addUpload": b"A letter of the contract test.\n", "sendChunk": b"more", "sendCoachingPiece": b"more"}
AT_A_BROWSER = {"issueKey", "revokeKey", "signReport", "signCosignature", "declineCosignature",
                "decideReviewItem", "agreeToProposal", "refuseProposal",
                "decideConflict", "takeFilm", "releaseFilm", "sealReading", "concludeReading",
                "overruleGatekeeper", "decideFilmText", "decideFact",
                "breakGlass", "readEmergencyCase", "judgeEmergency",
                "addFact", "takeBackFact", "finishExtraction"}  # fmt: skip  # no key does these
ABOUT_ONESELF = {
    "readMe",
    "listKeys",
    "issueKey",
    "getToken",
    "listNotifications",
    "readAllNotifications",
    "readDescription",
    "readMyCorrections",
    "describeClassic",
    "readClassicHealth",
    "listCoachingQuestions",
    "drawCoachingQuestion",
    "listPractices",
    "beginPractice",
    "listCoachingRecordings",
    "readCoachingPreferences",
    "changeCoachingPreferences",
    "readProgress",
    "listSiteQuestions",
    "proposeQuestion",
    "readSiteQuestion",
    "exportQuestions",
    "importQuestions",
    "listListeners",
    "listLiveSessions",
    "listRecommendations",
    "searchCoachingQuestions",
    "listMeasures",
}

LOOKS_AFTER_JOBS = {"listRuns", "readRun", "cancelRun", "replayRun"}
LOOKS_AFTER_ENGINES = {
    "readExtractionFigures",
    "classicMetrics",
    "classicExperiments",
    "listPrompts",
    "readPrompt",
    "listPromptTrials",
    "listExperiments",
    "listLearning",
    "listTrainingItems",
    "readReviewSettings",
    "tryLimits",
    "listEngines",
    "askEngineCases",
    "readEngine",
    "listProposals",
    "readProposal",
    "listDriftAlarms",
    "listIncidents",
    "openIncident",
    "readIncident",
    "noteIncident",
    "doIncidentStep",
    "orderIncidentPack",
    "downloadIncidentPack",
    "resolveIncident",
    "reviewIncident",
    "closeIncident",
}
STOPS_ENGINES = {"pullStop", "proposeRelease"}
THEIR_WORK = {
    Role.ENGINEER: {*LOOKS_AFTER_JOBS, *LOOKS_AFTER_ENGINES, *STOPS_ENGINES, *OF_ENGINEERS - AT_A_BROWSER},
    Role.LEAD: {
        "readParticipation",
        "listEmergencies",
        "decideQuestion",
        "listRuns",
        "readRun",
        "listColleagues",
        "readReviewFigures",
        "readFilmFigures",
        *LOOKS_AFTER_ENGINES,
    },
    Role.AUDITOR: {"listColleagues", "listEmergencies", *OF_AUDITORS},
    Role.ADMIN: {*LOOKS_AFTER_JOBS, *OF_ADMINS, "listColleagues", "listEmergencies", "readCoachingFigures"},
}


def ask(api: Api, world: World, path: str, method: str, told: dict[str, Any]) -> Any:
    name, address = told["operationId"], world.path(told["operationId"], path)
    if name in RAW:
        return api(method.upper(), f"{address}{'?name=a.txt' if name == 'addUpload' else ''}", data=RAW[name],
                   content_type="application/octet-stream")  # fmt: skip
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    example = next(iter(content["examples"].values()))["value"] if content else None
    return api(method.upper(), address, world.body(example) if content else None)


def content_of(answer: Any) -> str:
    return str((b"".join(answer.streaming_content) if answer.streaming else answer.content).decode())


def needs_of(path: str, method: str) -> list[frozenset[Permission]]:
    """Without any one of these sets it is closed; of each, one permission is enough."""
    nowhere = "00000000-0000-4000-8000-000000000000"
    view: Any = resolve(path.replace("{id}", nowhere).replace("{index}", "1").replace("{code}", "x")).func
    needs = view.cls.needs[method.upper()]
    return [needed if isinstance(needed, frozenset) else frozenset({needed}) for needed in needs]


@pytest.mark.parametrize(("path", "method", "told"), CLOSED)
def test_operation_works_as_its_example_says(
    path: str, method: str, told: dict[str, Any], world_a: World, as_person: Any
) -> None:
    api = as_program(world_a.asker(told["operationId"]))
    if told["operationId"] in AT_A_BROWSER:
        api = Api(browser=prove(as_person(world_a.asker(told["operationId"]))))

    answer = ask(api, world_a, path, method, told)

    assert 200 <= answer.status_code < 300, content_of(answer)


@pytest.mark.parametrize(("path", "method", "told"), CLOSED)
def test_operation_is_closed_to_nobody(path: str, method: str, told: dict[str, Any], world_a: World) -> None:
    answer = ask(Api(), world_a, path, method, told)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


@pytest.mark.parametrize(("path", "method", "told"), CLOSED)
def test_operation_is_closed_to_a_key_without_any_one_of_its_permissions(
    path: str, method: str, told: dict[str, Any], world_a: World
) -> None:
    asker = world_a.asker(told["operationId"])
    whole = asker.actor.permissions
    for needed in needs_of(path, method):
        answer = ask(as_program(asker, *(whole - needed)), world_a, path, method, told)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), needed


@pytest.mark.parametrize(("path", "method", "told"), CLOSED)
def test_what_belongs_to_another_site_is_not_there(
    path: str, method: str, told: dict[str, Any], world_a: World, staff_b: Staff
) -> None:
    """By its id in the address or in the body; and nothing of it is in any list."""
    names_an_id = "{id}" in path or any(real in json.dumps(_body(world_a, told)) for real in world_a.ids.values())

    answer = ask(as_program(staff_b[role_of(told["operationId"])]), world_a, path, method, told)

    if names_an_id:
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert CANARY not in content_of(answer)


def _body(world: World, told: dict[str, Any]) -> Any:
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    return world.body(next(iter(content["examples"].values()))["value"]) if content else None


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.LEAD, Role.AUDITOR, Role.ADMIN])
def test_roles_that_read_no_patient_are_shown_none(role: Role, world_a: World, staff_a: Any) -> None:
    api = as_program(staff_a[role])

    for path, method, told in operations():
        if told["operationId"] not in ABOUT_ONESELF and told.get("security"):
            answer = ask(api, world_a, path, method, told)
            is_theirs = told["operationId"] in THEIR_WORK.get(role, set())
            assert (answer.status_code < 300) if is_theirs else (answer.status_code in (403, 404)), (path, method)
            assert CANARY not in content_of(answer)


@pytest.mark.parametrize(
    "query",
    ["cases?patient={patient}", "cases?assignee={person}", "runs?case={case}"],
)
def test_id_of_another_site_in_a_query_is_not_there(query: str, world_a: World, clinician_b: Person) -> None:
    from clinic.api import examples

    ids = {"patient": examples.PATIENT_ID, "person": examples.ANA_ID, "case": examples.CASE_ID}
    address = query.format(**{name: world_a.ids[known] for name, known in ids.items()})

    assert as_program(world_a.person).get(address).status_code == 200
    assert as_program(clinician_b).get(address).json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("cases", {"patient": {"id": "patient"}, "question": "x"}),
        ("cases", {"patient": {"new": {}}, "question": "x", "assignee": "person"}),
        ("cases/search", {"words": "well", "patient": "patient"}),
        ("cases/search", {"words": "well", "assignee": "person"}),
        ("runs", {"kind": "clinic.check", "case": "case"}),
        ("runs", {"kind": "clinic.check", "uploads": ["upload"]}),
        ("uploads/sessions", {"case": "case", "name": "a.txt"}),
    ],
)
def test_id_of_another_site_in_a_body_is_not_there(
    path: str, body: dict[str, Any], world_a: World, clinician_b: Person
) -> None:
    from clinic.api import examples

    ids = {
        "patient": examples.PATIENT_ID,
        "person": examples.ANA_ID,
        "case": examples.CASE_ID,
        "upload": examples.UPLOAD_ID,
    }
    text = json.dumps(body)
    for name, known in ids.items():
        text = text.replace(f'"{name}"}}', f'"{world_a.ids[known]}"}}').replace(
            f'["{name}"]', f'["{world_a.ids[known]}"]'
        )
        text = text.replace(f': "{name}"', f': "{world_a.ids[known]}"')

    answer = as_program(clinician_b).post(path, json.loads(text))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
