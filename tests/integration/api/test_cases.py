from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic.actions import people
from clinic.authorization.roles import Role
from clinic.models import Case, CaseState, Urgency
from tests import make
from tests.contract.asking import Api
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


def opening(**changes: Any) -> dict[str, Any]:
    return {"patient": {"new": {"name": "Cora Cedar", "sex": "female"}}, "question": "Is there a fracture?", **changes}


def test_open_with_new_patient_makes_both(api_a: Api) -> None:
    answer = api_a.post("cases", opening(urgency="urgent", encounter="ED-1", department="Emergency"))

    assert answer.status_code == 201
    told = answer.json()
    assert told["state"] == "open"
    assert told["urgency"] == "urgent"
    assert told["moves"] == ["awaiting_ai", "awaiting_human", "closed"]
    patient = api_a.get(f"patients/{told['patient']['id']}").json()
    assert (patient["name"], patient["sex"]) == ("Cora Cedar", "female")


def test_open_with_existing_patient_by_id_and_by_number(api_a: Api, case_a: Case) -> None:
    by_id = api_a.post("cases", opening(patient={"id": str(case_a.patient_id)}))
    by_number = api_a.post("cases", opening(patient={"number": case_a.patient.number}))

    assert by_id.json()["patient"] == by_number.json()["patient"]
    assert by_id.json()["id"] != by_number.json()["id"]


def test_open_refused_leaves_no_patient(api_a: Api, in_site_a: Person) -> None:
    before = api_a.get("patients").json()

    answer = api_a.post("cases", opening(due_at="2001-01-01T00:00:00Z"))

    assert answer.status_code == 400
    assert "due_at" in answer.json()["errors"]
    assert api_a.get("patients").json() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": "   "}, "question"),
        ({"question": 5}, "question"),
        ({"question": None}, "question"),
        ({"urgancy": "urgent"}, "urgancy"),
        ({"urgency": "soon"}, "urgency"),
        ({"urgency": True}, "urgency"),
        ({"due_at": "2030-01-01T00:00:00"}, "due_at"),
        ({"due_at": "tomorrow"}, "due_at"),
        ({"due_at": 17}, "due_at"),
        ({"assignee": "nobody"}, "assignee"),
        ({"assignee": 7}, "assignee"),
        ({"patient": {}}, "patient.non_field_errors"),
        ({"patient": {"number": "34"}}, "patient.number"),
        ({"patient": {"number": 34, "new": {}}}, "patient.non_field_errors"),
        ({"patient": {"new": {"birth_date": "2999-01-01"}}}, "patient.new.birth_date"),
        ({"patient": []}, "patient.non_field_errors"),
        ({"question": "x" * 4001}, "question"),
    ],
)
def test_open_with_something_wrong_names_the_field(api_a: Api, change: dict[str, Any], field: str) -> None:
    answer = api_a.post("cases", opening(**change))

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert field in answer.json()["errors"]


def test_patch_changes_wording_and_nothing_else(api_a: Api, case_a: Case) -> None:
    answer = api_a.patch(f"cases/{case_a.pk}", {"question": "Is it broken?", "encounter": "ED-9"})

    assert answer.json()["question"] == "Is it broken?"
    assert answer.json()["encounter"] == "ED-9"
    assert api_a.patch(f"cases/{case_a.pk}", {"state": "closed"}).status_code == 400


def test_move_by_listed_moves_only(api_a: Api, case_a: Case) -> None:
    moved = api_a.post(f"cases/{case_a.pk}/move", {"to": "awaiting_human", "reason": "film here"})
    refused = api_a.post(f"cases/{case_a.pk}/move", {"to": "amended"})

    assert moved.json()["state"] == "awaiting_human"
    assert refused.status_code == 409
    assert refused.json()["code"] == "illegal_move"
    assert refused.json()["from"] == "awaiting_human"


def test_closed_case_takes_no_note_and_no_wording(api_a: Api, case_a: Case) -> None:
    api_a.post(f"cases/{case_a.pk}/move", {"to": "closed"})

    assert api_a.post(f"cases/{case_a.pk}/notes", {"body": "late"}).json()["code"] == "case_is_closed"
    assert api_a.patch(f"cases/{case_a.pk}", {"question": "late"}).json()["code"] == "case_is_closed"


def test_assign_to_somebody_switched_off_is_refused(api_a: Api, case_a: Case, staff_a: Staff) -> None:
    off = staff_a[Role.RADIOLOGIST].user
    people.set_active(by=make.SYSTEM, person=off, is_active=False)

    refused = api_a.post(f"cases/{case_a.pk}/assign", {"assignee": str(off.pk)})

    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_member")


