"""Searching: words on the server, an opaque id in the address, and what is found by what."""

import re

import pytest

from clinic.actions import cases, people
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.views.searches import KEPT
from clinic.words import folded, prefix_query
from tests import make
from tests.integration.pages.cases.helpers import references, text_of

SEARCH, LIST = "/cases/search/", "/cases/"


@pytest.fixture
def fever(clinician_a):
    return make.case(clinician_a, question="Fieber und Atemnot, Señora, breathing fast", encounter="ED-77120")


@pytest.fixture
def client(as_person, clinician_a):
    return as_person(clinician_a)


def search(client, words):
    return client.get(client.post(SEARCH, {"q": words}).headers["Location"])


@pytest.mark.parametrize(
    "words", ["fieber", "FIEB", "atemnot breath", "senora", "señora", "77120", "ED-77120", "ed 771"]
)
def test_search_when_words_begin_words_of_a_case_then_it_is_found(client, fever, case_a, words):
    assert references(search(client, words)) == [fever.reference]


@pytest.mark.parametrize("words", ["ieber", "fieber knie", "!!!", "' | x:*", "&", "C-99999", "\\", "q:z"])
def test_search_when_nothing_begins_so_then_says_that_no_case_does(client, fever, words):
    shown = search(client, words)

    assert references(shown) == []
    assert "No case holds these words" in text_of(shown)


def test_search_when_it_is_the_number_of_a_case_then_opens_it(client, fever):
    assert client.post(SEARCH, {"q": f" c{fever.number} "}).headers["Location"] == f"/cases/{fever.pk}/"


def test_search_when_it_is_the_number_of_a_patient_then_finds_all_her_cases(
    client, clinician_a, patient_a, case_a, fever
):
    other = make.case(clinician_a, of=patient_a)

    assert sorted(references(search(client, f"P-{patient_a.number}"))) == sorted([case_a.reference, other.reference])
    assert references(search(client, f"p{patient_a.number} fieber")) == []


def test_search_when_the_case_is_of_another_site_then_finds_nothing(client, case_b):
    assert references(search(client, "question of site")) == []
    assert references(search(client, "B")) == []


def test_search_when_sent_then_its_words_stand_in_no_address_and_lie_sealed(client, fever):
    address = client.post(SEARCH, {"q": "fieber"}).headers["Location"]

    assert re.fullmatch(r"/cases/\?search=[\w-]{16}", address)
    assert "fieber" not in str(dict(client.session)).lower()
    assert "fieber" in text_of(client.get(address))


def test_search_when_the_id_is_of_another_session_then_means_nothing(client, as_person, clinician_a, fever):
    address = client.post(SEARCH, {"q": "fieber"}).headers["Location"]

    shown = as_person(clinician_a).get(address)

    assert "fieber" not in text_of(shown)
    assert "That search is over" in text_of(shown)


def test_search_when_made_at_another_site_then_is_over_here(client, clinician_a, staff_b, fever):
    address = client.post(SEARCH, {"q": "fieber"}).headers["Location"]
    with scope(site=staff_b.site.pk):
        people.give_role(by=make.SYSTEM, person=clinician_a.user, site=staff_b.site, role=Role.CLINICIAN)
    session = client.session
    session["site"] = str(staff_b.site.pk)
    session.save()

    assert "That search is over" in text_of(client.get(address))


def test_search_when_more_are_made_than_are_kept_then_the_oldest_goes(client, fever):
    oldest = client.post(SEARCH, {"q": "fieber"}).headers["Location"]
    for number in range(KEPT):
        newest = client.post(SEARCH, {"q": f"fieber {number}"}).headers["Location"]

    assert "That search is over" in text_of(client.get(oldest))
    assert "fieber 4" in text_of(client.get(newest))


def test_search_when_narrowed_by_a_filter_then_stays_a_search(client, fever):
    shown = search(client, "fieber").content.decode()

    assert re.search(r'href="/cases/\?search=[\w-]+&amp;show=human"', shown)


def test_search_when_empty_then_shows_the_list(client, db):
    assert client.post(SEARCH, {"q": "  "}).headers["Location"] == LIST


def test_search_when_asked_by_address_then_refused(client, db):
    assert client.get(f"{SEARCH}?q=fieber").status_code == 405


def test_search_when_the_question_was_changed_then_the_new_words_find_it(client, clinician_a, fever):
    with clinician_a.at_work():
        cases.edit(by=clinician_a.actor, case=fever, question="Sprained ankle")

    assert references(search(client, "ankle")) == [fever.reference]
    assert references(search(client, "fieber")) == []


def test_search_when_only_the_number_of_the_visit_was_changed_then_the_new_one_finds_it(client, clinician_a, fever):
    with clinician_a.at_work():
        cases.edit(by=clinician_a.actor, case=fever, encounter="ED-90210")

    assert references(search(client, "90210")) == [fever.reference]
    assert references(search(client, "77120")) == []


@pytest.mark.parametrize(("text", "expected"), [("Niño, 38.9°C", "nino 38 9 c"), ("C-12_x", "c 12 x"), ("...", "")])
def test_words_when_folded_then_lose_accents_case_and_punctuation(text, expected):
    assert folded(text) == expected


def test_query_when_made_from_anything_then_needs_no_quoting():
    assert prefix_query("'; DROP & fever|cough !x") == "drop:* & fever:* & cough:* & x:*"
    assert len(prefix_query("a " * 500).split("&")) == 12
