"""The case page: what it tells, what it proves, what it costs."""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
import time_machine
from django.utils import timezone

from clinic.actions import cases, consents, notes, runs
from clinic.authorization.roles import Role
from clinic.models import AuditEvent, CaseState, Entry, EntryKind, Purpose, Report, Run
from clinic.proof import digest_of, link_hash, proofs
from tests import make
from tests.integration.pages.cases.helpers import HTMX, fill_story, queries_of, text_of
from tests.signing import sign


@pytest.fixture
def client(as_person, clinician_a):
    return as_person(clinician_a)


@pytest.fixture
def url(case_a):
    return f"/cases/{case_a.pk}/"


def lines(response) -> int:
    return len(re.findall('<li class="entry', response.content.decode()))


def test_case_when_opened_then_says_who_what_and_how_long(client, url, clinician_a, case_a, patient_a):
    with clinician_a.at_work():
        consents.record(by=clinician_a.actor, case=case_a, purpose=Purpose.CARE, is_given=True)

    words = text_of(client.get(url))

    for expected in (
        "Question of site A", f"Patient {patient_a.pseudonym}", "Name Ana Alder", "Consent Care", "With Nobody yet",
        "Waiting under 1 min", "Case opened, routine", "5 of 7 done", "Consent given: care",
    ):  # fmt: skip
        assert expected in words, expected


def test_case_when_of_another_site_then_does_not_exist(client, case_b):
    assert client.get(f"/cases/{case_b.pk}/").status_code == 404
    assert [event["facts"]["code"] for event in make.audit_events("refused")] == ["not_found"]


@pytest.mark.parametrize(
    "part",
    ["entries/", "entries/new/", "verify/", "edit/", "patient/", "assign/", "move/", "notes/", "uploads/", "runs/"],
)
def test_part_of_a_case_when_of_another_site_then_does_not_exist(client, case_b, part):
    assert client.get(f"/cases/{case_b.pk}/{part}", **HTMX).status_code == 404
    if part not in ("entries/", "entries/new/", "verify/"):
        assert client.post(f"/cases/{case_b.pk}/{part}", {"to": "closed", "body": "x"}).status_code == 404


def test_case_when_shown_then_its_reading_is_noted_and_nothing_stays_in_the_browser(client, url, case_a):
    response = client.get(url)

    (event,) = make.audit_events("case.read")
    assert event["case"] == str(case_a.pk)
    assert response.headers["Cache-Control"] == "no-store"


def test_case_when_shown_then_title_and_addresses_hold_no_words_of_the_patient(client, url, case_a):
    page = client.get(url).content.decode()

    assert f"<title>{case_a.reference} · Rounds</title>" in page
    addresses = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not [address for address in addresses if "Ana" in address or "Question" in address]


@pytest.mark.parametrize(
    ("target", "part"), [("case-head", 'id="case-head"'), ("case-side", 'id="case-side"'), ("story", 'id="story"')]
)
def test_case_when_htmx_asks_for_a_part_then_gets_that_part(client, url, target, part):
    answer = client.get(url, HTTP_HX_TARGET=target, **HTMX).content.decode()

    assert part in answer
    assert "<html" not in answer


# --- the story --------------------------------------------------------------------------------------------------------