def test_assign_to_colleague_and_to_nobody(api_a: Api, case_a: Case, clinician_a: Person) -> None:
    given = api_a.post(f"cases/{case_a.pk}/assign", {"assignee": str(clinician_a.user.pk)})
    taken = api_a.post(f"cases/{case_a.pk}/assign", {"assignee": None})

    assert given.json()["assignee"]["id"] == str(clinician_a.user.pk)
    assert taken.json()["assignee"] is None
    assert api_a.post(f"cases/{case_a.pk}/assign", {}).status_code == 400


def test_urgency_moves_the_due_time(api_a: Api, case_a: Case) -> None:
    answer = api_a.post(f"cases/{case_a.pk}/urgency", {"urgency": "emergency"})

    assert answer.json()["urgency"] == "emergency"
    assert answer.json()["due_at"] < (case_a.due_at).isoformat()
    before_opening = (case_a.opened_at - timedelta(days=1)).isoformat()
    assert api_a.post(f"cases/{case_a.pk}/urgency", {"urgency": "urgent", "due_at": before_opening}).status_code == 400


def test_notes_are_listed_latest_first(api_a: Api, case_a: Case) -> None:
    for body in ("first", "second"):
        assert api_a.post(f"cases/{case_a.pk}/notes", {"body": body}).status_code == 201

    assert [note["body"] for note in api_a.get(f"cases/{case_a.pk}/notes").json()["results"]] == ["second", "first"]


def test_entries_tell_the_story_page_by_page(api_a: Api, case_a: Case) -> None:
    for number in range(5):
        api_a.post(f"cases/{case_a.pk}/notes", {"body": f"note {number}"})

    first = api_a.get(f"cases/{case_a.pk}/entries?page_size=4").json()
    second = api_a.get(f"cases/{case_a.pk}/entries?page_size=4&cursor={first['next_cursor']}").json()

    kinds = [entry["kind"] for entry in first["results"] + second["results"]]
    assert kinds == ["note"] * 5 + ["case_opened"]
    assert second["next_cursor"] is None


def test_consents_are_recorded_and_withdrawn(api_a: Api, case_a: Case) -> None:
    api_a.post(f"cases/{case_a.pk}/consents", {"purpose": "teaching", "is_given": True})
    api_a.post(f"cases/{case_a.pk}/consents", {"purpose": "teaching", "is_given": False})

    told = api_a.get(f"cases/{case_a.pk}/consents").json()["results"]
    assert [consent["is_given"] for consent in told] == [False, True]
    assert api_a.post(f"cases/{case_a.pk}/consents", {"purpose": "teaching", "is_given": "yes"}).status_code == 400


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def five(clinician_a: Person) -> list[Case]:
    urgencies = [Urgency.ROUTINE, Urgency.EMERGENCY, Urgency.URGENT, Urgency.ROUTINE, Urgency.EMERGENCY]
    return [make.case(clinician_a, question=f"case {n}", urgency=urgency) for n, urgency in enumerate(urgencies)]


def questions(answer: Any) -> list[str]:
    return [case["question"] for case in answer.json()["results"]]


def test_list_most_pressing_first_then_what_is_done(api_a: Api, five: list[Case]) -> None:
    api_a.post(f"cases/{five[1].pk}/move", {"to": "closed"})

    assert questions(api_a.get("cases")) == ["case 4", "case 2", "case 0", "case 3", "case 1"]
    assert questions(api_a.get("cases?order=newest")) == ["case 4", "case 3", "case 2", "case 1", "case 0"]


def test_list_by_cursor_shows_each_once_while_cases_come(api_a: Api, five: list[Case], clinician_a: Person) -> None:
    seen, cursor = [], ""
    while True:
        told = api_a.get(f"cases?page_size=2{cursor}").json()
        seen += [case["question"] for case in told["results"]]
        if len(seen) == 2:
            make.case(clinician_a, question="new emergency", urgency=Urgency.EMERGENCY)
        if told["next_cursor"] is None:
            break
        cursor = f"&cursor={told['next_cursor']}"

    of_before = [question for question in seen if question.startswith("case")]
    assert of_before == ["case 1", "case 4", "case 2", "case 0", "case 3"]


