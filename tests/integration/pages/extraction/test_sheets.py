"""The pages of facts: what is shown to whom, and that each act goes the way of the actions."""

import csv
import io
import json
import re
from datetime import date

import pytest
from fhir.resources.R4B.bundle import Bundle

from clinic.actions import runs, work
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import Result, ReviewItem, Run, RunError, Sex
from extraction import access, checked
from extraction.actions import checking
from extraction.exporting import MOST_AT_ONCE
from extraction.models import FactSheet
from tests import make
from tests.contract.asking import Api
from tests.integration.extraction.finding import LETTER, found, fresh, keys, read, sheet
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


def test_facts_of_chosen_documents_leave_in_one_file_and_each_is_noted(browser, clinician_a, letter):
    other = found(clinician_a, make.case(clinician_a), text="Asthma for years. Takes salbutamol 2 puffs as needed.\n")
    waiting = sheet(clinician_a, make.case(clinician_a))
    chosen = "&".join(f"document={one.pk}" for one in (letter, other, waiting))

    page = browser.get("/extraction/").content.decode()
    assert 'id="take"' not in browser.get("/extraction/?in=under_way").content.decode()  # of those none has facts
    assert f'name="document" value="{letter.pk}"' in page and f'value="{waiting.pk}"' not in page
    told = browser.get(f"/extraction/facts.json?{chosen}").json()
    assert [one["document"] for one in told["documents"]] == [str(letter.upload_id), str(other.upload_id)]
    assert told["without_facts"] == [str(waiting.upload_id)]
    table = list(csv.DictReader(io.StringIO(browser.get(f"/extraction/facts.csv?{chosen}").content.decode())))
    assert {line["document"] for line in table} == {str(one.upload_id) for one in (letter, other, waiting)}
    assert [line["state"] for line in table if line["document"] == str(waiting.upload_id)] == ["no_facts_yet"]
    bundle = browser.get(f"/extraction/facts.fhir?{chosen}").json()
    Bundle.model_validate(bundle)
    kinds = [one["resource"]["resourceType"] for one in bundle["entry"]]
    assert {"Patient", "Condition", "MedicationStatement"} <= set(kinds) and kinds.count("Patient") == 2
    assert told_by(lambda: browser.get(f"/extraction/facts.json?{chosen}")) == ["sheet.taken", "sheet.taken"]


def test_chosen_documents_are_looked_for_in_one_question(clinician_a, letter, django_assert_num_queries):
    others = [sheet(clinician_a, make.case(clinician_a), name=f"{number}.txt") for number in range(3)]
    with clinician_a.at_work(), django_assert_num_queries(1):
        told = access.chosen(clinician_a.actor, [one.pk for one in (others[2], letter, others[0])])
    assert told == [others[2], letter, others[0]]


def test_choice_of_nothing_of_another_site_or_of_too_many_is_refused(browser, as_person, clinician_b, letter):
    many = [f"document=00000000-0000-4000-8000-{number:012d}" for number in range(MOST_AT_ONCE + 1)]
    longest = f"GET /extraction/facts.json?{'&'.join(many[1:])} HTTP/1.1"

    assert len(longest) < 4094  # what gunicorn takes of the first line
    assert browser.get("/extraction/facts.csv").status_code == 400
    assert browser.get(f"/extraction/facts.csv?{'&'.join(many)}").status_code == 400
    assert browser.get(f"/extraction/facts.csv?document={letter.pk}&{many[0]}").status_code == 404
    assert browser.get("/extraction/facts.csv?document=1").status_code == 404
    assert browser.get(f"/extraction/facts.exe?document={letter.pk}").status_code == 404
    assert as_person(clinician_b).get(f"/extraction/facts.csv?document={letter.pk}").status_code == 404


def test_first_look_accepts_nothing_by_a_stray_key_and_every_letter_is_explained(browser, letter):
    page = browser.get(f"/extraction/{letter.pk}/").content.decode()
    assert "autofocus" not in page.partition('id="sheet"')[2]
    legend = page.partition('class="legend')[2].partition("</ul>")[0]
    assert [letter in legend for letter in (">A<", ">M<", ">G<", ">V<")] == [True] * 4

    post(browser, letter, "decide", act="accept", key="problems.0")
    page = browser.get(f"/extraction/{letter.pk}/").content.decode()
    assert re.search(r'value="accept" autofocus data-key="a"', page)


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


