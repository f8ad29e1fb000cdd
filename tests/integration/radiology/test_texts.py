"""Writing in a picture stops for a person, who says what becomes of the film; her reason is kept and audited."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from clinic import report_checks
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.inference import child
from clinic.models import Case, Run, RunState
from clinic.uploads import StoredUpload
from radiology import kinds
from radiology.actions import films, reads, texts
from radiology.inference.burned_in import BurnedIn, Line, State
from radiology.models import Film, FilmState, TextState
from radiology.worklist import films_of
from tests import make
from tests.contract.asking import Api
from tests.integration.radiology.reading import film, finish, fresh, look_for_text, picture, refused
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
BOX = (0.1, 0.25, 0.2, 0.5)
WHY = "The name of the child stands there."


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


@pytest.fixture
def reader(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a)


@pytest.fixture
def written_on(clinician_a: Person, case: Case) -> Film:
    return look_for_text(clinician_a, film(clinician_a, case), "text", BOX)


def decided(by: Person, found: Film, verdict: str, reason: str = WHY) -> Film:
    with by.at_work():
        made = texts.decide(by=by.actor, film=found, verdict=verdict, reason=reason)
    return fresh(by, made)


def waiting(by: Person, kind: str) -> int:
    with by.at_work():
        return Run.objects.filter(kind=kind, state=RunState.QUEUED).count()


# --- looking ----------------------------------------------------------------------------------------------------------


def test_film_when_it_is_opened_then_writing_is_looked_for_beside_the_engine(
    clinician_a, case, work_lane: Callable[..., int], monkeypatch
):
    found = film(clinician_a, case)
    line = Line(top=8, left=16, bottom=12, right=32, text="Alder Ana", score=0.9)
    monkeypatch.setattr("radiology.text_worker.burned_in.look", lambda _film: BurnedIn(State.TEXT, (line,)))

    assert waiting(clinician_a, kinds.CHEST) == 1
    work_lane("cpu")

    found = fresh(clinician_a, found)
    assert (found.text_state, found.awaits_look_at_text) == (TextState.TEXT, True)
    assert found.text_boxes == [[0.121, 0.246, 0.1915, 0.504]]


@pytest.mark.parametrize(
    ("state", "awaits"), [("clear", False), ("text", True), ("declared", True), ("unchecked", True)]
)
def test_film_when_anything_but_nothing_was_found_then_it_waits_for_a_person(clinician_a, case, state, awaits):
    found = look_for_text(clinician_a, film(clinician_a, case), state)

    assert (found.awaits_look_at_text, found.is_nameless) == (awaits, not awaits)


def test_film_that_the_gatekeeper_refused_for_its_writing_waits_even_where_none_can_be_read(clinician_a, case):
    found = look_for_text(clinician_a, film(clinician_a, case, refused("burned_in_text")), "clear")

    assert found.awaits_look_at_text and not found.is_nameless


def test_report_does_not_wait_for_the_look_at_writing(clinician_a, case):
    found = film(clinician_a, case, refused("rotated"))

    with clinician_a.at_work():
        assert Run.objects.filter(case=case, kind=kinds.TEXT, state=RunState.QUEUED).exists()
        waits = {check.code: check.is_done for check in report_checks.of_case(found.case)}
    assert waits["runs"]


# --- deciding ---------------------------------------------------------------------------------------------------------


def test_film_when_a_person_sees_no_patients_data_then_the_engine_is_asked_and_her_reason_is_kept(
    clinician_a, case, reader
):
    found = look_for_text(clinician_a, film(clinician_a, case, refused("burned_in_text")), "text", BOX)
    assert waiting(clinician_a, kinds.CHEST) == 0

    found = decided(reader, found, "allowed", "Only the side stands there.")

    assert (found.state, found.text_state, found.reasons) == (FilmState.READY, TextState.ALLOWED, [])
    assert waiting(clinician_a, kinds.CHEST) == 1
    with reader.at_work():
        assert (found.text_reason, found.text_by) == ("Only the side stands there.", reader.user)
    (event,) = make.audit_events("film.text_decided")
    assert event["fields"] == ["text_reason"] and event["facts"]["verdict"] == "allowed"
    assert "Only the side" not in str(event)


def test_film_when_allowed_and_turned_upright_then_the_gatekeeper_does_not_stop_it_for_its_writing_again(
    clinician_a, case, reader
):
    found = look_for_text(clinician_a, film(clinician_a, case, refused("burned_in_text")), "text", BOX)
    found = decided(reader, found, "allowed")
    with clinician_a.at_work():
        films.put_upright(by=clinician_a.actor, film=found, quarter_turns=1, is_inverted=False)
        Run.objects.filter(kind=kinds.CHEST).update(state=RunState.CANCELLED, finished_at="2026-01-01T00:00Z")
    finish(clinician_a, kinds.OPEN, refused("burned_in_text"))

    assert fresh(clinician_a, found).state == FilmState.READY


def test_film_when_something_else_is_in_the_way_then_it_stays_in_the_way(clinician_a, case, reader):
    found = film(clinician_a, case, refused("rotated", "burned_in_text"))

    found = decided(reader, found, "allowed")

    assert (found.state, found.reasons) == (FilmState.REFUSED, ["rotated"])
    assert waiting(clinician_a, kinds.CHEST) == 0


def test_film_when_kept_out_then_nobody_reads_it_or_sees_it(written_on, reader):
    found = decided(reader, written_on, "kept_out")

    assert (found.state, found.is_open) == (FilmState.WITHHELD, False)
    with reader.at_work():
        assert not films_of(reader.actor, "").exists()
        with pytest.raises(Refusal) as refusal:
            reads.take(by=reader.actor, film=found)
    assert refusal.value.code == Code.NO_PICTURE


def test_film_when_masked_then_a_new_film_without_the_writing_takes_its_place(case, reader, own_store, clinician_a):
    came = look_for_text(clinician_a, film(clinician_a, case), "text", BOX)

    made = decided(reader, came, "masked")

    assert made.pk != came.pk and made.case_id == came.case_id and made.masked_from_id == came.pk
    assert fresh(reader, came).state == FilmState.WITHHELD
    assert (made.state, made.text_state) == (FilmState.OPENING, TextState.WAITING)
    with reader.at_work():
        shown = np.asarray(Image.open(io.BytesIO(StoredUpload(made.upload).read())))
        before = np.asarray(Image.open(io.BytesIO(StoredUpload(came.upload).read())))
    rows, columns = slice(7, 12), slice(16, 32)
    assert not shown[rows, columns].any() and before[rows, columns].any()
    assert np.array_equal(np.delete(shown, np.r_[6:13], axis=0), np.delete(before, np.r_[6:13], axis=0))


@pytest.mark.parametrize(
    ("verdict", "reason", "code"),
    [("allowed", "short", Code.INVALID), ("perhaps", WHY, Code.INVALID), ("masked", WHY, Code.INVALID)],
)
def test_decision_when_it_is_not_whole_then_refused(clinician_a, case, reader, verdict, reason, code):
    found = look_for_text(clinician_a, film(clinician_a, case), "declared")  # no place is known

    with pytest.raises(Refusal) as refusal:
        decided(reader, found, verdict, reason)

    assert refusal.value.code == code
    assert fresh(reader, found).text_state == TextState.DECLARED


def test_decision_when_it_was_taken_before_then_refused(written_on, reader):
    decided(reader, written_on, "allowed")

    with pytest.raises(Refusal) as refusal:
        decided(reader, written_on, "kept_out")
    assert refusal.value.code == Code.ALREADY_DECIDED


def test_who_reads_no_films_decides_nothing(written_on, clinician_a):
    with pytest.raises(Refusal) as refusal:
        decided(clinician_a, written_on, "allowed")
    assert refusal.value.code == Code.NOT_ALLOWED


# --- page and API -----------------------------------------------------------------------------------------------------


def test_page_shows_the_places_and_takes_the_decision(written_on, reader, as_person: Callable[[Person], Client]):
    room = as_person(reader)
    page = room.get(f"/films/{written_on.pk}/").content.decode()
    assert "Does this picture name the patient?" in page and f"/films/{written_on.pk}/text.png" in page

    marked = Image.open(io.BytesIO(room.get(f"/films/{written_on.pk}/text.png").content))
    assert marked.getpixel((16, 6)) == (255, 176, 32)
    wrong = room.post(f"/films/{written_on.pk}/text/", {"verdict": "allowed", "reason": "short"})
    assert wrong.status_code == 422 and "at least 10" in wrong.content.decode()
    room.post(f"/films/{written_on.pk}/text/", {"verdict": "kept_out", "reason": WHY})

    page = room.get(f"/films/{written_on.pk}/").content.decode()
    assert "its picture names the patient" in page and WHY not in page


def test_api_says_where_there_is_writing_and_takes_the_decision_of_a_person(written_on, reader, as_person: Any):
    told = Api(browser=as_person(reader)).post(f"films/{written_on.pk}/text", {"verdict": "allowed", "reason": WHY})

    assert (told.status_code, told.json()["text_state"], told.json()["text_boxes"]) == (200, "allowed", [list(BOX)])
    assert told.json()["state"] == "ready"


def test_picture_that_nobody_took_in_as_a_film_is_not_looked_at(clinician_a, case):
    picture(clinician_a, case)

    assert waiting(clinician_a, kinds.TEXT) == 0