def test_story_when_many_kinds_happened_then_each_is_told(client, url, clinician_a, staff_a, case_a, work_lane):
    colleague = staff_a[Role.RADIOLOGIST].user
    upload = make.upload(clinician_a, case_a, name="Letter.txt")
    make.note(clinician_a, case_a, "Seen with @radiologist@northgate.example and <b>bold</b> @nobody@x.example")
    make.run(clinician_a, case_a, inputs=(upload,))
    make.run(clinician_a, case_a, mode="fail")
    with clinician_a.at_work():
        cases.assign(by=clinician_a.actor, case=case_a, to=colleague)
        cases.assign(by=clinician_a.actor, case=case_a, to=None)
        cases.move(by=clinician_a.actor, case=case_a, to=CaseState.AWAITING_HUMAN, reason="She coughs")
    work_lane("cpu")
    dropped = make.run(clinician_a, case_a)
    with clinician_a.at_work():
        runs.cancel(by=clinician_a.actor, run=dropped)
    sign(clinician_a, case_a)

    response = client.get(url)

    words = text_of(response)
    for expected in (
        "Document added", "Letter.txt", "Seen with @Radiologist of Northgate and <b>bold</b> @nobody@x.example",
        "Handed to Radiologist of Northgate", "With nobody now", "Waits for a human", "She coughs",
        "1 file read, it matches its digest", "No answer: Integrity check", "It was asked to fail",
        "Cancelled: Integrity check", "Engine answers: Integrity check", "clinic.check 1, local",
        "Report signed, version 1",
    ):  # fmt: skip
        assert expected in words, expected
    assert "<b>bold</b>" not in response.content.decode()


def test_story_when_a_run_is_under_way_then_shows_how_far_it_is(client, url, clinician_a, case_a):
    run = make.run(clinician_a, case_a)

    page = client.get(url).content.decode()

    assert f'hx-get="/runs/{run.pk}/status/"' in page
    assert "Read and hash every byte" in page


def test_story_when_a_kind_is_chosen_then_shows_that_kind_only(client, url, clinician_a, case_a):
    make.note(clinician_a, case_a, "A remark")
    make.upload(clinician_a, case_a)

    words = text_of(client.get(f"{url}?kind=notes"))

    assert "A remark" in words
    assert "Document added" not in words
    assert "All 3" in words


def test_story_when_a_hand_is_chosen_then_shows_what_it_did(client, url, clinician_a, staff_a, case_a, work_lane):
    make.note(clinician_a, case_a, "Of the clinician")
    make.note(staff_a[Role.RADIOLOGIST], case_a, "Of the radiologist")
    make.run(clinician_a, case_a)
    work_lane("cpu")

    by_one = text_of(client.get(f"{url}?by={staff_a[Role.RADIOLOGIST].user.pk}"))
    by_machine = text_of(client.get(f"{url}?by=machine"))

    assert "Of the radiologist" in by_one
    assert "Of the clinician" not in by_one
    assert "Engine answers" in by_machine
    assert "Of the clinician" not in by_machine


def test_story_when_long_then_shows_the_newest_and_leads_back_to_the_first(client, url, clinician_a, case_a):
    fill_story(clinician_a, case_a, 120)

    first = client.get(url)
    second = client.get(first.context["earlier_url"])
    third = client.get(second.context["earlier_url"])

    assert [lines(page) for page in (first, second, third)] == [50, 50, 21]
    assert "Line 119." in text_of(first)
    assert "Case opened" in text_of(third)
    assert "Earlier entries are shown." in text_of(third)
    assert not third.context["earlier_url"]


def test_earlier_lines_when_asked_for_alone_then_come_without_the_page_and_take_the_days_heading_along(
    client, url, clinician_a, case_a
):
    fill_story(clinician_a, case_a, 60)
    page = client.get(url)

    part = client.get(page.context["earlier_part"], **HTMX)

    assert lines(part) == 11
    assert "<html" not in part.content.decode()
    today = timezone.localdate().isoformat()
    assert f'id="day-{today}" hx-swap-oob="delete"' in part.content.decode()


@pytest.mark.parametrize("part", ["entries/", "entries/new/"])
def test_part_of_a_story_when_opened_as_a_page_then_leads_to_the_page(client, url, part):
    assert client.get(f"{url}{part}").headers["Location"] == url


def test_tail_when_nothing_came_then_shows_nothing_and_is_no_reading(client, url):
    page = client.get(url)
    before = len(make.audit_events("case.read"))

    assert client.get(page.context["tail_url"], **HTMX).status_code == 204
    assert len(make.audit_events("case.read")) == before


