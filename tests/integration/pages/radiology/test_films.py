"""The reading room as a radiologist works it; every act and every look is one event, and nothing shows too early."""

from collections.abc import Callable
from dataclasses import replace
from unittest.mock import Mock

import pytest
from django.test import Client

from clinic.authorization.roles import Role
from radiology.actions import archives
from radiology.actions import films as film_actions
from radiology.inference import opening
from radiology.inference.findings import BACTERIAL_PNEUMONIA
from radiology.models import Film, FilmRead, ReadingPolicy
from tests import make
from tests.integration.radiology.reading import OPENED, answered, archive, film, map_tested, picture, refused, say
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db
FINAL_WORDS = "Bacterial pattern"


@pytest.fixture
def reader(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def room(reader: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(reader)


@pytest.fixture
def browser(clinician_a: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(clinician_a)


@pytest.fixture
def found(clinician_a: Person) -> Film:
    return film(clinician_a, make.case(clinician_a, question="Pneumonia?"))


def in_rows_of(person: Person, look):
    with person.at_work():
        return look()


def test_list_says_who_waits_and_why_but_nothing_of_what_the_engine_said(room, clinician_a, found):
    answered(clinician_a, found)

    page = room.get("/films/").content.decode()

    assert f"{found.case.reference}, " in page and "Pneumonia?" in page
    assert FINAL_WORDS not in page


def test_film_when_read_from_the_list_to_the_last_word_then_each_step_is_told(room, reader, clinician_a, found):
    answered(clinician_a, found, say(film=found))
    address = f"/films/{found.pk}/"
    sealed = {"impression": "bacterial", "certainty": "sure", "findings": "Opacity", "regions": "[]"}

    assert told_by(lambda: room.get("/films/")) == ["film_list.read"]
    assert told_by(lambda: room.post("/films/next/")) == ["film.claimed"]
    assert sorted(told_by(lambda: room.get(address))) == ["film.read", "film_list.read"]
    assert "film.read_sealed" in told_by(lambda: room.post(f"{address}seal/", sealed))
    assert "film.concluded" in told_by(lambda: room.post(f"{address}conclude/", {"stance": "agrees"}))
    assert in_rows_of(reader, lambda: FilmRead.objects.get(film=found).verdict.impression) == "bacterial"


def test_answer_is_on_the_page_only_after_the_reading_is_sealed(room, clinician_a, found):
    answered(clinician_a, found, say(film=found))
    address = f"/films/{found.pk}/"
    room.post(f"{address}take/")

    before = room.get(address).content.decode()
    room.post(f"{address}seal/", {"impression": "viral", "certainty": "sure"})
    after = room.get(address).content.decode()

    assert "Chest film engine suggests" not in before and "hidden" in before
    assert "Chest film engine suggests" in after and "High risk: bacterial pattern" in after
    assert "Disagree" in after and ">Agree<" not in after


@pytest.mark.parametrize("path", ["/cases/{case}/", "/runs/{run}/", "/review/"])
def test_answer_shows_on_no_other_page_to_a_reader_who_has_not_read(room, clinician_a, found, path):
    result = answered(clinician_a, found, say(sure=0.6, risk="indeterminate", film=found))

    page = room.get(path.format(case=found.case_id, run=result.run_id)).content.decode()

    assert ">0.60<" not in page and "Chest film engine suggests" not in page and FINAL_WORDS not in page


def test_answer_shows_to_a_clinician_who_waits_for_the_report_as_preliminary(browser, clinician_a, found):
    answered(clinician_a, found, say(film=found))

    page = browser.get(f"/cases/{found.case_id}/").content.decode()

    assert "Chest film engine suggests" in page and "Preliminary" in page


def test_map_shows_only_once_it_has_passed_its_test_and_the_reading_is_sealed(room, clinician_a, found):
    answered(clinician_a, found, say(has_map=True, film=found))
    address = f"/films/{found.pk}/"
    room.post(f"{address}take/")

    assert room.get(f"{address}map.png").status_code == 409
    room.post(f"{address}seal/", {"impression": "bacterial", "certainty": "sure"})
    assert room.get(f"{address}map.png").status_code == 404
    map_tested(clinician_a, is_passed=True)
    shown = room.get(f"{address}map.png")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert "beat 20 of 20 random masks" in room.get(address).content.decode()


def test_map_that_fails_is_said_to_be_unreliable_and_not_shown(browser, clinician_a, found):
    answered(clinician_a, found, say(has_map=True, film=found))
    map_tested(clinician_a, is_passed=False)

    page = browser.get(f"/films/{found.pk}/").content.decode()

    assert "No reliable map" in page and "data-map=" not in page
    assert browser.get(f"/films/{found.pk}/map.png").status_code == 404


def test_film_the_gatekeeper_refuses_says_why_and_offers_what_would_put_it_right(room, clinician_a):
    found = film(clinician_a, make.case(clinician_a), refused("inverted", is_inverted=True))

    page = room.get(f"/films/{found.pk}/").content.decode()

    assert "Dark and bright are turned round: bone is dark here." in page
    assert "film.put_upright" in told_by(
        lambda: room.post(f"/films/{found.pk}/upright/", {"quarter_turns": "0", "is_inverted": "on"})
    )


def test_film_being_put_upright_is_shown_meanwhile(room, clinician_a, found):
    """The viewer may be fetching its picture just then."""
    room.post(f"/films/{found.pk}/upright/", {"quarter_turns": "1", "is_inverted": "on"})

    frame = room.get(f"/films/{found.pk}/frame.json").json()

    assert len(room.get(frame["pixels"]).content) == 2 * frame["rows"] * frame["columns"]


def test_gatekeeper_is_overruled_with_a_reason_only(room, clinician_a):
    found = film(clinician_a, make.case(clinician_a), refused("rotated"))

    assert room.post(f"/films/{found.pk}/overrule/", {"reason": "no"}).status_code == 422
    assert "film.gate_overruled" in told_by(
        lambda: room.post(f"/films/{found.pk}/overrule/", {"reason": "It stands upright at my screen."})
    )
    assert "was overruled" in room.get(f"/films/{found.pk}/").content.decode()


def test_film_when_a_viewer_opens_it_then_it_is_decoded_once(room, clinician_a, monkeypatch):
    told = {"window": {"center": 100.0, "width": 50.0}, "lowest": 3, "highest": 250, "spacing": [0.2, 0.2]}
    found = film(clinician_a, make.case(clinician_a), replace(OPENED, frame=told))
    decoded = Mock(wraps=opening.open_bounded)
    monkeypatch.setattr(opening, "open_bounded", decoded)

    frame = room.get(f"/films/{found.pk}/frame.json").json()
    pixels = room.get(frame["pixels"]).content

    assert {name: frame[name] for name in told} == told
    assert (len(pixels), decoded.call_count) == (2 * frame["rows"] * frame["columns"], 1)


def test_picture_is_given_as_numbers_the_viewer_can_show(room, found):
    frame = room.get(f"/films/{found.pk}/frame.json").json()
    pixels = room.get(frame["pixels"])

    assert (frame["rows"], frame["columns"], frame["bits"]) == (64, 64, 8)
    assert len(pixels.content) == 64 * 64 * 2
    assert told_by(lambda: room.get(f"/films/{found.pk}/frame.json")) == ["film.read"]


def test_film_when_given_back_then_another_may_take_it(room, reader, found):
    room.post(f"/films/{found.pk}/take/")

    assert told_by(lambda: room.post(f"/films/{found.pk}/back/")) == ["film.released"]
    assert in_rows_of(reader, lambda: Film.objects.get(pk=found.pk).claimed_by) is None


def test_form_that_lacks_an_answer_comes_back_with_the_field_named(room, reader, found):
    room.post(f"/films/{found.pk}/take/")

    answer = room.post(f"/films/{found.pk}/seal/", {"certainty": "sure"})

    assert answer.status_code == 422 and "This field is required" in answer.content.decode()
    assert not in_rows_of(reader, FilmRead.objects.filter(film=found).exists)


def test_films_are_added_to_a_case_and_taken_in_by_one_button(browser, clinician_a):
    case = make.case(clinician_a)
    upload = picture(clinician_a, case)

    assert browser.post("/films/add/", {"case": f"C-{case.number}"})["Location"] == f"/films/add/{case.pk}/"
    assert "film.png" in browser.get(f"/films/add/{case.pk}/").content.decode()
    told = told_by(lambda: browser.post(f"/films/add/{case.pk}/", {"upload": [str(upload.pk)]}))
    assert sorted(told) == ["film.taken_in", "run.requested"]
    assert in_rows_of(clinician_a, lambda: Film.objects.get(upload=upload).state) == "opening"


def test_case_that_does_not_exist_here_is_named_in_the_form(browser):
    assert browser.post("/films/add/", {"case": "C-999999"}).status_code == 422
    assert browser.post("/films/add/", {"case": "a lung"}).status_code == 422


def test_page_of_a_film_that_is_being_opened_asks_for_news_until_there_is_some(browser, found):
    stamp = f"{found.state}.."

    assert browser.get(f"/films/{found.pk}/news/?known={stamp}").status_code == 204
    assert browser.get(f"/films/{found.pk}/news/?known=opening..")["HX-Refresh"] == "true"


def test_rules_of_reading_are_changed_by_two(as_person, staff_a):
    engineer = as_person(staff_a[Role.ENGINEER])
    rules = {"blind": "sample", "blind_percent": "30", "second_percent": "10", "wait_minutes": "60",
             "reason": "As the department agreed."}  # fmt: skip

    assert engineer.get("/films/settings/").status_code == 200
    assert told_by(lambda: engineer.post("/films/settings/", rules)) == ["proposal.made"]
    assert not in_rows_of(staff_a[Role.ENGINEER], ReadingPolicy.objects.filter(site=staff_a.site).exists)


def test_films_of_another_site_do_not_exist(as_person, staff_b, found):
    stranger = as_person(staff_b[Role.RADIOLOGIST])

    for path in ("", "frame.json", "pixels", "map.png", "news/"):
        assert stranger.get(f"/films/{found.pk}/{path}").status_code == 404
    for act in ("take", "back", "seal", "conclude", "upright", "overrule"):
        assert (
            stranger.post(f"/films/{found.pk}/{act}/", {"reason": "long enough", "quarter_turns": "0"}).status_code
            == 404
        )


def test_acts_of_a_reader_are_closed_to_a_clinician(browser, found):
    for act in ("take", "back", "seal", "conclude", "overrule"):
        assert browser.post(f"/films/{found.pk}/{act}/").status_code == 403
    assert browser.post("/films/next/").status_code == 403


def test_label_of_the_engine_is_in_no_page_before(room, clinician_a, found):
    answered(clinician_a, found)

    assert BACTERIAL_PNEUMONIA not in room.get(f"/films/{found.pk}/").content.decode()


def test_archive_of_a_case_is_unpacked_by_one_button_and_the_run_shows_how_far_it_is(browser, clinician_a):
    case = make.case(clinician_a)
    packed = make.upload(clinician_a, case, data=archive(), name="ward.zip")

    assert "ward.zip" in browser.get(f"/films/add/{case.pk}/").content.decode()
    answer: list = []
    told = told_by(lambda: answer.append(browser.post(f"/films/add/{case.pk}/", {"upload": [str(packed.pk)]})))
    assert told == ["run.requested"]
    assert "Unpack films" in browser.get(answer[0]["Location"]).content.decode()


def test_run_of_an_archive_names_each_file_that_was_not_taken_and_why(browser, clinician_a, work_lane):
    case = make.case(clinician_a)
    packed = make.upload(clinician_a, case, data=archive("film.png", "letter.txt"), name="ward.zip")
    with clinician_a.at_work():
        run, _is_new = archives.unpack(by=clinician_a.actor, upload=packed)
    work_lane("io_batch")

    page = browser.get(f"/runs/{run.pk}/").content.decode()

    assert "letter.txt" in page and "The content of the file is not what its name or type says." in page
    assert "film.png" not in page


def test_run_that_took_its_answer_from_another_says_so(browser, clinician_a, found):
    first = answered(clinician_a, found)
    with clinician_a.at_work():
        film_actions.ask(by=clinician_a.actor, film=found)
    again = answered(clinician_a, found, replace(say(), recalled_from=str(first.run_id)))

    page = browser.get(f"/runs/{again.run_id}/").content.decode()

    assert "It was not asked again" in page and f"/runs/{first.run_id}/" in page
