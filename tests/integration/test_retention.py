"""Files go when their time is over: not before, not one that must stay, and none that nobody saw on a list."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from clinic import access, retention, texts
from clinic.actions import cases, reports, uploads
from clinic.actions import retention as acts
from clinic.answer_telling import told_to
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import CaseState, Hold, NoticeKind, Notification, ReportDraft, Result, Upload
from clinic.sources import Source, State
from clinic.uploads import store
from extraction import keeping, kinds, shelf
from extraction.actions import sheets
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction import finding
from tests.integration.extraction.aged import checked, delete, listed
from tests.make import Person, Staff
from tests.signing import sign

pytestmark = pytest.mark.django_db
POLICY = keeping.POLICIES[0]


@pytest.fixture
def admin(staff_a: Staff) -> Person:
    return staff_a[Role.ADMIN]


def places_of(by: Person) -> dict[Any, str]:
    rows: Any = shelf.sheets(by.actor)
    return {row.pk: row.place for row in rows}


def words_of(by: Person, sheet: FactSheet) -> dict[str, Any]:
    told = told_to(by.actor, sheet.run_id)
    assert told is not None
    return told.outcome


def test_checked_document_is_put_away_after_thirty_days_and_opens_as_before(clinician_a):
    old, young = checked(clinician_a, days=31), checked(clinician_a, days=29)
    waiting = finding.found(clinician_a, make.case(clinician_a))

    assert acts.cool() == 1 and acts.cool() == 0

    with clinician_a.at_work():
        places = places_of(clinician_a)
        assert (places[old.pk], places[young.pk], places[waiting.pk]) == (shelf.COLD, shelf.FINISHED, shelf.TO_CHECK)
        assert Source(access.upload(clinician_a.actor, old.upload_id)).state == State.FITS
        assert words_of(clinician_a, old)
    (event,) = make.audit_events("uploads.cooled")
    assert (event["actor"], event["facts"]["count"]) == ("system:retention", 1)


def test_document_whose_facts_are_found_anew_is_back_among_those_to_check(clinician_a):
    sheet = checked(clinician_a, days=31, is_closed=False)
    acts.cool()

    with clinician_a.at_work():
        sheets.ask_again(by=clinician_a.actor, sheet=sheet)
    finding.finish(clinician_a, kinds.EXTRACT, finding.say())

    with clinician_a.at_work():
        assert places_of(clinician_a)[sheet.pk] == shelf.TO_CHECK


def test_what_is_deleted_is_gone_from_the_store_and_its_words_from_every_door(clinician_a, admin, own_store):
    sheet = checked(clinician_a, days=91)
    name = sheet.upload.object_name

    assert delete(admin) == 1

    assert not store().exists(name)
    with clinician_a.at_work():
        upload = access.upload(clinician_a.actor, sheet.upload_id)
        assert upload.expired_at and Source(upload).state == State.GONE
        assert texts.text_of(upload) is None
        assert words_of(clinician_a, sheet) == {}
        assert Result.objects.filter(run=sheet.run_id).exists()  # what was said stays, sealed
    (event,) = make.audit_events("upload.expired")
    assert event["facts"]["sha256"] == sheet.upload.sha256 and event["facts"]["policy"] == POLICY.name


def test_nothing_is_deleted_before_its_time_nor_twice(clinician_a, admin):
    checked(clinician_a, days=89)
    assert delete(admin) == 0

    checked(clinician_a, days=91)
    assert (delete(admin), delete(admin)) == (1, 0)


def reasons(admin: Person) -> set[str]:
    return {one.kept for one in listed(admin)}


def test_legal_hold_wins_over_the_rule_and_over_a_list_that_was_seen_before_it(clinician_a, admin):
    sheet = checked(clinician_a, days=400)
    seen = retention.name_of(listed(admin))
    with admin.at_work():
        placed = acts.hold(by=admin.actor, case=sheet.case, reason="The court has asked.")

    with pytest.raises(Refusal) as refused:
        delete(admin, seen)
    assert refused.value.code == Code.LIST_CHANGED and reasons(admin) == {retention.HELD}
    assert delete(admin) == 0

    with admin.at_work():
        acts.lift(by=admin.actor, hold=placed, confirmed=timezone.now())
    assert delete(admin) == 1
    assert len(make.audit_events("case.held")) == len(make.audit_events("case.hold_lifted")) == 1


def test_case_is_held_once(clinician_a, admin):
    case = make.case(clinician_a)
    with admin.at_work():
        acts.hold(by=admin.actor, case=case, reason="The court has asked.")
        with pytest.raises(Refusal) as refused:
            acts.hold(by=admin.actor, case=case, reason="It asked again.")

        assert refused.value.code == Code.ALREADY_EXISTS and Hold.objects.standing().count() == 1


def test_open_case_keeps_its_documents(clinician_a, admin):
    checked(clinician_a, days=400, is_closed=False)

    assert reasons(admin) == {retention.CASE_OPEN} and delete(admin) == 0


def cited(by: Person, **told: Any) -> FactSheet:
    sheet = checked(by, is_closed=False, **told)
    with by.at_work():
        upload = Upload.objects.select_related("case").get(pk=sheet.upload_id)
        reports.write(by=by.actor, case=upload.case, section="plan", text="As before.")
        sentence = ReportDraft.objects.get(case=upload.case)
        made = sentence.body["sentences"][0]["id"]
        reports.point(by=by.actor, case=upload.case, sentence=made, upload=upload, words="Four days of fever",
                      seen=sentence.revision)  # fmt: skip
    sign(by, sheet.case)
    return sheet


def test_signed_report_keeps_what_it_rests_on(clinician_a, admin):
    cited(clinician_a, days=400)

    assert reasons(admin) == {retention.CITED}


def test_rule_of_a_site_takes_the_place_of_the_first_and_never_may_mean_never(clinician_a, admin):
    checked(clinician_a, days=91)
    with admin.at_work():
        acts.set_rule(by=admin.actor, policy=POLICY, cold_days=30, expiry_days=None)
    assert listed(admin) == []

    with admin.at_work():
        acts.set_rule(by=admin.actor, policy=POLICY, cold_days=5, expiry_days=10)
        with pytest.raises(Refusal):
            acts.set_rule(by=admin.actor, policy=POLICY, cold_days=10, expiry_days=10)
    assert [one.goes for one in listed(admin)] == [True]
    assert len(make.audit_events("retention.rule_set")) == 2


def test_only_who_looks_after_it_deletes_and_only_after_proving_who_she_is(clinician_a, admin):
    seen = retention.name_of(listed(admin))
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        acts.expire(by=clinician_a.actor, seen=seen, confirmed=timezone.now())
    assert refused.value.code == Code.NOT_ALLOWED

    with admin.at_work(), pytest.raises(Refusal) as refused:
        acts.expire(by=admin.actor, seen=seen, confirmed=timezone.now() - timedelta(hours=9))
    assert refused.value.code == Code.STEP_UP_NEEDED


def test_other_sites_are_not_touched(clinician_a, clinician_b, admin):
    mine, other = checked(clinician_a, days=91), checked(clinician_b, days=91)

    assert delete(admin) == 1

    with clinician_b.at_work():
        assert Upload.objects.get(pk=other.upload_id).expired_at is None
    with clinician_a.at_work():
        assert Upload.objects.get(pk=mine.upload_id).expired_at


def test_file_that_comes_again_is_there_again(clinician_a, admin, own_store):
    sheet = checked(clinician_a, days=91)
    delete(admin)
    with clinician_a.at_work():
        case = cases.move(by=clinician_a.actor, case=sheet.case, to=CaseState.OPEN, reason="It goes on.")
        with pytest.raises(Refusal) as refused:
            sheets.ask_again(by=clinician_a.actor, sheet=FactSheet.objects.get(pk=sheet.pk))
        assert refused.value.code == Code.EXPIRED

        again, is_new = uploads.store_whole(
            by=clinician_a.actor, case=case, chunks=[finding.LETTER.encode()], name="letter.txt"
        )

        assert (again.pk, is_new) == (sheet.upload_id, False)
        assert Source(again).state == State.FITS and words_of(clinician_a, sheet)
    assert len(make.audit_events("upload.came_again")) == 1


def test_command_tells_what_would_go_and_what_stays_and_deletes_nothing(clinician_a, admin, capsys):
    goes, stays = checked(clinician_a, days=91), checked(clinician_a, days=91, is_closed=False)

    call_command("retention")

    told = capsys.readouterr().out
    assert f"{goes.upload_id}  {goes.case.reference}" in told and "would be deleted" in told
    assert str(stays.upload_id) in told and "kept: case_open" in told
    assert delete(admin) == 1


@pytest.fixture
def browser(as_person: Any, admin: Person) -> Iterator[Any]:
    from tests.signing import prove

    yield prove(as_person(admin))


def test_page_lists_then_deletes_exactly_that_list(browser, clinician_a, admin):
    sheet = checked(clinician_a, days=91)
    page = browser.get("/retention/").content.decode()
    assert sheet.case.reference in page and retention.name_of(listed(admin)) in page

    assert browser.post("/retention/delete/", {"seen": "0"}).status_code == 302
    assert make.audit_events("upload.expired") == []
    browser.post("/retention/delete/", {"seen": retention.name_of(listed(admin))})

    assert len(make.audit_events("upload.expired")) == 1
    assert sheet.case.reference not in browser.get("/retention/").content.decode()


def test_page_holds_and_lifts(browser, clinician_a, admin):
    case = make.case(clinician_a)

    assert browser.post("/retention/holds/", {"case": "C-999999", "reason": "The court has asked."}).status_code == 422
    browser.post("/retention/holds/", {"case": case.reference, "reason": "The court has asked."})
    with admin.at_work():
        placed = Hold.objects.standing().get(case=case)
    assert case.reference in browser.get("/retention/").content.decode()

    browser.post(f"/retention/holds/{placed.pk}/lift/")
    with admin.at_work():
        assert not Hold.objects.standing().exists()


def test_page_sets_a_rule(browser, admin):
    address = f"/retention/rules/{POLICY.name}/"
    assert browser.post(address, {"cold_days": "9", "expiry_days": "8"}).status_code == 422
    assert browser.post(address, {"cold_days": "8", "expiry_days": ""}).status_code == 302

    with admin.at_work():
        terms = retention.terms(admin.site.pk, POLICY)
    assert (terms.cold_days, terms.expiry_days) == (8, None)


# --- the notice -------------------------------------------------------------------------------------------------------


def test_file_when_its_time_is_near_then_announced_once_to_who_decides_and_shown_on_the_page(
    as_person, clinician_a, admin
):
    sheet = checked(clinician_a, days=85, is_told=False)

    assert acts.announce() == 1 and acts.announce() == 0

    with admin.at_work():
        assert [one.kind for one in Notification.objects.filter(person=admin.user)] == [NoticeKind.DELETION]
        assert [one.upload.pk for one in retention.coming(admin.site.pk)] == [sheet.upload_id]
    assert "Announced: may be deleted soon" in as_person(admin).get("/retention/").content.decode()
    (event,) = make.audit_events("uploads.deletion_announced")
    assert (event["actor"], event["facts"]["count"]) == ("system:retention", 1)


def test_file_when_its_time_is_over_and_it_was_not_announced_seven_days_ago_then_it_stays(clinician_a, admin):
    sheet = checked(clinician_a, days=200, is_told=False)

    assert [one.kept for one in listed(admin)] == [retention.ANNOUNCED] and delete(admin) == 0

    acts.announce()
    assert delete(admin) == 0
    with admin.at_work():
        Upload.objects.filter(pk=sheet.upload_id).update(going_told_at=timezone.now() - retention.NOTICE)
    assert delete(admin) == 1


def test_file_when_as_many_as_a_list_holds_stay_before_it_then_announced_and_deleted_all_the_same(
    clinician_a, admin, monkeypatch
):
    monkeypatch.setattr(retention, "MOST_LISTED", 1)
    kept, told = checked(clinician_a, days=400), checked(clinician_a, days=300)
    cited(clinician_a, days=200, is_told=False)
    last = checked(clinician_a, days=100, is_told=False)
    with admin.at_work():
        acts.hold(by=admin.actor, case=kept.case, reason="The court has asked.")

    assert acts.announce() == 1
    with admin.at_work():
        assert Upload.objects.get(pk=last.upload_id).going_told_at is not None
    assert [(one.upload.pk, one.kept) for one in listed(admin)] == [
        (kept.upload_id, retention.HELD), (told.upload_id, ""),
    ]  # fmt: skip
    assert delete(admin) == 1


def test_file_when_its_case_is_held_then_nothing_is_announced(clinician_a, admin):
    sheet = checked(clinician_a, days=85, is_told=False)
    with admin.at_work():
        acts.hold(by=admin.actor, case=access.case_to_keep(admin.actor, sheet.case.number), reason="A court asks.")

    assert acts.announce() == 0