def test_tail_when_something_came_then_shows_it_once(client, url, clinician_a, case_a):
    make.settle()
    page = client.get(url)
    make.note(clinician_a, case_a, "Just written")
    make.settle()

    part = client.get(page.context["tail_url"], **HTMX)

    assert lines(part) == 1
    assert "Just written" in text_of(part)
    assert '<h2 class="day"' not in part.content.decode()
    assert client.get(unescape(part.context["tail_url"]), **HTMX).status_code == 204


def test_tail_when_a_later_commit_bears_an_earlier_time_then_shows_it_too(client, url, clinician_a, case_a):
    make.note(clinician_a, case_a, "Committed first")
    make.settle()
    page = client.get(url)
    with time_machine.travel(timezone.now() - timedelta(seconds=5), tick=False):
        make.note(clinician_a, case_a, "Committed later")
    make.settle()

    assert "Committed later" in text_of(client.get(page.context["tail_url"], **HTMX))


def figures(part) -> dict[str, str]:
    return dict(re.findall(r'name="(shown|matching|all)" value="(\d+)"', part.content.decode()))


def more(client, address: str, page):
    """As the page asks for it: its figures go along."""
    address = unescape(str(address))
    return client.get(f"{address}{'&' if '?' in address else '?'}{urlencode(figures(page))}", **HTMX)


def test_tail_when_something_came_then_the_figures_follow(client, url, clinician_a, case_a):
    make.settle()
    page = client.get(url)
    make.note(clinician_a, case_a, "Just written")
    make.settle()

    part = more(client, page.context["tail_url"], page)

    words = text_of(part)
    assert figures(page) == {"shown": "1", "matching": "1", "all": "1"}
    assert figures(part) == {"shown": "2", "matching": "2", "all": "2"}
    for expected in ("All 2", "Notes", "2 of 2 verified", "Entries 2"):
        assert expected in words, expected
    assert 'id="proof-facts" hx-swap-oob="innerHTML"' in part.content.decode()


def test_tail_when_what_came_is_not_of_the_kind_shown_then_only_the_figures_follow(client, url, clinician_a, case_a):
    make.settle()
    page = client.get(f"{url}?kind=changes")
    make.note(clinician_a, case_a, "Just written")
    make.settle()

    part = more(client, page.context["tail_url"], page)

    assert lines(part) == 0
    assert "All 2" in text_of(part)
    assert "1 of 1 verified" in text_of(part)
    assert more(client, part.context["tail_url"], part).status_code == 204


def test_earlier_lines_when_fetched_then_the_count_takes_them_in(client, url, clinician_a, case_a):
    fill_story(clinician_a, case_a, 59)
    page = client.get(url)

    part = more(client, page.context["earlier_part"], page)

    assert (figures(page)["shown"], figures(part)["shown"], figures(part)["all"]) == ("50", "60", "60")


def test_verify_when_asked_then_says_the_result_above_the_story_and_aloud(client, url):
    make.settle()
    page = client.get(url)

    answer = more(client, f"{url}verify/", page)

    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["tone"] == "ok"
    assert toast["words"].startswith("All as it was written, checked in ")
    assert toast["words"] in text_of(answer)
    assert figures(answer) == figures(page)


def test_story_when_lines_are_of_several_days_then_stands_under_their_days(client, url, clinician_a, case_a):
    with clinician_a.at_work():
        earlier = timezone.now() - timedelta(days=1)
        Entry.objects.create(site_id=case_a.site_id, case=case_a, kind=EntryKind.CONSENT, at=earlier,
                             facts={"purpose": "care", "is_given": False})  # fmt: skip

    words = text_of(client.get(url))

    assert words.index("Yesterday, ") < words.index("Consent withdrawn: care") < words.index("Today, ")


def test_story_when_an_entry_is_of_a_kind_nobody_knows_then_it_is_named(client, url, clinician_a, case_a):
    with clinician_a.at_work():
        Entry.objects.create(site_id=case_a.site_id, case=case_a, kind="moon_seen")

    assert "Moon seen" in text_of(client.get(url))


