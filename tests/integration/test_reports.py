"""A report: written by people and engines sentence by sentence, signed once it is grounded, then never changed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from clinic import report_checks, report_proof
from clinic.actions import cases, reports
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Case, CaseState, EntryKind, Report, ReportDraft, Upload
from clinic.report_body import Body, Sentence, digest_of
from clinic.report_checks import Check
from clinic.report_content import seal_holds
from clinic.report_sections import suggestions
from tests import make
from tests.integration import breaking
from tests.integration.reviewing import flagged, urgency_capability
from tests.integration.second_opinion import LETTER, answered, second_opinions, span
from tests.make import Person, Staff
from tests.signing import sign, sign_draft
from tests.threads import at_once


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with second_opinions():
        yield


@pytest.fixture
def letter(own_store: Any, in_site_a: Person, case_a: Case) -> Upload:
    return make.upload(in_site_a, case_a, LETTER.encode(), "letter.txt")


@pytest.fixture
def waiting(in_site_a: Person, case_a: Case) -> Case:
    return cases.move(by=in_site_a.actor, case=case_a, to=CaseState.AWAITING_HUMAN)


def body_of(case: Case) -> Body:
    return Body.of(ReportDraft.objects.select_related("case").get(case=case).body)


def revision(case: Case) -> int:
    return ReportDraft.objects.get(case=case).revision


def refusal_of(act: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


def written(by: Person, case: Case, text: str = "No acute finding.", **how: Any) -> Sentence:
    return reports.write(by=by.actor, case=case, section="impression", text=text, **how)


def taken(by: Person, case: Case, letter: Upload) -> Sentence:
    answered(by, case, [letter], [span(letter, "short of breath"), span(letter, "Kind regards", weight=-0.1)])
    return reports.take_over(by=by.actor, case=case, key=suggestions(by.actor, case)[0].key)


# --- sentences --------------------------------------------------------------------------------------------------------


def test_engine_when_its_answer_is_taken_over_then_word_for_word_with_what_speaks_for_it(in_site_a, waiting, letter):
    said = taken(in_site_a, waiting, letter)

    assert (said.text, said.section, said.is_engines) == ("Letter urgency: Urgent.", "tests.letters", True)
    assert [one.words for one in said.evidence] == ["short of breath"]
    assert report_checks.ungrounded(waiting, body_of(waiting)) == []


def test_engine_when_its_sentence_is_rewritten_then_it_is_the_writers_and_both_are_kept(in_site_a, waiting, letter):
    said = taken(in_site_a, waiting, letter)

    mine = reports.reword(by=in_site_a.actor, case=waiting, sentence=said.id, text="Urgent, seen today.",
                          seen=said.revision)  # fmt: skip

    assert (mine.text, mine.is_engines, mine.evidence, mine.author) == (
        "Urgent, seen today.", False, (), str(in_site_a.user.pk)
    )  # fmt: skip
    assert mine.replaced and (mine.replaced.text, mine.replaced.evidence) == (said.text, said.evidence)
    [(_sentence, why)] = report_checks.ungrounded(waiting, body_of(waiting))
    assert "nobody says that it is hers" in why


def test_answer_when_people_have_still_to_decide_then_not_taken_over(in_site_a, case_a):
    with urgency_capability():
        flagged(in_site_a, case_a)
        [found] = suggestions(in_site_a.actor, case_a)
        assert found.is_open
        refused = refusal_of(lambda: reports.take_over(by=in_site_a.actor, case=case_a, key=found.key))
    assert refused.code == Code.ANSWER_IS_OPEN


def test_answer_when_people_decided_otherwise_then_their_word_stands_and_the_engines_beside_it(
    in_site_a, waiting, letter, monkeypatch
):
    answered(in_site_a, waiting, [letter], [span(letter, "short of breath")])

    class Decided:
        state, decided_label = "decided", "routine"

    result = waiting.results.get()
    monkeypatch.setattr("clinic.report_sections._newest_items", lambda case: {result.pk: Decided})
    [found] = suggestions(in_site_a.actor, waiting)
    said = reports.take_over(by=in_site_a.actor, case=waiting, key=found.key)

    assert (said.text, said.is_engines, said.evidence) == ("Letter urgency: Routine.", False, ())
    assert said.replaced and said.replaced.origin.result == str(result.pk)
    assert report_checks.ungrounded(waiting, body_of(waiting))


def test_mark_when_another_person_or_a_program_sets_it_then_refused(in_site_a, waiting, staff_a: Staff):
    mine = written(in_site_a, waiting)
    colleague = staff_a[Role.RADIOLOGIST].actor
    program = in_site_a.actor.narrowed_to(frozenset(Permission), waiting.pk)

    for by, code in ((colleague, Code.NOT_THE_AUTHOR), (program, Code.PERSON_NEEDED)):
        act = partial(reports.vouch, by=by, case=waiting, sentence=mine.id, seen=mine.revision)
        assert refusal_of(act).code == code
    assert reports.vouch(by=in_site_a.actor, case=waiting, sentence=mine.id, seen=mine.revision).is_vouched


def test_mark_when_another_person_rewrites_the_sentence_then_it_is_gone(in_site_a, waiting, staff_a: Staff):
    mine = written(in_site_a, waiting, is_mine=True)

    theirs = reports.reword(by=staff_a[Role.RADIOLOGIST].actor, case=waiting, sentence=mine.id, text="No finding.",
                            seen=mine.revision)  # fmt: skip

    assert (theirs.is_vouched, theirs.author) == (False, str(staff_a[Role.RADIOLOGIST].user.pk))


def test_sentence_when_it_points_at_words_of_a_file_then_grounded(in_site_a, waiting, letter):
    mine = written(in_site_a, waiting, "She is short of breath.")

    mine = reports.point(by=in_site_a.actor, case=waiting, sentence=mine.id, upload=letter, words=" and she  is short ",
                         seen=mine.revision)  # fmt: skip

    assert [one.words for one in mine.evidence] == ["and she is short"]
    assert report_checks.ungrounded(waiting, body_of(waiting)) == []


def test_sentence_when_the_words_are_not_in_the_file_then_refused(in_site_a, waiting, letter):
    mine = written(in_site_a, waiting)

    refused = refusal_of(lambda: reports.point(by=in_site_a.actor, case=waiting, sentence=mine.id, upload=letter,
                                               words="no fever at all", seen=mine.revision))  # fmt: skip

    assert refused.code == Code.WORDS_NOT_THERE


def test_sentences_when_moved_and_struck_then_in_their_new_order(in_site_a, waiting):
    first, second, third = (written(in_site_a, waiting, f"Sentence {n}") for n in range(3))

    reports.shift(by=in_site_a.actor, case=waiting, sentence=third.id, step=-1)
    reports.shift(by=in_site_a.actor, case=waiting, sentence=first.id, step=-1)  # is first already
    reports.strike(by=in_site_a.actor, case=waiting, sentence=second.id, seen=second.revision)

    assert [one.text for one in body_of(waiting).sentences] == ["Sentence 0", "Sentence 2"]


# --- two at once ------------------------------------------------------------------------------------------------------


def test_two_editors_when_they_change_the_same_sentence_then_the_second_is_told(in_site_a, waiting, staff_a: Staff):
    seen = written(in_site_a, waiting)
    theirs = staff_a[Role.RADIOLOGIST].actor
    reports.reword(by=theirs, case=waiting, sentence=seen.id, text="Theirs", seen=seen.revision)

    for act in (
        lambda: reports.reword(by=in_site_a.actor, case=waiting, sentence=seen.id, text="Mine", seen=seen.revision),
        lambda: reports.strike(by=in_site_a.actor, case=waiting, sentence=seen.id, seen=seen.revision),
    ):
        assert refusal_of(act).code == Code.DRAFT_CHANGED
    assert [one.text for one in body_of(waiting).sentences] == ["Theirs"]


def test_two_editors_when_they_change_different_sentences_then_both_are_kept(in_site_a, waiting, staff_a: Staff):
    first, second = written(in_site_a, waiting, "One"), written(in_site_a, waiting, "Two")

    reports.reword(by=in_site_a.actor, case=waiting, sentence=first.id, text="Eins", seen=first.revision)
    reports.reword(by=staff_a[Role.RADIOLOGIST].actor, case=waiting, sentence=second.id, text="Zwei",
                   seen=second.revision)  # fmt: skip

    assert [one.text for one in body_of(waiting).sentences] == ["Eins", "Zwei"]


def test_editor_when_the_sentence_is_gone_meanwhile_then_told(in_site_a, waiting):
    gone = written(in_site_a, waiting)
    reports.strike(by=in_site_a.actor, case=waiting, sentence=gone.id, seen=gone.revision)

    refused = refusal_of(lambda: reports.reword(by=in_site_a.actor, case=waiting, sentence=gone.id, text="x", seen=9))
    assert refused.code == Code.DRAFT_CHANGED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_who_write_at_once_then_every_sentence_is_kept(clinician_a: Person):
    case = make.case(clinician_a)

    def write(number: int) -> None:
        with clinician_a.at_work():
            for turn in range(3):
                written(clinician_a, case, f"Sentence {number} {turn}")

    at_once(8, write)

    with clinician_a.at_work():
        assert len({one.text for one in body_of(case).sentences}) == 24


# --- the signature ----------------------------------------------------------------------------------------------------


def test_report_when_signed_then_sealed_and_the_case_with_it_in_one_act(in_site_a, waiting, letter):
    taken(in_site_a, waiting, letter)

    report = sign(in_site_a, waiting)

    fresh = Case.objects.get(pk=waiting.pk)
    assert (report.version, fresh.state) == (1, CaseState.SIGNED)
    assert digest_of(report.body) == report.content_sha256
    assert seal_holds(report)
    [event] = make.audit_events("report.signed")
    assert event["facts"]["content_sha256"] == report.content_sha256
    assert event["case"] == str(waiting.pk)
    assert [one["what"] for one in report.sources] == ["upload", "result"]
    assert waiting.entries.get(kind=EntryKind.REPORT_SIGNED).subject_id == report.pk
    assert not ReportDraft.objects.exists()
    assert "short of breath" not in str(report.sources)


def test_report_when_consent_for_care_is_not_on_record_then_signed_and_it_says_so(in_site_a, waiting):
    report = sign(in_site_a, waiting)

    assert [point["code"] for point in report.body["open_points"]] == ["consent"]


def test_report_when_a_sentence_has_no_ground_then_refused_by_its_words(in_site_a, waiting):
    written(in_site_a, waiting, "She has pneumonia.")

    refused = refusal_of(lambda: sign_draft(in_site_a, waiting))

    assert (refused.code, refused.facts) == (Code.REPORT_NOT_READY, {"open": ["grounded"]})
    assert "She has pneumonia." in str(refused.detail)
    assert not Report.objects.exists()


def test_report_when_a_source_broke_then_refused_though_the_writer_vouches(in_site_a, waiting, letter, own_store):
    mine = written(in_site_a, waiting, is_mine=True)
    reports.point(by=in_site_a.actor, case=waiting, sentence=mine.id, upload=letter, words="fever", seen=mine.revision)
    breaking.flip_a_byte(own_store, letter)

    refused = refusal_of(lambda: sign_draft(in_site_a, waiting))

    assert "A source no longer matches" in str(refused.detail)


def test_report_when_runs_work_or_answers_wait_then_refused(in_site_a, waiting):
    with urgency_capability():
        flagged(in_site_a, waiting)
        make.run(in_site_a, waiting)
        written(in_site_a, waiting, is_mine=True)

        refused = refusal_of(lambda: sign_draft(in_site_a, waiting))

    assert refused.facts["open"] == ["reviews", "runs"]


def test_check_of_flagged_answers_when_several_wait_then_it_leads_to_the_first(in_site_a, waiting):
    with urgency_capability():
        first, _second = flagged(in_site_a, waiting), flagged(in_site_a, waiting)
        (check,) = (one for one in report_checks.of_case(waiting) if one.code == "reviews")

    assert not check.is_done and check.url == f"/review/{first.pk}/"


def test_report_when_a_capability_has_a_check_of_its_own_then_it_counts(in_site_a, waiting, monkeypatch):
    monkeypatch.setattr(report_checks, "_more", [f"{__name__}:contradictions"])
    written(in_site_a, waiting, is_mine=True)

    assert refusal_of(lambda: sign_draft(in_site_a, waiting)).facts["open"] == ["contradiction"]


def contradictions(_case: Case) -> list[Check]:
    return [Check("contradiction", False, "Settle 1 contradiction")]


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (None, Code.STEP_UP_NEEDED),
        (timedelta(seconds=301), Code.STEP_UP_NEEDED),
        ("key", Code.PERSON_NEEDED),
    ],
)
def test_report_when_the_signer_has_not_just_proved_who_she_is_then_refused(in_site_a, waiting, age, code):
    written(in_site_a, waiting, is_mine=True)
    by = in_site_a.actor
    confirmed = timezone.now() - age if age and age != "key" else None
    if age == "key":
        by, confirmed = by.narrowed_to(frozenset(Permission), waiting.pk), timezone.now()

    refused = refusal_of(lambda: reports.sign(by=by, case=waiting, seen=1, confirmed_at=confirmed))

    assert refused.code == code
    assert Case.objects.get(pk=waiting.pk).state == CaseState.AWAITING_HUMAN


def test_report_when_the_role_may_not_sign_then_refused(in_site_a, waiting, staff_a: Staff):
    written(in_site_a, waiting, is_mine=True)
    reviewer = staff_a[Role.REVIEWER].actor

    refused = refusal_of(lambda: reports.sign(by=reviewer, case=waiting, seen=1, confirmed_at=timezone.now()))

    assert refused.code == Code.NOT_ALLOWED


def test_report_when_the_draft_is_another_than_the_one_on_the_screen_then_refused(in_site_a, waiting):
    written(in_site_a, waiting, is_mine=True)
    written(in_site_a, waiting, "One more", is_mine=True)

    refused = refusal_of(lambda: reports.sign(by=in_site_a.actor, case=waiting, seen=1, confirmed_at=timezone.now()))

    assert refused.code == Code.DRAFT_CHANGED


def test_case_when_moved_to_signed_without_a_report_then_refused_by_action_and_database(in_site_a, waiting):
    refused = refusal_of(lambda: cases.move(by=in_site_a.actor, case=waiting, to=CaseState.SIGNED))

    assert refused.code == Code.SIGNED_BY_REPORT
    with pytest.raises(IntegrityError, match="signed by a report"), transaction.atomic():
        Case.objects.filter(pk=waiting.pk).update(state=CaseState.SIGNED)


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_report_when_amended_then_a_version_of_its_own_and_the_first_as_it_was(in_site_a, waiting):
    first = sign(in_site_a, waiting, "No acute finding.")
    before = Report.objects.filter(pk=first.pk).values().get()

    reports.begin_amendment(by=in_site_a.actor, case=waiting)
    [sentence] = body_of(waiting).sentences
    reports.reword(by=in_site_a.actor, case=waiting, sentence=sentence.id, text="A fracture.", seen=sentence.revision)
    second = sign_draft(in_site_a, waiting, reason="The film was read again.")

    assert (second.version, second.reason) == (2, "The film was read again.")
    assert second.body["previous_sha256"] == first.content_sha256
    assert Report.objects.filter(pk=first.pk).values().get() == before
    assert Case.objects.get(pk=waiting.pk).state == CaseState.AMENDED
    assert waiting.entries.filter(kind=EntryKind.REPORT_AMENDED).count() == 1


def test_report_when_amended_without_a_reason_then_refused(in_site_a, waiting):
    sign(in_site_a, waiting)

    assert "reason" in refusal_of(lambda: sign(in_site_a, waiting, reason="no")).fields


def test_case_when_closed_after_signing_then_its_report_can_still_be_amended(in_site_a, waiting):
    sign(in_site_a, waiting)
    cases.move(by=in_site_a.actor, case=waiting, to=CaseState.CLOSED)

    assert sign(in_site_a, waiting, reason="Found after closing").version == 2
    assert Case.objects.get(pk=waiting.pk).state == CaseState.AMENDED


def test_case_when_closed_without_a_report_then_none_is_begun(in_site_a, waiting):
    cases.move(by=in_site_a.actor, case=waiting, to=CaseState.CLOSED)

    assert refusal_of(lambda: written(in_site_a, waiting)).code == Code.CASE_IS_CLOSED


def test_draft_when_discarded_then_gone_and_told_once(in_site_a, waiting):
    written(in_site_a, waiting)

    reports.discard(by=in_site_a.actor, case=waiting)
    reports.discard(by=in_site_a.actor, case=waiting)

    assert not ReportDraft.objects.exists()
    assert len(make.audit_events("report.draft_discarded")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinic_report SET signed_at = now()",
        "UPDATE clinic_report SET body = '\\x00'",
        "DELETE FROM clinic_report",
        "TRUNCATE clinic_report CASCADE",
    ],
)
def test_signed_version_when_the_application_would_change_it_then_the_database_refuses(in_site_a, waiting, statement):
    sign(in_site_a, waiting)

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"version": 3, "reason": "A reason"}, "comes after"),
        ({"version": 1}, "comes after"),
        ({"version": 2, "reason": None}, "amendment_has_reason"),
        ({"version": 2, "reason": "A reason", "content_sha256": ""}, "report_has_digest"),
        ({"version": 2, "reason": "A reason", "body": None}, "null value"),
    ],
)
def test_version_when_it_does_not_follow_then_the_database_refuses(in_site_a, waiting, columns, why):
    report = sign(in_site_a, waiting)
    twin = Report(site_id=report.site_id, case=report.case, body=report.body, content_sha256=report.content_sha256,
                  key_id="k", signature=b"s", signed_by=in_site_a.user)  # fmt: skip
    for name, value in columns.items():
        setattr(twin, name, value)

    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        twin.save(force_insert=True)


# --- proving it -------------------------------------------------------------------------------------------------------


def proven(by: Person, report: Report) -> dict[str, bool]:
    fresh = Report.objects.select_related("case").get(pk=report.pk)
    return {finding.code: finding.holds for finding in report_proof.verify(fresh)}


def test_report_when_verified_then_every_part_of_it_holds(in_site_a, waiting, letter):
    taken(in_site_a, waiting, letter)
    report = sign(in_site_a, waiting)

    assert proven(in_site_a, report) == dict.fromkeys(("content", "audit", "seal", "chain", "sources", "answers"), True)


def test_report_when_a_source_changed_then_verifying_names_it(in_site_a, waiting, letter, own_store):
    taken(in_site_a, waiting, letter)
    report = sign(in_site_a, waiting)
    breaking.flip_a_byte(own_store, letter)

    found = proven(in_site_a, report)

    assert [code for code, holds in found.items() if not holds] == ["sources"]


def test_report_when_its_row_was_forged_then_verifying_says_what_does_not_hold(in_site_a, waiting):
    report = sign(in_site_a, waiting)
    report.body = report.body | {"reason": "forged"}
    report.signature = bytes(64)

    found = {finding.code: finding.holds for finding in report_proof.verify(report)}

    assert [code for code, holds in found.items() if not holds] == ["content", "seal"]


def test_report_when_the_patient_was_erased_then_the_seal_still_holds(in_site_a, waiting):
    from clinic import sealing
    from clinic.models import DataKey

    report = sign(in_site_a, waiting)
    DataKey.objects.filter(pk=waiting.patient_id).update(wrapped=None, destroyed_at=timezone.now())
    sealing.forget(waiting.patient_id)

    found = proven(in_site_a, report)

    assert (found["seal"], found["audit"], found["content"]) == (True, True, False)
