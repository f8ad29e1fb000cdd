"""The pages of facts: what is shown to whom, and that each act goes the way of the actions."""

import csv
import io
import json
import re
from datetime import date

import pytest
from fhir.resources.R4B.bundle import Bundle

from clinic.authorization.roles import Role
from clinic.models import ReviewItem, Sex
from extraction.actions import checking
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction.finding import LETTER, found, fresh, keys, sheet
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(clinician_a: Person) -> FactSheet:
    made: FactSheet = found(clinician_a, make.case(clinician_a))
    return made


@pytest.fixture
def browser(as_person, clinician_a):
    return as_person(clinician_a)


def post(browser, made: FactSheet, place: str, **told: str):
    return browser.post(f"/extraction/{made.pk}/{place}/", {"run": str(made.run_id), **told})


def test_facts_stand_beside_the_text_with_their_words_marked(browser, letter):
    page = browser.get(f"/extraction/{letter.pk}/").content.decode()

    assert re.search(r'<mark class="a on"[^>]*><a [^>]*>fever</a>', page)
    assert "amoxicillin" in page.lower() and "has not been measured" in page
    assert "Local" in page and "A value without a source stays empty." in page


def test_each_look_is_one_reading(browser, letter):
    assert told_by(lambda: browser.get(f"/extraction/{letter.pk}/")) == ["sheet.read"]
    assert told_by(lambda: browser.get("/extraction/")) == ["sheet_list.read"]


def test_accepting_leads_to_the_next_open_fact_and_finishing_to_the_end(browser, clinician_a, letter):
    for key in keys(clinician_a, letter):
        assert post(browser, letter, "decide", act="accept", key=key).status_code == 302
    assert told_by(lambda: post(browser, letter, "finish")) == ["review.claimed", "review.decided", "sheet.finished"]

    page = browser.get(f"/extraction/{letter.pk}/").content.decode()
    assert "Checked by" in page and "/decide/" not in page
    assert "Checked" in browser.get("/extraction/?in=finished").content.decode()


def test_correcting_opens_the_form_in_the_line_and_what_was_worked_out_of_old_words_goes(browser, clinician_a, letter):
    key = next(key for key in keys(clinician_a, letter) if key.startswith("medications"))
    form = browser.get(f"/extraction/{letter.pk}/fact/{key}/").content.decode()
    assert 'name="strength"' in form and 'value="250 mg"' in form

    told = {"name": "amoxicillin", "strength": "500 mg", "frequency": "twice daily", "assertion": "present"}
    assert post(browser, letter, f"fact/{key}", **told).status_code == 302

    with clinician_a.at_work():
        values = checking.decisions_of(letter)[0].values or {}
    assert values["frequency"] == "twice daily" and "times" not in values


def test_wrong_values_come_back_with_the_reason_and_nothing_is_kept(browser, clinician_a, letter):
    answer = post(browser, letter, "fact/vitals.0", name="Temperature", value="warm", assertion="present")

    assert answer.status_code == 422 and "a number" in answer.content.decode()
    with clinician_a.at_work():
        assert checking.decisions_of(letter) == []


def test_fact_is_added_by_hand(browser, letter):
    assert 'name="kind"' in browser.get(f"/extraction/{letter.pk}/add/").content.decode()
    address = f"/extraction/{letter.pk}/add/?kind=problems"
    assert 'name="severity"' in browser.get(address).content.decode()

    browser.post(address, {"run": str(letter.run_id), "name": "eczema", "assertion": "present"})

    page = browser.get(f"/extraction/{letter.pk}/").content.decode()
    assert "eczema" in page and "Added by a person" in page


def test_undo_leads_back_to_what_was_undone(browser, clinician_a, letter):
    key = keys(clinician_a, letter)[0]
    post(browser, letter, "decide", act="reject", key=key)

    assert post(browser, letter, "undo").headers["Location"].endswith(f"?at={key}")


def test_page_that_shows_older_facts_decides_nothing(browser, clinician_a, letter):
    answer = browser.post(f"/extraction/{letter.pk}/decide/", {"run": str(letter.pk), "act": "accept",
                                                               "key": keys(clinician_a, letter)[0]})  # fmt: skip

    assert answer.status_code == 409
    with clinician_a.at_work():
        assert checking.decisions_of(letter) == []


def test_facts_leave_as_a_table_without_formulas(browser, clinician_a):
    made = found(clinician_a, make.case(clinician_a), text="Fever. Plan: =SUM(A1) follow up in two weeks.\n")

    answer = browser.get(f"/extraction/{made.pk}/facts.csv")

    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [line["kind"] for line in lines if line["words"].lower() == "fever"] == ["problems"]
    assert not any(value.startswith("=") for line in lines for value in line.values())
    assert told_by(lambda: browser.get(f"/extraction/{made.pk}/facts.json")) == ["sheet.taken"]


