"""Texts are found by their words and by what they mean, within what somebody may see, as long as they may be."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import search_index, search_worker, searching
from clinic.actions import erasing, proposals, transcripts
from clinic.actions import searching as acts
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.inference import meaning
from clinic.models import AskedSearch, Case, Findable, FindableKind, Patient, Run, SavedSearch
from clinic.search_index import PART_CHARS, parts_of
from clinic.search_kinds import Indexed
from clinic.searching import Filters, Hit
from tests import make
from tests.integration.speech.transcribing import heard
from tests.make import Person
from tests.telling import told_by

pytestmark = pytest.mark.django_db
NOTE = "Zebrafish keeper with a persistent cough and night sweats."
OTHER = "Wrist hurts after a fall from a ladder."


@pytest.fixture
def noted(clinician_a: Person, clinician_b: Person, work_lane: Any) -> Case:
    """Two notes at one site, one with the same words at another; all are to be found."""
    case = make.case(clinician_a)
    make.note(clinician_a, case, NOTE)
    make.note(clinician_a, make.case(clinician_a), OTHER)
    make.note(clinician_b, make.case(clinician_b), NOTE)
    acts.look_after_index()
    work_lane("cpu_batch")
    return case


def found(by: Person, query: str, numbers: list[float] | None = None, **filters: Any) -> list[Hit]:
    with by.at_work():
        return searching.find(by.actor, query, Filters(**filters), numbers)


def understood(by: Person, query: str, work_lane: Any) -> AskedSearch:
    with by.at_work():
        row = acts.ask(by=by.actor, query=query, filters={})
    work_lane("cpu")
    with by.at_work():
        return AskedSearch.objects.get(pk=row.pk)


def test_text_when_its_words_are_searched_then_found_with_the_passage_and_nothing_of_another_site(noted, clinician_a):
    hits = found(clinician_a, "persistent zebraf")

    assert [hit.case.pk for hit in hits] == [noted.pk]
    assert (True, "zebrafish") in hits[0].parts and hits[0].by_words
    with connection.cursor() as cursor:  # as whoever works at the site, whatever is asked
        cursor.execute("SELECT count(DISTINCT site_id) FROM clinic_findable")
        assert cursor.fetchone() == (0,)


def test_text_when_what_it_means_is_searched_in_other_words_then_found(noted, clinician_a, work_lane):
    if meaning.installed() is None:
        pytest.skip("the model of meaning is not installed")
    row = understood(clinician_a, "chronic respiratory complaint", work_lane)

    by_words = found(clinician_a, str(row.query))
    by_meaning = found(clinician_a, str(row.query), row.meaning)

    assert by_words == []
    assert [hit.case.pk for hit in by_meaning][:1] == [noted.pk] and by_meaning[0].by_meaning


def test_text_when_it_was_found_a_moment_ago_and_the_patient_is_forgotten_then_nothing_of_her_is_left(
    noted, staff_a, clinician_a, django_capture_on_commit_callbacks, monkeypatch, tmp_path
):
    monkeypatch.setattr("clinic.forgotten.file", lambda: tmp_path / "forgotten")
    admin, lead = staff_a[Role.ADMIN], staff_a[Role.LEAD]
    with admin.at_work():
        asked = erasing.ask(by=admin.actor, patient=Patient.objects.get(pk=noted.patient_id), reason="She asked for it")
    with clinician_a.at_work():
        late = list(search_index.missing(clinician_a.site.pk, 10))  # read before, to be written after
        run = Run.objects.filter(kind="clinic.index")[0]
        text = search_index.Text(FindableKind.NOTE, noted.site_id, noted.pk, noted.patient_id, noted.pk, 0,
                                 timezone.now(), ("late",))  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True), lead.at_work():
        proposals.agree(by=lead.actor, proposal=asked, confirmed_at=timezone.now())
    with clinician_a.at_work():
        outcome = Indexed(private=((text, (("late", None),)),))
        acts.indexed(run=run, outcome=outcome, by=clinician_a.actor)
        left = Findable.objects.filter(case=noted).count()

    assert (late, left, found(clinician_a, "zebrafish late")) == ([], 0, [])


def test_index_when_it_was_lost_then_made_anew_and_else_nothing_is_asked(noted, clinician_a, work_lane, monkeypatch):
    assert acts.look_after_index() == 0
    with clinician_a.at_work():
        Findable.objects.all().delete()

    asked = acts.look_after_index()
    looked: list[Any] = []
    monkeypatch.setattr(search_index, "is_behind", lambda site: looked.append(site))
    assert acts.look_after_index() == 0
    work_lane("cpu_batch")

    assert asked == 1 and looked and clinician_a.site.pk not in looked  # while a run is under way
    assert len(found(clinician_a, "zebrafish")) == 1


def test_transcripts_when_many_are_to_be_found_then_as_many_as_wanted_are_read_and_their_edits_together(clinician_a):
    for _number in range(4):
        heard(clinician_a, make.case(clinician_a))

    with clinician_a.at_work(), CaptureQueriesContext(connection) as asked:
        texts = list(search_index.missing(clinician_a.site.pk, 3))

    read = [one["sql"] for one in asked if 'FROM "clinic_transcriptedit" INNER' in one["sql"]]
    assert [text.kind for text in texts] == [FindableKind.TRANSCRIPT] * 3 and all(text.parts != ("",) for text in texts)
    assert len(read) == 1


def test_transcript_when_people_change_it_then_it_is_read_again_and_only_it(clinician_a, work_lane):
    first, other = heard(clinician_a, make.case(clinician_a)), heard(clinician_a, make.case(clinician_a))
    acts.look_after_index()
    work_lane("cpu_batch")
    with clinician_a.at_work():
        assert list(search_index.missing(clinician_a.site.pk, 9)) == []
        transcripts.correct(by=clinician_a.actor, run=first, first=0, last=0, words="Zolpidem")
        behind = search_index.is_behind(clinician_a.site.pk), list(search_index.missing(clinician_a.site.pk, 9))
    acts.look_after_index()
    work_lane("cpu_batch")

    assert behind[0] and [(text.subject_id, text.version) for text in behind[1]] == [(first.pk, 1)]
    assert first.pk != other.pk and len(found(clinician_a, "zolpidem")) == 1
    with clinician_a.at_work():
        assert not search_index.is_behind(clinician_a.site.pk)


def test_filters_when_given_then_they_narrow(noted, clinician_a, staff_a):
    assert len(found(clinician_a, "zebrafish", kind="note", days=30)) == 1
    assert found(clinician_a, "zebrafish", kind="report") == []
    assert found(clinician_a, "zebrafish", engine="nobody 1") == []
    assert found(clinician_a, "zebrafish", label="urgent") == []
    assert found(clinician_a, "zebrafish", reviewer=str(staff_a[Role.REVIEWER].user.pk)) == []


def test_texts_when_the_role_reads_no_cases_then_none_is_found(noted, staff_a):
    for role in (Role.ADMIN, Role.ENGINEER, Role.LEAD, Role.AUDITOR):
        assert found(staff_a[role], "zebrafish") == []


def test_page_when_searched_then_words_stand_there_at_once_and_it_is_told(noted, clinician_a, as_person, work_lane):
    client = as_person(clinician_a)

    sent = client.post("/search/", {"q": "zebrafish", "days": "0"})
    address = sent["Location"]
    page = client.get(address).content.decode()
    assert told_by(lambda: client.get(address)) == ["case_list.read"]
    early = client.get(address, headers={"hx-request": "true"})
    work_lane("cpu")
    again = client.get(address, headers={"hx-request": "true"}).content.decode()

    assert "zebrafish" not in address
    assert "<mark>zebrafish</mark>" in page and "by meaning in a moment" in page
    assert (early.status_code, early.content) == (204, b"")
    assert "<mark>zebrafish</mark>" in again and "hx-get" not in again
    with clinician_a.at_work():
        assert b"zebrafish" not in bytes(_stored("clinic_askedsearch"))


def _stored(table: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608
        return str(cursor.fetchone()[0]).encode()


def test_search_when_kept_then_it_is_hers_alone_and_can_be_asked_again_and_removed(
    noted, staff_a, clinician_a, as_person
):
    client, radiologist = as_person(clinician_a), staff_a[Role.RADIOLOGIST]
    address = client.post("/search/", {"q": "zebrafish", "kind": "note", "days": "30"})["Location"]

    assert told_by(lambda: client.post(f"{address}save/", {"name": "Keepers"})) == ["search.saved"]
    with clinician_a.at_work():
        saved = SavedSearch.objects.get()
    other = as_person(radiologist)
    foreign = [other.get(address).status_code, other.post(f"/search/saved/{saved.pk}/").status_code]
    client = as_person(clinician_a)
    page = client.get("/search/").content.decode()
    again = client.post(f"/search/saved/{saved.pk}/")
    assert told_by(lambda: client.post(f"/search/saved/{saved.pk}/remove/")) == ["search.removed"]

    assert "Keepers" in page and foreign == [404, 404] and again.status_code == 302
    with clinician_a.at_work():
        assert AskedSearch.objects.get(pk=again["Location"].split("/")[2]).filters == {"kind": "note", "days": 30}
        assert not SavedSearch.objects.exists()


def test_searches_when_there_are_too_many_then_refused_in_words_that_tell_the_way_out(
    clinician_a, as_person, monkeypatch
):
    monkeypatch.setattr(acts, "MOST_SAVED", 1)
    with clinician_a.at_work():
        acts.keep(by=clinician_a.actor, name="One", query="one", filters={})
        with pytest.raises(Refusal) as refused:
            acts.keep(by=clinician_a.actor, name="Two", query="two", filters={})
    assert refused.value.code == Code.ALREADY_EXISTS
    client = as_person(clinician_a)
    address = client.post("/search/", {"q": "two", "days": "0"})["Location"]
    page = client.post(f"{address}save/", {"name": "Two"}, follow=True).content.decode()
    assert "You keep as many searches as one can. Remove one first." in page


def test_question_when_there_is_no_model_then_it_stays_with_words(clinician_a, work_lane, monkeypatch):
    monkeypatch.setattr(search_worker, "embedder", lambda: None)

    row = understood(clinician_a, "anything", work_lane)

    assert (row.meaning, row.has_no_meaning) == (None, True)


def test_parts_when_a_text_is_long_then_each_is_of_whole_sentences():
    text = " ".join(f"This is sentence number {number}." for number in range(200))

    parts = list(parts_of(text))

    assert all(len(part) <= PART_CHARS and part.endswith(".") for part in parts)
    assert " ".join(parts) == text
    assert list(parts_of("x" * 2000)) == ["x" * 900, "x" * 900, "x" * 200] and list(parts_of(" ... ")) == []