@pytest.mark.parametrize("lines_there", [10, 500])
def test_case_when_its_story_is_long_then_asks_the_database_no_more_often(
    client, url, clinician_a, case_a, lines_there
):
    for _ in range(2):
        make.upload(clinician_a, case_a)
    fill_story(clinician_a, case_a, lines_there)
    client.get(url)

    assert queries_of(lambda: client.get(url)) <= 30


def test_case_when_runs_and_files_are_many_then_asks_the_database_no_more_often(
    client, url, clinician_a, case_a, work_lane
):
    def more(times: int) -> None:
        for _ in range(times):
            make.run(clinician_a, case_a, inputs=(make.upload(clinician_a, case_a),))
            make.run(clinician_a, case_a, mode="fail")
        work_lane("cpu")

    more(1)
    client.get(url)
    few = queries_of(lambda: client.get(url))
    more(5)

    assert queries_of(lambda: client.get(url)) == few


# --- proof ------------------------------------------------------------------------------------------------------------


def test_tick_when_the_audit_holds_what_was_written_then_is_green_with_its_position(client, url, case_a):
    make.settle()

    words = text_of(client.get(url))

    assert "1 of 1 verified" in words
    assert "Verified #" in words


def test_tick_when_an_entry_has_no_event_then_is_red(client, url, clinician_a, case_a):
    make.settle()
    fill_story(clinician_a, case_a, 1)

    words = text_of(client.get(url))

    assert "1 of 2 verified" in words
    assert "Does not match" in words


def test_proof_when_an_event_is_of_another_case_then_does_not_hold(clinician_a, case_a):
    other = make.case(clinician_a)
    make.settle()
    with clinician_a.at_work():
        mine = Entry.objects.get(case=case_a)
        mine.audit_event_id = Entry.objects.get(case=other).audit_event_id

        assert proofs([mine])[mine.pk].state == "bad"


def test_proof_when_the_text_was_changed_then_the_sum_is_another(clinician_a, case_a):
    make.settle()
    with clinician_a.at_work():
        event = AuditEvent.objects.select_related("link").get(event="case.opened", case_id=case_a.pk)
    link = event.link
    told = (link.seq, link.at, bytes(link.prev))

    assert link_hash(event.pk, event.body, *told) == bytes(link.hash)
    assert link_hash(event.pk, event.body.replace("Clinician", "Somebody"), *told) != bytes(link.hash)


def test_proof_when_its_transaction_is_not_done_then_waits(clinician_a, case_a):
    with clinician_a.at_work():
        (entry,) = Entry.objects.filter(case=case_a)

        assert proofs([entry])[entry.pk].state == "wait"


def test_verify_when_asked_then_looks_at_every_line(client, url, clinician_a, case_a):
    for _ in range(3):
        make.note(clinician_a, case_a)
    make.settle()

    words = text_of(client.get(f"{url}verify/", **HTMX))
    assert "All as it was written, computed anew" in words
    assert re.search(r"Entries of the story\s*4", words)
    assert "<html" in client.get(f"{url}verify/").content.decode()


def test_verify_when_a_line_does_not_match_then_says_so(client, url, clinician_a, case_a):
    make.settle()
    fill_story(clinician_a, case_a, 2)

    words = text_of(client.get(f"{url}verify/", **HTMX))
    assert "2 things are not what was written" in words and "2 of 3 wrong" in words
    assert "the audit holds no such act" in words


# --- what stands beside it --------------------------------------------------------------------------------------------


def test_before_signing_when_things_are_open_then_lists_them(client, url, clinician_a, case_a, work_lane):
    make.run(clinician_a, case_a, mode="fail")
    work_lane("cpu")
    make.run(clinician_a, case_a)

    words = text_of(client.get(url))

    assert "2 of 7 done" in words
    for expected in ("Record consent for care", "Wait for 1 run", "Settle 1 failed run", "Write the report"):
        assert expected in words