def test_facts_leave_as_fhir_that_says_what_is_not_checked(browser, clinician_a, letter):
    key = next(key for key in keys(clinician_a, letter) if key.startswith("vitals"))
    post(browser, letter, "decide", act="accept", key=key)

    told = json.loads(browser.get(f"/extraction/{letter.pk}/facts.fhir").content)

    Bundle.model_validate(told)
    by_kind = {one["resource"]["resourceType"]: one["resource"] for one in told["entry"]}
    assert by_kind["Observation"]["status"] == "final"
    assert by_kind["MedicationStatement"]["status"] == "active"
    assert "not checked by a person" in by_kind["MedicationStatement"]["note"][0]["text"]
    conditions = [one["resource"] for one in told["entry"] if one["resource"]["resourceType"] == "Condition"]
    sure = {one["code"]["text"].lower(): one["verificationStatus"]["coding"][0]["code"] for one in conditions}
    assert sure["vomiting"] == "refuted" and sure["fever"] == "unconfirmed"
    assert browser.get(f"/extraction/{letter.pk}/facts.exe").status_code == 404


def test_file_and_pasted_text_are_taken_in(browser, clinician_a, own_store):
    case = make.case(clinician_a)
    upload = make.upload(clinician_a, case, LETTER.encode(), "letter.txt")

    assert browser.post("/extraction/add/", {"case": case.reference}).headers["Location"].endswith(f"{case.pk}/")
    assert "letter.txt" in browser.get(f"/extraction/add/{case.pk}/").content.decode()
    answer = browser.post(f"/extraction/add/{case.pk}/", {"upload": [str(upload.pk)]})
    pasted = browser.post(f"/extraction/add/{case.pk}/paste/", {"text": f"{LETTER} More.", "name": ""})

    with clinician_a.at_work():
        assert FactSheet.objects.count() == 2
        assert answer.headers["Location"] == f"/extraction/{FactSheet.objects.get(upload=upload).pk}/"
    assert pasted.status_code == 302
    assert browser.post(f"/extraction/add/{case.pk}/paste/", {"text": "short"}).status_code == 422


def test_waiting_page_asks_for_news(browser, clinician_a):
    made = sheet(clinician_a, make.case(clinician_a))

    assert "is being read" in browser.get(f"/extraction/{made.pk}/").content.decode()
    assert browser.get(f"/extraction/{made.pk}/news/?known=").status_code == 204


def test_found_again(browser, clinician_a, letter):
    assert told_by(lambda: browser.post(f"/extraction/{letter.pk}/again/")) == ["run.requested"]


def test_another_site_has_no_such_page(as_person, clinician_b, letter):
    browser = as_person(clinician_b)

    for path in ("", "news/", "fact/problems.0/", "add/", "facts.json"):
        assert browser.get(f"/extraction/{letter.pk}/{path}").status_code == 404, path
    for act in ("decide", "undo", "finish", "again"):
        assert post(browser, letter, act, act="accept", key="problems.0").status_code == 404, act


def test_auditor_and_engineer_have_no_page_of_facts(as_person, staff_a: Staff, letter):
    for role in (Role.AUDITOR, Role.ENGINEER):
        assert as_person(staff_a[role]).get(f"/extraction/{letter.pk}/").status_code in (403, 404), role


def test_clock_of_checking_starts_with_the_first_look_of_who_may_check(browser, clinician_a, letter):
    browser.get(f"/extraction/{letter.pk}/")

    assert fresh(clinician_a, letter).opened_at is not None


def test_review_queue_leads_to_the_facts(browser, clinician_a, letter):
    with clinician_a.at_work():
        item = ReviewItem.objects.get(run=letter.run_id)

    page = browser.get(f"/review/{item.pk}/").content.decode()

    assert f"/extraction/of-run/{letter.run_id}/" in page
    answer = browser.get(f"/extraction/of-run/{letter.run_id}/")
    assert answer.headers["Location"] == f"/extraction/{letter.pk}/"
    assert browser.get(f"/extraction/of-run/{letter.pk}/").status_code == 404


def test_long_document_is_shown_page_by_page(browser, clinician_a):
    text = "".join(f"Day {number}: fever and cough.\n" for number in range(160))
    made = found(clinician_a, make.case(clinician_a), text=text)

    first, second = (browser.get(f"/extraction/{made.pk}/?page={page}").content.decode() for page in (1, 2))

    assert first.count("data-key-row") == 200 and "1 to 200 of" in first and "Next page" in first
    assert "201 to" in second and second.count("data-key-row") <= 200


def test_document_of_another_sex_and_age_is_questioned(browser, clinician_a):
    patient = make.patient(clinician_a, sex=Sex.FEMALE, birth_date=date(2021, 3, 1))
    made = found(clinician_a, make.case(clinician_a, of=patient), text="A 67-year-old man with fever.\n")

    page = browser.get(f"/extraction/{made.pk}/").content.decode()

    assert "another sex than the patient" in page and "a patient of 67 years" in page


def test_form_of_a_fact_has_the_cursor(browser, clinician_a, letter):
    page = browser.get(f"/extraction/{letter.pk}/fact/medications.0/").content.decode()

    assert re.search(r'<input[^>]*name="name"[^>]*autofocus', page) and page.count("autofocus") == 1
