"""Many documents together: their page, their table and the same for programs; each look is one event."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from django.test import Client

from clinic.models import Run
from tests import make
from tests.integration.classify.test_batches import PROGRAM, asked, letter, worked, zipped
from tests.make import Person
from tests.telling import told_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_lane")]


@pytest.fixture
def browser(clinician_a: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(clinician_a)


@pytest.fixture
def run(clinician_a: Person) -> Run:
    made = asked(clinician_a, make.case(clinician_a), zipped(("=cmd.txt", letter(1)), ("bad.txt", PROGRAM)))
    worked(clinician_a, made)
    return made


def test_archive_among_the_chosen_files_is_taken_in_file_by_file(browser, clinician_a):
    case = make.case(clinician_a)
    upload = make.upload(clinician_a, case, data=zipped(("a.txt", letter(1))), name="letters.zip")

    assert "letters.zip" in browser.get(f"/documents/add/{case.pk}/").content.decode()
    answer = browser.post(f"/documents/add/{case.pk}/", {"upload": [str(upload.pk)]})

    assert answer.status_code == 302 and answer.url.startswith("/documents/batches/")
    assert browser.get(answer.url).status_code == 200


def test_page_counts_and_names_what_was_not_taken(browser, run):
    page = browser.get(f"/documents/batches/{run.pk}/").content.decode()

    assert "bad.txt" in page and "Files of this type are not taken" in page
    assert "=cmd.txt" not in page and "Stop what waits" in page
    assert told_by(lambda: browser.get(f"/documents/batches/{run.pk}/")) == ["document_batch.read"]


def test_table_holds_no_formula_and_taking_it_is_one_event(browser, run):
    answers = []

    assert told_by(lambda: answers.append(browser.get(f"/documents/batches/{run.pk}/csv/"))) == ["document_batch.taken"]

    rows = list(csv.DictReader(io.StringIO(answers[0].content.decode(), newline="")))
    assert [(row["number"], row["name"], row["place"], row["problem"]) for row in rows] == [
        ("1", "'=cmd.txt", "under_way", ""), ("2", "bad.txt", "", "type_not_allowed"),
    ]  # fmt: skip
    lines = browser.get(f"/documents/batches/{run.pk}/jsonl/").content.decode().splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["=cmd.txt", "bad.txt"]
    assert len(make.audit_events("document_batch.taken")) == 2
    assert browser.get(f"/documents/batches/{run.pk}/xlsx/").status_code == 404


def test_stop_stops_what_waits(browser, clinician_a, run):
    told = told_by(lambda: browser.post(f"/documents/batches/{run.pk}/stop/"))

    assert told == ["document_batch.stopped", "run.cancelled"]
    assert "Stop what waits" not in browser.get(f"/documents/batches/{run.pk}/").content.decode()


def test_programs_are_told_the_same(browser, clinician_a, run):
    address = f"/api/v1/documents/batches/{run.pk}"

    told = browser.get(address).json()
    items = browser.get(f"{address}/items").json()["results"]
    failed = browser.get(f"{address}/items?failed_only=true").json()["results"]

    assert (told["added"], told["failed"], told["problems"]) == (1, 1, {"type_not_allowed": 1})
    assert told["places"] == {"under_way": 1}
    assert [one["name"] for one in items] == ["=cmd.txt", "bad.txt"]
    assert [one["problem"] for one in failed] == ["type_not_allowed"]


def test_batch_of_another_site_does_not_exist(clinician_b, as_person, run):
    other = as_person(clinician_b)

    for address in ("", "csv/"):
        assert other.get(f"/documents/batches/{run.pk}/{address}").status_code == 404
    assert other.get(f"/api/v1/documents/batches/{run.pk}/items").status_code == 404
    assert other.post(f"/documents/batches/{run.pk}/stop/").status_code == 404
