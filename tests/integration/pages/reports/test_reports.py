"""Writing, signing and reading a report on its pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clinic.actions import cases, reports
from clinic.authorization.roles import Role
from clinic.models import Case, CaseState, Report, ReportDraft, Upload
from clinic.report_body import Body, Sentence
from clinic.report_sections import suggestions
from tests import make
from tests.integration import breaking
from tests.integration.pages.cases.helpers import HTMX, text_of
from tests.integration.second_opinion import answered, span
from tests.make import Person, Staff
from tests.signing import prove, sign

EDITOR = {**HTMX, "HTTP_HX_TARGET": "report-editor"}


@pytest.fixture
def client(as_person: Callable[[Person], Client], clinician_a: Person) -> Client:
    return as_person(clinician_a)


@pytest.fixture
def fresh(client: Client) -> Client:
    """Who sits there has just given her password."""
    return prove(client)


@pytest.fixture
def waiting(clinician_a: Person, case_a: Case) -> Case:
    with clinician_a.at_work():
        return cases.move(by=clinician_a.actor, case=case_a, to=CaseState.AWAITING_HUMAN)


@pytest.fixture
def url(waiting: Case) -> str:
    return f"/cases/{waiting.pk}/report/"


def sentences(by: Person, case: Case) -> list[Sentence]:
    with by.at_work():
        draft = ReportDraft.objects.select_related("case").filter(case=case).first()
        return list(Body.of(draft.body).sentences) if draft else []


def write(client: Client, url: str, text: str = "No acute finding.", **more: str) -> Any:
    return client.post(f"{url}sentences/", {"section": "impression", "text": text, **more})


def versions(by: Person) -> list[Report]:
    with by.at_work():
        return list(Report.objects.select_related("case").order_by("version"))


# --- the draft --------------------------------------------------------------------------------------------------------


def test_sentence_when_written_without_script_then_it_stands_in_the_draft(client, url, clinician_a, waiting):
    answer = write(client, url)

    [one] = sentences(clinician_a, waiting)
    assert answer.headers["Location"] == f"{url}#s-{one.id}"
    page = text_of(client.get(url))
    assert "Needs a source, or the mark of who wrote it" in page
    assert "No source, and nobody says that it is hers: “No acute finding.”" in page


def test_sentence_when_empty_or_too_long_then_comes_back_with_why(client, url):
    assert write(client, url, " ").status_code == 422
    long = write(client, url, "x" * 2001)
    assert (long.status_code, "x" * 2001 in long.content.decode()) == (422, True)


def act(client: Client, url: str, one: Sentence, do: str, text: str | None = None, **headers: Any) -> Any:
    told = {"do": do, "text": one.text if text is None else text, "seen": one.revision}
    if headers.pop("auto", ""):
        told["auto"] = "1"
    return client.post(f"{url}sentences/{one.id}/", told, **headers)


def test_sentence_when_it_saves_itself_then_only_the_line_under_it_is_drawn_anew(client, url, clinician_a, waiting):
    write(client, url)
    [one] = sentences(clinician_a, waiting)

    part = act(client, url, one, "save", "No finding at all.", auto="1", **HTMX)

    [now] = sentences(clinician_a, waiting)
    shown = part.content.decode()
    assert (now.text, now.revision) == ("No finding at all.", 2)
    assert f'name="seen" value="{now.revision}"' in shown
    assert "<textarea" not in shown
    assert part.headers["HX-Trigger"] == "report-changed"


def test_sentence_when_a_colleague_was_quicker_then_told_and_neither_is_lost(
    client, url, clinician_a, waiting, staff_a: Staff, as_person
):
    write(client, url)
    [seen] = sentences(clinician_a, waiting)
    act(as_person(staff_a[Role.RADIOLOGIST]), url, seen, "save", "Theirs.")

    by_itself = act(client, url, seen, "save", "Mine.", auto="1", **HTMX)
    by_hand = act(client, url, seen, "save", "Mine.")

    assert (by_itself.status_code, by_itself.headers["HX-Retarget"]) == (409, f"#saved-{seen.id}")
    assert "It says now: “Theirs.”" in text_of(by_itself)
    assert by_hand.status_code == 409
    assert ">Mine.</textarea>" in by_hand.content.decode()
    assert [one.text for one in sentences(clinician_a, waiting)] == ["Theirs."]
    newest = sentences(clinician_a, waiting)[0]
    assert act(client, url, newest, "save", "Mine after all.").status_code == 302


def test_sentence_when_a_colleague_removed_it_then_told(client, url, clinician_a, waiting):
    write(client, url)
    [seen] = sentences(clinician_a, waiting)
    act(client, url, seen, "strike")

    part = act(client, url, seen, "save", "Mine.", auto="1", **HTMX)

    assert (part.status_code, "A colleague removed this sentence." in text_of(part)) == (409, True)


def test_sentences_when_marked_moved_and_removed_then_the_editor_shows_it(client, url, clinician_a, waiting):
    for text in ("One", "Two", "Three"):
        write(client, url, text)
    one, two, three = sentences(clinician_a, waiting)

    act(client, url, three, "up")
    act(client, url, two, "strike")
    page = act(client, url, one, "vouch", "One, of mine", **EDITOR)

    assert f"{clinician_a.user.name} wrote this" in text_of(page)
    assert [s.text for s in sentences(clinician_a, waiting)] == ["One, of mine", "Three"]
    act(client, url, sentences(clinician_a, waiting)[0], "unvouch")
    assert not sentences(clinician_a, waiting)[0].is_vouched


def test_sentence_when_pointed_at_words_of_a_file_then_it_has_a_numbered_source(client, url, clinician_a, waiting,
                                                                                 letter: Upload):  # fmt: skip
    write(client, url, "She has fever.")
    [one] = sentences(clinician_a, waiting)
    told = {"upload": str(letter.pk), "words": "fever for four days", "seen": one.revision}

    assert client.post(f"{url}sentences/{one.id}/source/", told | {"words": "no such words"}).status_code == 422
    client.post(f"{url}sentences/{one.id}/source/", told)

    page = client.get(url).content.decode()
    assert re.search(rf'<a class="ref" href="/uploads/{letter.pk}/evidence/\?kind=text[^"]+#place"', page)


def test_suggestion_when_taken_over_then_in_the_draft_with_its_sources_and_marked_as_the_engines(
    client, url, clinician_a, waiting, letter
):
    answered(clinician_a, waiting, [letter], [span(letter, "short of breath")])
    page = client.get(url).content.decode()
    assert "Preliminary" in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]  # type: ignore[index]

    client.post(f"{url}sentences/taken/", {"key": key})

    [one] = sentences(clinician_a, waiting)
    assert one.is_engines
    words = text_of(client.get(url))
    assert "Letters 1, taken over" in words
    assert "In the draft" in words
    act(client, url, one, "save", "Urgent, I agree.")
    assert "What the engine had said Letter urgency: Urgent." in text_of(client.get(url))


def test_suggestion_when_made_up_then_not_there(client, url):
    assert client.post(f"{url}sentences/taken/", {"key": "x.0"}).status_code == 404


def test_draft_when_discarded_then_gone(client, url, clinician_a, waiting):
    write(client, url)

    assert client.post(f"{url}discard/").headers["Location"] == f"/cases/{waiting.pk}/"
    assert sentences(clinician_a, waiting) == []


def test_checks_when_asked_for_alone_then_only_they_come(client, url):
    part = client.get(url, **HTMX, HTTP_HX_TARGET="report-checks").content.decode()

    assert "Before signing" in part
    assert "<html" not in part


# --- signing ----------------------------------------------------------------------------------------------------------


def signing_form(by: Person, case: Case, **more: str) -> dict[str, Any]:
    with by.at_work():
        draft = ReportDraft.objects.filter(case=case).first()
    return {"seen": draft.revision if draft else 0, **more}


def test_signature_when_the_sign_in_is_old_then_asked_to_confirm_and_nothing_signed(client, url, clinician_a, waiting):
    write(client, url, is_mine="on")
    prove(client, ago_s=301)

    page, answer = client.get(f"{url}sign/"), client.post(f"{url}sign/", signing_form(clinician_a, waiting))

    assert "Confirm that it is you" in text_of(page)
    assert "Sign and seal" not in text_of(page)
    assert answer.headers["Location"] == f"/account/reauthenticate/?next=%2Fcases%2F{waiting.pk}%2Freport%2Fsign%2F"
    assert versions(clinician_a) == []


def test_signature_when_confirmed_by_password_then_back_on_the_page_that_signs(client, url, clinician_a, waiting):
    write(client, url, is_mine="on")
    clinician_a.user.set_password("correct horse battery")
    clinician_a.user.save()
    client.force_login(clinician_a.user)
    session = client.session
    session["site"] = str(clinician_a.site.pk)
    session.save()
    prove(client, ago_s=3600)
    confirm = client.post(f"{url}sign/", signing_form(clinician_a, waiting)).headers["Location"]

    back = client.post(confirm, {"password": "correct horse battery", "next": f"{url}sign/"})
    answer = client.post(f"{url}sign/", signing_form(clinician_a, waiting))

    assert back.headers["Location"] == f"{url}sign/"
    [report] = versions(clinician_a)
    assert answer.headers["Location"] == f"/cases/reports/{report.pk}/"


def test_signature_when_all_is_settled_then_sealed_and_shown_with_a_double_green_line(fresh, url, clinician_a, waiting):
    write(fresh, url, is_mine="on")

    fresh.post(f"{url}sign/", signing_form(clinician_a, waiting))

    [report] = versions(clinician_a)
    page = fresh.get(f"/cases/reports/{report.pk}/")
    assert '<article class="report sealed"' in page.content.decode()
    assert report.content_sha256 in text_of(page)
    story = fresh.get(f"/cases/{waiting.pk}/").content.decode()
    assert '<li class="entry sealed"' in story
    assert f'href="/cases/reports/{report.pk}/"' in story
    assert "report.read" in {event["event"] for event in make.audit_events()}


def test_signature_when_a_sentence_is_not_grounded_then_the_page_says_which_and_how_to_settle_it(
    fresh, url, clinician_a, waiting
):
    write(fresh, url, "She has pneumonia.")
    [one] = sentences(clinician_a, waiting)

    answer = fresh.post(f"{url}sign/", signing_form(clinician_a, waiting))

    assert answer.status_code == 409
    assert "nobody says that it is hers: “She has pneumonia.”" in text_of(answer)
    assert f'href="{url}#s-{one.id}"' in answer.content.decode()


def test_signature_when_the_draft_changed_meanwhile_then_shown_anew_and_not_signed(fresh, url, clinician_a, waiting):
    write(fresh, url, is_mine="on")
    stale = signing_form(clinician_a, waiting)
    write(fresh, url, "Another.", is_mine="on")

    answer = fresh.post(f"{url}sign/", stale)

    assert answer.status_code == 409
    assert "Somebody changed this meanwhile" in text_of(answer)
    assert versions(clinician_a) == []


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN, Role.LEAD, Role.ENGINEER])
def test_signature_when_the_role_may_not_then_refused(as_person, staff_a: Staff, url, role: Role):
    assert as_person(staff_a[role]).get(f"{url}sign/").status_code == 403
    assert as_person(staff_a[role]).post(f"{url}sentences/", {}).status_code == 403


def test_report_when_of_another_site_then_none_of_its_pages_is_there(as_person, clinician_a, clinician_b, waiting):
    report = sign(clinician_a, waiting)
    theirs = as_person(clinician_b)

    of_report, of_case = f"/cases/reports/{report.pk}/", f"/cases/{waiting.pk}/report/"
    for path in (
        of_report,
        f"{of_report}verify/",
        f"{of_report}pdf/",
        of_case,
        f"{of_case}versions/",
        f"{of_case}sign/",
    ):
        assert theirs.get(path).status_code == 404, path


# --- versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H13")
def test_amendment_when_signed_then_both_versions_are_shown_with_what_changed(fresh, url, clinician_a, waiting):
    write(fresh, url, "No acute finding.", is_mine="on")
    fresh.post(f"{url}sign/", signing_form(clinician_a, waiting))
    first = versions(clinician_a)[0]
    fresh.post(f"{url}amendment/")
    [one] = sentences(clinician_a, waiting)
    act(fresh, url, one, "save", "No acute fracture.")

    without = fresh.post(f"{url}sign/", signing_form(clinician_a, waiting))
    fresh.post(f"{url}sign/", signing_form(clinician_a, waiting, reason="The film was read again."))

    assert without.status_code == 422
    old, new = versions(clinician_a)
    page = fresh.get(f"{url}versions/").content.decode()
    assert "<del>finding.</del>" in page and "<ins>fracture.</ins>" in page
    assert "Amended since" in text_of(fresh.get(f"/cases/reports/{old.pk}/"))
    assert "The film was read again." in text_of(fresh.get(f"/cases/reports/{new.pk}/"))
    assert (old.pk, old.body) == (first.pk, first.body)
    with clinician_a.at_work():
        assert Case.objects.get(pk=waiting.pk).state == CaseState.AMENDED


def test_reader_when_there_is_only_a_signed_version_then_led_to_it(
    as_person, staff_a: Staff, clinician_a, waiting, url
):
    reader = as_person(staff_a[Role.REVIEWER])
    assert reader.get(url).status_code == 404
    report = sign(clinician_a, waiting)
    assert reader.get(url).headers["Location"] == f"/cases/reports/{report.pk}/"


def test_report_when_verified_then_every_part_says_whether_it_holds(client, clinician_a, waiting, letter, own_store):
    answered(clinician_a, waiting, [letter], [span(letter, "short of breath")])
    with clinician_a.at_work():
        reports.take_over(by=clinician_a.actor, case=waiting, key=suggestions(clinician_a.actor, waiting)[0].key)
    report = sign(clinician_a, waiting)

    whole = client.get(f"/cases/reports/{report.pk}/verify/")
    breaking.flip_a_byte(own_store, letter)
    part = client.get(f"/cases/reports/{report.pk}/verify/", **HTMX)
    page = client.get(f"/cases/reports/{report.pk}/")

    assert text_of(whole).count("Holds:") == 0  # words for screen readers stand in labels
    assert whole.content.decode().count('<li class="done">') == 6
    assert "Files it rests on that no longer match: 1" in text_of(part)
    assert '<span class="ref broken">1</span>' in page.content.decode()
    assert "its stored bytes were changed" in text_of(page)


def test_report_when_taken_as_pdf_then_the_same_bytes_each_time_and_nobodys_markup(client, clinician_a, waiting):
    report = sign(clinician_a, waiting, 'Größe < 3 cm & <img src="http://x.example/y"> Ω 漢')

    answer = client.get(f"/cases/reports/{report.pk}/pdf/")
    again = client.get(f"/cases/reports/{report.pk}/pdf/")

    assert answer.content[:5] == b"%PDF-"
    assert answer.content == again.content
    assert b"x.example" not in answer.content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{waiting.reference}-v1.pdf"'


# --- what nobody signed -----------------------------------------------------------------------------------------------


@pytest.mark.hazard("H01")
def test_answer_of_an_engine_when_nobody_signed_it_then_preliminary_on_every_page_that_shows_it(
    client, url, clinician_a, waiting, letter
):
    result = answered(clinician_a, waiting, [letter], [span(letter, "short of breath")])
    places = (f"/cases/{waiting.pk}/", f"/runs/{result.run_id}/", url)

    for place in places:
        assert "Preliminary" in text_of(client.get(place)), place

    with clinician_a.at_work():
        reports.take_over(by=clinician_a.actor, case=waiting, key=suggestions(clinician_a.actor, waiting)[0].key)
    sign(clinician_a, waiting)
    for place in places[:2]:
        words = text_of(client.get(place))
        assert "In a signed report" in words, place
        assert "Preliminary" not in words, place


def test_answer_of_an_engine_when_rewritten_before_signing_then_the_engines_own_stays_preliminary(
    client, clinician_a, waiting, letter
):
    result = answered(clinician_a, waiting, [letter], [span(letter, "short of breath")])
    with clinician_a.at_work():
        taken = reports.take_over(
            by=clinician_a.actor, case=waiting, key=suggestions(clinician_a.actor, waiting)[0].key
        )
        mine = reports.reword(by=clinician_a.actor, case=waiting, sentence=taken.id, text="Mine", seen=taken.revision)
        reports.vouch(by=clinician_a.actor, case=waiting, sentence=mine.id, seen=mine.revision)
    sign(clinician_a, waiting)

    assert "Preliminary" in text_of(client.get(f"/runs/{result.run_id}/"))


def test_check_of_files_when_shown_then_it_is_nothing_to_sign(client, clinician_a, case_a, letter, work_lane):
    make.run(clinician_a, case_a, inputs=[letter])
    work_lane()

    assert "Preliminary" not in text_of(client.get(f"/cases/{case_a.pk}/"))