def test_before_signing_when_the_failed_run_was_tried_again_then_it_is_settled(
    client, url, clinician_a, case_a, work_lane
):
    dead = make.run(clinician_a, case_a, mode="fail")
    work_lane("cpu")
    with clinician_a.at_work():
        runs.replay(by=clinician_a.actor, run=Run.objects.get(pk=dead.pk))

    assert "No failed run left open" in text_of(client.get(url))


def test_case_when_role_only_reads_then_offers_no_acts(as_person, staff_a, url):
    page = as_person(staff_a[Role.REVIEWER]).get(url).content.decode()

    assert "/assign/" not in page
    assert "/move/" not in page
    assert "upload_zone" not in page
    assert 'data-upload="' not in page
    assert "/notes/" in page


def test_case_when_closed_then_takes_nothing_and_offers_to_reopen(client, url, clinician_a, case_a):
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=case_a, to=CaseState.CLOSED)

    page = client.get(url).content.decode()

    assert 'data-upload="' not in page
    assert 'id="note-form"' not in page
    assert "Reopen" in page


def test_case_when_the_patient_was_erased_then_tells_its_story_without_words(client, url, clinician_a, case_a, erased):
    make.note(clinician_a, case_a, "Secret words")
    make.upload(clinician_a, case_a, name="Ana.txt")
    erased(case_a.patient_id)

    response = client.get(url)

    words = text_of(response)
    assert response.status_code == 200
    assert "Erased" in words
    assert "Secret words" not in words
    assert "Ana" not in words


def test_case_when_the_patient_has_others_then_leads_to_them(client, url, clinician_a, patient_a, case_a):
    other = make.case(clinician_a, of=patient_a)

    assert f'href="/cases/{other.pk}/"' in client.get(url).content.decode()


def test_note_when_read_then_was_written_by_the_action(clinician_a, case_a):
    """The story shows the mention the notice went out for: both read the text with the same rule."""
    with clinician_a.at_work():
        note = notes.write(by=clinician_a.actor, case=case_a, body="ask @radiologist@northgate.example.")
        (person,) = notes.mentioned_in(note.body, case_a)

    assert person.email == "radiologist@northgate.example"


# --- in which state it was, and on paper ------------------------------------------------------------------------------


def test_story_when_a_state_is_chosen_then_shows_what_happened_while_the_case_was_in_it(
    client, url, clinician_a, case_a
):
    make.note(clinician_a, case_a)
    sign(clinician_a, case_a)
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=case_a, to=CaseState.CLOSED)

    assert "Report signed" in text_of(client.get(f"{url}?while=awaiting_human"))
    opened, closed = (text_of(client.get(f"{url}?while={state}")) for state in ("open", "closed"))
    assert "Case opened" in opened and "Report signed" not in opened
    assert "Closed" in closed and "Case opened" not in closed
    assert "Case opened" in text_of(client.get(f"{url}?while=nonsense"))


def test_paper_when_asked_for_then_holds_report_story_digest_and_when_it_was_asked_for(
    client, url, clinician_a, case_a
):
    make.note(clinician_a, case_a)
    sign(clinician_a, case_a)

    words = text_of(client.get(f"{url}print/"))

    with clinician_a.at_work():
        told = list(Entry.objects.filter(case=case_a).order_by("at", "pk"))
        assert digest_of(told)[:32] in words and digest_of(told) != digest_of(told[1:])
        assert Report.objects.get(case=case_a).content_sha256 in words
    assert f"by {clinician_a.user.name}" in words and "Report, version 1" in words and "Case opened" in words


def test_paper_when_the_story_is_narrowed_then_so_is_it_and_says_to_what(client, url, clinician_a, case_a):
    make.note(clinician_a, case_a)

    words = text_of(client.get(f"{url}print/?kind=notes"))

    assert "1 entry: Notes" in words and "Case opened" not in words and "No report of this case is signed" in words
