"""Films for programs: in, out, in order; nothing of an answer to a reader who has not read; no key reads a film."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from clinic.actions import work
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.models import Case, ReviewItem, Run, RunError, Upload
from radiology import kinds
from radiology.actions import reads
from radiology.api import predicting
from radiology.models import Film, FilmRead
from radiology.outcomes import FilmOutcome, MapTestOutcome
from tests import make
from tests.contract.asking import Api, as_program
from tests.integration.radiology.reading import (
    OPENED,
    answered,
    archive,
    film,
    finish,
    map_tested,
    picture,
    png,
    refused,
    say,
)
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
SECRETS = ("BACTERIAL_PNEUMONIA", "Bacterial pattern", "0.9", '"high"', "low_confidence")


@pytest.fixture
def reader(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a)


@pytest.fixture
def found(clinician_a: Person, case: Case) -> Film:
    made = film(clinician_a, case)
    answered(clinician_a, made, say(film=made))
    return made


@pytest.fixture
def mapped(clinician_a: Person, case: Case) -> Film:
    """Answered with a map that has still to pass its test."""
    made = film(clinician_a, case)
    answered(clinician_a, made, say(has_map=True, film=made))
    return made


@pytest.fixture
def program(clinician_a: Person) -> Api:
    return as_program(clinician_a)


@pytest.fixture
def at_browser(reader: Person, as_person: Callable[[Person], Client]) -> Api:
    return Api(browser=as_person(reader))


# --- the list ---------------------------------------------------------------------------------------------------------


def test_list_when_paged_then_it_is_in_the_order_of_reading_and_each_film_once(program, clinician_a):
    urgent = make.case(clinician_a, urgency="emergency")
    made = [
        film(clinician_a, one, refused("blank")) for one in (make.case(clinician_a), urgent, make.case(clinician_a))
    ]

    first = program.get("films?page_size=2").json()
    second = program.get(f"films?page_size=2&cursor={first['next_cursor']}").json()

    listed = [one["id"] for one in first["results"] + second["results"]]
    assert listed[0] == str(made[1].pk) and sorted(listed) == sorted(str(one.pk) for one in made)
    assert second["next_cursor"] is None


def test_list_tells_a_reader_nothing_of_any_answer_not_even_in_its_cursor(reader, found, clinician_a):
    answered(clinician_a, film(clinician_a, make.case(clinician_a)))
    told = as_program(reader).get("films?page_size=1")

    place = base64.b64decode(told.json()["next_cursor"].split(".")[1] + "==").decode()
    assert not any(secret in told.content.decode() for secret in SECRETS)
    assert len(json.loads(place)) == 3  # section, direction, the film: not what put it there


def test_list_is_narrowed_by_case_and_state(program, clinician_a, found):
    other = film(clinician_a, make.case(clinician_a), refused("blank"))

    assert [one["id"] for one in program.get(f"films?case={other.case_id}").json()["results"]] == [str(other.pk)]
    assert program.get("films?show=done").json()["results"] == []
    assert program.get("films?show=nothing").status_code == 400


# --- one film ---------------------------------------------------------------------------------------------------------


def test_film_when_a_clinician_reads_it_then_the_whole_answer_but_no_map_before_its_test(program, mapped, clinician_a):
    answer = program.get(f"films/{mapped.pk}").json()["answer"]

    assert (answer["prediction"], answer["risk_level"], answer["standing"]) == (
        "BACTERIAL_PNEUMONIA", "high", "preliminary")  # fmt: skip
    assert answer["map"] == {"verdict": "waiting", "beaten": None, "masks": None, "rows": None, "columns": None,
                             "values": None}  # fmt: skip
    map_tested(clinician_a)
    assert program.get(f"films/{mapped.pk}").json()["answer"]["map"]["values"] == [0.0, 0.2, 1.0, 0.3]


def test_map_that_failed_is_told_with_its_figures_and_not_shown(program, mapped, clinician_a):
    map_tested(clinician_a, is_passed=False)

    shown = program.get(f"films/{mapped.pk}").json()["answer"]["map"]

    assert (shown["verdict"], shown["beaten"], shown["values"]) == ("failed", 11, None)


def test_answer_is_hidden_from_a_reader_by_key_and_at_her_browser_until_she_has_sealed(reader, at_browser, found):
    for api in (as_program(reader), at_browser):
        told = api.get(f"films/{found.pk}")
        assert told.json()["is_answer_hidden"] and told.json()["answer"] is None
        assert not any(secret in told.content.decode() for secret in SECRETS)
    at_browser.post(f"films/{found.pk}/take")
    sealed = at_browser.post(f"films/{found.pk}/reading", {"impression": "viral", "certainty": "sure"}).json()

    assert sealed["answer"]["prediction"] == "BACTERIAL_PNEUMONIA"
    assert [one["impression"] for one in sealed["readings"]] == ["viral"]


def test_second_reader_sees_nothing_of_the_first(reader, staff_a, found, clinician_a):
    with reader.at_work():
        Film.objects.filter(pk=found.pk).update(needs_second=True)
        reads.take(by=reader.actor, film=found)
        reads.seal(by=reader.actor, film=found, impression="other", certainty="unsure", findings="A shadow")
        reads.conclude(by=reader.actor, film=found, stance="disagrees", reason="overlap")
    second = make.person(staff_a.site, Role.RADIOLOGIST)

    told = as_program(second).get(f"films/{found.pk}").json()

    assert (told["readings"], told["answer"]) == ([], None)
    assert as_program(clinician_a).get(f"films/{found.pk}").json()["readings"][0]["verdict"]["reason"] == "overlap"


@pytest.mark.parametrize(
    ("act", "body"),
    [("take", {}), ("release", {}), ("reading", {"impression": "viral", "certainty": "sure"}),
     ("conclusion", {"stance": "alone"}), ("overruling", {"reason": "Seen upright at my screen."})],
)  # fmt: skip
def test_no_key_reads_a_film_not_even_a_radiologists(reader, clinician_a, act, body):
    made = film(clinician_a, make.case(clinician_a), refused("rotated"))

    answer = as_program(reader).post(f"films/{made.pk}/{act}", body)

    assert (answer.status_code, answer.json()["code"]) == (403, "person_needed")


def test_reading_goes_to_its_end_over_the_api_at_a_browser(at_browser, reader, found):
    at_browser.post(f"films/{found.pk}/take")
    at_browser.post(f"films/{found.pk}/reading", {"impression": "bacterial", "certainty": "sure"})

    wrong = at_browser.post(f"films/{found.pk}/conclusion", {"stance": "disagrees"})
    told = at_browser.post(f"films/{found.pk}/conclusion", {"stance": "agrees"}).json()

    assert "stance" in wrong.json()["errors"]
    assert told["readings"][0]["verdict"]["stance"] == "agrees"
    with reader.at_work():
        assert FilmRead.objects.filter(film=found).count() == 1


def test_picture_when_taken_in_twice_is_one_film(program, clinician_a, case):
    upload = picture(clinician_a, case)

    first, second = (program.post("films", {"upload": str(upload.pk)}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


def test_letter_is_not_taken_in(program, clinician_a, case):
    letter = make.upload(clinician_a, case)

    assert program.post("films", {"upload": str(letter.pk)}).json()["code"] == "uploads_do_not_fit"
    assert program.post("films/archives", {"upload": str(letter.pk)}).json()["code"] == "uploads_do_not_fit"


def test_archive_is_unpacked_in_the_lane_nobody_waits_for(program, clinician_a, case):
    packed = make.upload(clinician_a, case, data=archive(), name="films.zip")

    told = program.post("films/archives", {"upload": str(packed.pk)})

    assert (told.status_code, told.json()["kind"], told.json()["is_batch"]) == (202, kinds.ARCHIVE, True)


def test_review_queue_hides_the_answer_on_a_film_from_who_is_to_read_it(reader, clinician_a, found):
    made = film(clinician_a, make.case(clinician_a))
    answered(clinician_a, made, say(sure=0.61, risk="indeterminate"))
    with clinician_a.at_work():
        item = ReviewItem.objects.get(case=made.case)

    for path in ("reviews", f"reviews/{item.pk}"):
        told = as_program(reader).get(path).content.decode()
        assert not any(secret in told for secret in ("BACTERIAL_PNEUMONIA", "low_confidence", "doubt")), path
    assert as_program(clinician_a).get(f"reviews/{item.pk}").json()["answer"] == "BACTERIAL_PNEUMONIA"


# --- one film in, one answer out --------------------------------------------------------------------------------------


@pytest.fixture
def worker(clinician_a: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A worker that does what the asker waits for: by kind what it finds, or the error it ends with."""
    finds: dict[str, Any] = {kinds.OPEN: OPENED, kinds.CHEST: say(has_map=True)}

    def waited(run: Run, *, known: str, seconds: float) -> Run:
        found = finds.get(run.kind)
        if isinstance(found, RunError):
            held = work.claim(lane="vision", worker="tests")
            assert held is not None and work.fail(held, error=found)
        elif found is not None:
            finish(clinician_a, run.kind, found)
        elif run.kind == kinds.MAP_TEST:
            map_tested(clinician_a)
        run.refresh_from_db()
        return run

    monkeypatch.setattr(predicting, "wait_for_news", waited)
    yield finds