def test_fact_far_down_a_long_document_is_clicked_to_and_the_rest_is_reached_by_parts(browser, clinician_a):
    text = "Four days of fever.\n" + "The ward was quiet that night.\n" * 2_500 + "Takes warfarin 3 mg at night.\n"
    made = found(clinician_a, make.case(clinician_a), text)
    with clinician_a.at_work():
        facts = checked.told_in(Result.objects.get(run=made.run_id).outcome)
    key = next(f"medications.{number}" for number, one in enumerate(facts.medications) if one.name == "warfarin")

    first = browser.get(f"/extraction/{made.pk}/").content.decode()
    there = browser.get(f"/extraction/{made.pk}/?at={key}").content.decode()
    back = browser.get(f"/extraction/{made.pk}/?at={key}&part=1").content.decode()

    assert "Part 1 of 2" in first and "part=2" in first and ">warfarin" not in first.partition('id="facts"')[0]
    assert "Part 2 of 2" in there and re.search(r'<mark class="b on"[^>]*><a [^>]*>warfarin', there)
    assert "Part 1 of 2" in back and re.search(r"<mark [^>]*><a [^>]*>fever", back)


def test_document_of_another_patient_is_told_without_saying_who_this_one_is(browser, clinician_a):
    patient = make.patient(clinician_a, name="Ana Alder", birth_date=date(1957, 3, 2))
    other = "Patient name: Peter Birch\nDate of birth: 12 May 1984\nFour days of fever and cough.\n"
    made = found(clinician_a, make.case(clinician_a, of=patient), other)
    own = found(clinician_a, make.case(clinician_a, of=patient), other.replace("Peter Birch", "ALDER, A.")
                .replace("12 May 1984", "2 March 1957"))  # fmt: skip

    page = browser.get(f"/extraction/{made.pk}/").content.decode()
    assert "names another patient than the one of this case" in page and "gives another date of birth" in page
    assert "Is it of this patient?" not in browser.get(f"/extraction/{own.pk}/").content.decode()


def test_document_that_no_engine_answered_says_so_and_can_be_asked_about_again(browser, clinician_a):
    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a)
    dies()

    page = browser.get(f"/extraction/{made.pk}/").content.decode()
    assert "No engine gave an answer" in page and "The engine is asked as soon as" not in page
    assert f"/extraction/{made.pk}/again/" in page and "/news/" not in page
    assert "No answer" in browser.get("/extraction/").content.decode()
    assert browser.get(f"/extraction/{made.pk}/news/?known=").headers["HX-Refresh"] == "true"
    assert told_by(lambda: browser.post(f"/extraction/{made.pk}/again/")) == ["run.requested"]
    assert "/news/" in browser.get(f"/extraction/{made.pk}/").content.decode()


def test_document_whose_reading_somebody_stopped_says_so(browser, clinician_a):
    made = sheet(clinician_a, make.case(clinician_a))
    with clinician_a.at_work():
        runs.cancel(by=clinician_a.actor, run=Run.objects.get(state="queued"))

    page = browser.get(f"/extraction/{made.pk}/").content.decode()
    assert "Somebody stopped it" in page and f"/extraction/{made.pk}/again/" in page
    assert "Stopped" in browser.get("/extraction/").content.decode()


def test_asking_again_is_seen_while_it_lasts_and_when_it_comes_to_nothing(browser, letter):
    browser.post(f"/extraction/{letter.pk}/again/")

    page = browser.get(f"/extraction/{letter.pk}/").content.decode()
    assert "An engine is asked again." in page and "fever" in page and "/again/" not in page
    assert "Asked again" in browser.get("/extraction/").content.decode()
    assert Api(browser=browser).get(f"extractions/{letter.pk}").json()["asked"] == "queued"

    dies()

    page = browser.get(f"/extraction/{letter.pk}/").content.decode()
    assert "gave no answer: The worker ended while working on it" in page and "/again/" in page
    assert "Asked again: no answer" in browser.get("/extraction/").content.decode()
    assert Api(browser=browser).get(f"extractions/{letter.pk}").json()["asked"] == "failed"


def dies() -> None:
    held = work.claim(lane="cpu", worker="tests")
    assert held is not None
    with scope(site=held.site_id):
        work.fail(held, error=RunError.WORKER_LOST)


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