def test_list_filters(api_a: Api, five: list[Case], clinician_a: Person) -> None:
    api_a.post(f"cases/{five[0].pk}/assign", {"assignee": str(clinician_a.user.pk)})
    api_a.post(f"cases/{five[3].pk}/move", {"to": "awaiting_ai"})
    opened = five[2].opened_at.isoformat().replace("+", "%2B")

    assert questions(api_a.get("cases?urgency=emergency")) == ["case 1", "case 4"]
    assert questions(api_a.get("cases?urgency=emergency&urgency=urgent")) == ["case 1", "case 4", "case 2"]
    assert questions(api_a.get("cases?state=awaiting_ai")) == ["case 3"]
    assert questions(api_a.get(f"cases?assignee={clinician_a.user.pk}")) == ["case 0"]
    assert len(questions(api_a.get("cases?unassigned=true"))) == 4
    assert questions(api_a.get(f"cases?patient={five[2].patient_id}")) == ["case 2"]
    assert questions(api_a.get(f"cases?opened_after={opened}&order=newest")) == ["case 4", "case 3"]
    assert questions(api_a.get(f"cases?opened_before={opened}&order=newest")) == ["case 1", "case 0"]
    assert questions(api_a.get("cases?overdue=true")) == []


def test_overdue_lists_what_has_waited_too_long(api_a: Api, case_a: Case, time_machine: Any) -> None:
    time_machine.move_to(timezone.now() + timedelta(hours=9))

    assert questions(api_a.get("cases?overdue=true")) == ["Question of site A"]
    assert api_a.get(f"cases/{case_a.pk}").json()["is_overdue"] is True


@pytest.mark.parametrize(
    "query",
    [
        "state=lost",
        "order=oldest",
        "page_size=0",
        "page_size=201",
        "page_size=ten",
        "page_size=1e1",
        "cursor=AAAA",
        "cursor=%00",
        "cursor=%ff",
        "overdue=yes",
        "patient=7",
        "opened_after=today",
        "opened_after=2025-01-01",
        "who=me",
        "order=newest&order=pressing",
        "patient=urn%3Auuid%3A1",
    ],
)
def test_list_with_a_wrong_query_is_refused_by_name(api_a: Api, query: str) -> None:
    answer = api_a.get(f"cases?{query}")

    assert answer.status_code == 400
    assert {name.partition(".")[0] for name in answer.json()["errors"]} == {query.partition("=")[0]}


def test_cursor_of_another_list_or_made_up_is_refused(api_a: Api, five: list[Case]) -> None:
    import base64
    import json

    cursor = api_a.get("cases?order=newest&page_size=1").json()["next_cursor"]
    made_up: list[Any] = [
        [0, 0, float("inf"), "2025-01-01T00:00:00+00:00", str(five[0].pk)],
        [0, 0, 1, "2025-01-01", str(five[0].pk)],
        [0, 0, None, None, None],
        [9, 0, 1, 2, 3],
        [0, 0, {"a": 1}, [], "x"],
        "text",
        5,
        None,
        {},
        [[[[]]]],
        [0, 0, 1],
    ]
    texts = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in made_up]

    for text in [*texts, cursor[:-3], "x" * 400]:
        assert api_a.get(f"cases?page_size=1&cursor={text}").status_code in (200, 400)
    assert api_a.get(f"notifications?cursor={api_a.get('cases?page_size=1').json()['next_cursor']}").status_code == 400


# --- search -----------------------------------------------------------------------------------------------------------


def test_search_finds_by_words_reference_and_visit(api_a: Api, clinician_a: Person) -> None:
    case = make.case(clinician_a, question="¿Tiene neumotórax?", encounter="ED-77120")
    make.case(clinician_a, question="Sprained ankle?")

    for words in ("neumotorax", "neumo", case.reference, case.patient.pseudonym, "77120", "tiene neumo"):
        assert questions(api_a.post("cases/search", {"words": words})) == ["¿Tiene neumotórax?"], words
    assert questions(api_a.post("cases/search", {"words": "neumotorax ankle"})) == []
    assert questions(api_a.post("cases/search", {"words": "neumotorax", "state": [CaseState.CLOSED]})) == []


@pytest.mark.parametrize("words", ["'", "a:*", "& | !", "\\", "<->", "%", "neumo:*A", "((", "e" * 200])
def test_search_with_signs_of_the_query_language_is_harmless(api_a: Api, case_a: Case, words: str) -> None:
    assert api_a.post("cases/search", {"words": words}).status_code == 200


def test_search_takes_flags_as_json_has_them(api_a: Api, case_a: Case) -> None:
    assert questions(api_a.post("cases/search", {"words": "question", "unassigned": True})) == ["Question of site A"]
    assert api_a.post("cases/search", {"words": "question", "unassigned": "true"}).status_code == 400
    assert api_a.post("cases/search", {"words": "question", "page_size": "5"}).status_code == 400


def test_list_of_fifty_costs_a_bounded_number_of_queries(
    api_a: Api, clinician_a: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        make.case(clinician_a, question=f"case {number}")

    with django_assert_max_num_queries(16):
        assert len(api_a.get("cases").json()["results"]) == 50