def encoded(case: Case, data: bytes, **more: Any) -> dict[str, Any]:
    return {"case": str(case.pk), "image": base64.b64encode(data).decode(), **more}


def test_film_sent_as_json_is_answered_with_all_keys_and_its_tested_map(program, case, worker):
    told = program.post("films/predict", encoded(case, png(901))).json()

    assert told["prediction"] == "BACTERIAL_PNEUMONIA" and told["risk_level"] == "high"
    assert told["heatmap_tested"] and base64.b64decode(told["heatmap"]).startswith(b"\x89PNG")
    assert set(told["members"]) == {"convnext_tiny"} and told["safety"]["version"]


@pytest.mark.parametrize(
    ("content_type", "name"),
    [("image/png", "a.png"), ("application/octet-stream", "a.png"), ("application/octet-stream", "")],
)
def test_film_sent_raw_is_answered_the_same(program, case, worker, content_type, name):
    address = f"films/predict?case={case.pk}&disable_cam=true" + (f"&name={name}" if name else "")

    told = program.post(address, data=png(902), content_type=content_type)

    assert (told.status_code, told.json()["prediction"]) == (200, "BACTERIAL_PNEUMONIA")
    assert (told.json()["heatmap"], told.json()["heatmap_tested"]) == (None, False)


def test_film_sent_as_a_form_is_answered_the_same(program, case, worker):
    form = (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
            + png(903) + b"\r\n--x--\r\n")  # fmt: skip

    told = program.post(f"films/predict?case={case.pk}", data=form, content_type="multipart/form-data; boundary=x")

    assert told.json()["prediction"] == "BACTERIAL_PNEUMONIA"


