"""Programs search as people do: within what their key may read, page by page, and each search is its asker's alone."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from clinic import searching
from clinic.actions import searching as acts
from clinic.authorization.permissions import Permission as P
from clinic.authorization.roles import Role
from clinic.models import AskedSearch, Case, FindableKind, Run, SavedSearch
from clinic.search_index import Text
from clinic.search_kinds import Indexed
from tests import make
from tests.contract.asking import Api, as_program
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db
NOTE = "Zebrafish keeper with a persistent cough."


@pytest.fixture
def noted(clinician_a: Person, clinician_b: Person, work_lane: Any) -> list[Case]:
    """Three cases at one site and one at another have the words."""
    found = []
    for number in range(3):
        found.append(make.case(clinician_a))
        make.note(clinician_a, found[-1], f"{NOTE} Visit {number}.")
    make.note(clinician_b, make.case(clinician_b), NOTE)
    acts.look_after_index()
    work_lane("cpu_batch")
    return found


def asked(api: Api, query: str = "zebrafish", **filters: Any) -> str:
    answer = api.post("searches", {"query": query, "filters": filters})
    assert answer.status_code == 201
    return str(answer.json()["id"])


def test_search_when_asked_then_its_passages_are_read_and_the_look_is_noted(noted, api_a):
    search = asked(api_a)

    answer = {}
    told = told_by(lambda: answer.update(api_a.get(f"searches/{search}").json()))

    assert told == ["case_list.read"]
    assert {hit["case"]["id"] for hit in answer["results"]} == {str(case.pk) for case in noted}
    assert {"words": "zebrafish", "is_hit": True} in answer["results"][0]["passage"]
    assert (answer["next_cursor"], answer["by_meaning"], answer["is_under_way"]) == (None, False, True)


def test_hits_when_read_page_by_page_then_each_comes_once_and_in_order(noted, api_a):
    search, found, cursor = asked(api_a), [], ""
    whole = [hit["subject"] for hit in api_a.get(f"searches/{search}").json()["results"]]

    for _page in range(9):
        answer = api_a.get(f"searches/{search}?page_size=1{cursor}").json()
        found += [hit["subject"] for hit in answer["results"]]
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"

    assert found == whole and len(found) == 3


def test_later_page_when_the_meaning_came_in_between_then_it_keeps_to_the_order_of_the_first(noted, clinician_a, api_a,
                                                                                              monkeypatch):  # fmt: skip
    search = asked(api_a)
    first = api_a.get(f"searches/{search}?page_size=1").json()
    with clinician_a.at_work():
        AskedSearch.objects.filter(pk=search).update(meaning=[0.0] * 384)
    meant: list[Any] = []

    def by_meaning(_rows: Any, meaning: Any) -> list[Any]:
        meant.append(meaning)
        return []

    monkeypatch.setattr(searching, "_by_meaning", by_meaning)

    later = api_a.get(f"searches/{search}?page_size=1&cursor={first['next_cursor']}").json()
    assert later["by_meaning"] is False and meant == []
    assert api_a.get(f"searches/{search}").json()["by_meaning"] is True and len(meant) == 1


GONE = "WzAsIjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMCJd"  # a place that no row has


@pytest.mark.parametrize("cursor", ["x", "WzAsIngiXQ", "e30", GONE])
def test_cursor_when_of_no_place_then_refused_by_name(noted, api_a, cursor):
    answer = api_a.get(f"searches/{asked(api_a)}?cursor={cursor}")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_hits_when_the_key_may_not_open_files_then_no_document_is_among_them(noted, clinician_a, api_a):
    case, run = noted[0], Run.objects.filter(kind="clinic.index")
    with clinician_a.at_work():
        letter = Text(FindableKind.DOCUMENT, case.site_id, case.pk, case.patient_id, uuid4(), 0, timezone.now(), ("",))
        words = (("The zebrafish bit her.", None),)
        acts.indexed(run=run[0], outcome=Indexed(private=((letter, words),)), by=clinician_a.actor)
    narrow = as_program(clinician_a, P.CASE_VIEW)

    def kinds(api: Api) -> set[str]:
        return {hit["kind"] for hit in api.get(f"searches/{asked(api)}").json()["results"]}

    assert (kinds(api_a), kinds(narrow)) == ({"note", "document"}, {"note"})
    assert as_program(clinician_a, P.UPLOAD_READ).post("searches", {"query": "x"}).json()["code"] == "not_allowed"


def test_search_when_of_somebody_else_or_narrowed_by_a_stranger_then_not_there(noted, api_a, api_b, staff_a: Staff,
                                                                               clinician_b):  # fmt: skip
    search = asked(api_a)
    saved = api_a.post("saved-searches", {"name": "Keepers", "query": "zebrafish"}).json()["id"]
    colleague = as_program(staff_a[Role.RADIOLOGIST])

    for other in (api_b, colleague):
        assert other.get(f"searches/{search}").status_code == 404
        assert other.post(f"saved-searches/{saved}").status_code == 404
        assert other("DELETE", f"saved-searches/{saved}").status_code == 404
        assert other.get("saved-searches").json()["results"] == []
    stranger = {"query": "zebrafish", "filters": {"reviewer": str(clinician_b.user.pk)}}
    assert api_a.post("searches", stranger).json()["code"] == "not_found"


def test_saved_search_when_kept_listed_asked_again_and_removed_then_each_is_told(noted, clinician_a, api_a):
    wish = {"name": "Keepers", "query": "zebrafish", "filters": {"kind": "note", "days": 90}}
    assert told_by(lambda: api_a.post("saved-searches", wish)) == ["search.saved"]
    [kept] = api_a.get("saved-searches").json()["results"]
    again = api_a.post(f"saved-searches/{kept['id']}").json()
    found = api_a.get(f"searches/{again['id']}").json()
    assert told_by(lambda: api_a("DELETE", f"saved-searches/{kept['id']}")) == ["search.removed"]

    assert (kept["name"], kept["filters"]["days"], len(found["results"])) == ("Keepers", 90, 3)
    with clinician_a.at_work():
        assert not SavedSearch.objects.exists()


def test_search_when_a_program_asked_for_ninety_days_then_the_page_shows_it_so(noted, clinician_a, api_a, as_person):
    search = asked(api_a, days=90)

    page = as_person(clinician_a).get(f"/search/{search}/").content.decode()

    assert '<option value="90" selected>90 days</option>' in page