def test_map_is_not_asked_for_when_it_is_switched_off(program, case, worker, clinician_a):
    program.post("films/predict", encoded(case, png(904), disable_cam=True))

    with clinician_a.at_work():
        assert Run.objects.get(case=case, kind=kinds.CHEST).params["disable_cam"] is True


def test_map_that_fails_is_not_given(program, case, worker):
    worker[kinds.MAP_TEST] = MapTestOutcome(run="", is_passed=False, beaten=3, masks=20, correlation=0.9)

    told = program.post("films/predict", encoded(case, png(905))).json()

    assert (told["heatmap"], told["heatmap_tested"]) == (None, True)


def test_film_sent_again_is_the_same_film_and_the_engine_is_asked_which_answers_now(program, case, worker, clinician_a):
    first = program.post("films/predict", encoded(case, png(906))).json()
    second = program.post("films/predict", encoded(case, png(906))).json()

    assert first["film"] == second["film"] and first["run"] != second["run"]
    with clinician_a.at_work():
        assert Run.objects.filter(case=case, kind=kinds.OPEN).count() == 1


def test_film_that_takes_longer_is_under_way_with_the_run_to_watch(program, case):
    told = program.post("films/predict", encoded(case, png(907), wait=0))

    assert (told.status_code, told.json()["run"]["kind"]) == (202, kinds.OPEN)


@pytest.mark.parametrize(
    ("opened", "code", "reasons"),
    [(refused("inverted", "rotated"), "not_for_the_engine", ["inverted", "rotated"]),
     (FilmOutcome(problem="broken"), "unreadable_file", ["broken"])],
)  # fmt: skip
def test_film_that_is_not_fit_is_kept_and_refused_with_its_reasons(program, case, worker, opened, code, reasons):
    worker[kinds.OPEN] = opened

    told = program.post("films/predict", encoded(case, png(908)))

    assert (told.status_code, told.json()["code"], told.json()["reasons"]) == (422, code, reasons)
    with_case = program.get(f"films?case={case.pk}").json()["results"]
    assert [one["code"] for one in with_case[0]["reasons"]] == reasons


@pytest.mark.parametrize("error", [RunError.NOBODY_MAY_ANSWER, RunError.UNEXPECTED])
def test_film_that_no_engine_answers_is_kept_and_503(program, case, worker, error):
    worker[kinds.CHEST] = error

    told = program.post("films/predict", encoded(case, png(909)))

    assert (told.status_code, told.json()["code"], told.json()["error"]) == (503, "no_engine_answers", error.value)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [({"image": "no base64!"}, 400, "invalid"), ({"image": ""}, 400, "invalid"),
     ({"image": base64.b64encode(b"A letter.\n").decode()}, 415, "type_not_allowed"),
     ({"image": base64.b64encode(png(1)).decode(), "unknown": 1}, 400, "invalid"),
     ({"image": base64.b64encode(png(1)).decode(), "wait": 600}, 400, "invalid")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(program, case, clinician_a, body, status, code):
    told = program.post("films/predict", {"case": str(case.pk), **body})

    assert (told.status_code, told.json()["code"]) == (status, code)
    with clinician_a.at_work():
        assert not Upload.objects.filter(case=case).exists()


def test_picture_of_more_than_ten_megabytes_is_too_large(program, case):
    large = base64.b64encode(png(1) + bytes(10_000_000)).decode()
    body = json.dumps({"case": str(case.pk), "image": large}).encode()

    told = program.post("films/predict", data=body, content_type="application/json")

    assert (told.status_code, told.json()["code"]) == (413, "too_large")


def test_json_beyond_all_bounds_is_too_large_before_it_is_read(program, case):
    body = b'{"image": "' + b"A" * (14 * 1024 * 1024) + b'"}'

    assert program.post("films/predict", data=body, content_type="application/json").status_code == 413


@pytest.mark.parametrize("content_type", ["text/plain", "image/gif"])
def test_other_content_types_are_not_taken(program, case, content_type):
    told = program.post(f"films/predict?case={case.pk}", data=png(1), content_type=content_type)

    assert (told.status_code, told.json()["code"]) == (415, "media_type_not_taken")


def test_reader_who_sends_a_film_does_not_learn_the_answer_by_it(reader, case, worker):
    told = as_program(reader).post("films/predict", encoded(case, png(910)))

    assert (told.status_code, told.json()["code"]) == (409, "read_first")
    assert "BACTERIAL" not in told.content.decode()


def test_case_of_another_site_is_not_there(clinician_b, case):
    told = as_program(clinician_b).post("films/predict", encoded(case, png(911)))

    assert (told.status_code, told.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("lacking", [Permission.UPLOAD_ADD, Permission.RUN_REQUEST, Permission.RUN_VIEW])
def test_program_that_lacks_one_permission_sends_no_film(clinician_a, case, lacking):
    api = as_program(clinician_a, *(clinician_a.actor.permissions - {lacking}))

    assert api.post("films/predict", encoded(case, png(912))).json()["code"] == "not_allowed"


def test_closed_case_takes_no_film(program, clinician_a, case):
    program.post(f"cases/{case.pk}/move", {"to": "closed", "reason": "Done."})

    assert program.post("films/predict", encoded(case, png(913))).json()["code"] == "case_is_closed"
