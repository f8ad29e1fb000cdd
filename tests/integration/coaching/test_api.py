"""Practice through the API: whatever a page can do a program of the same person can, and no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.authorization.roles import Role
from coaching.inference import bank
from coaching.models import LawfulPurpose, Participation, Practice
from tests.contract.asking import as_program
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db
PURPOSE = "Training of voice in a study, agreed with the works council."


def test_two_people_share_a_sheet_and_nothing_else(clinician_a, staff_a, work_lane):
    attempt = made.told(clinician_a, work_lane)
    speaker, coach = as_program(clinician_a), as_program(staff_a[Role.RADIOLOGIST])

    begun = speaker.post(f"coaching/practices/{attempt.practice_id}/coach",
                         {"coach": str(staff_a[Role.RADIOLOGIST].user.pk)}).json()  # fmt: skip
    at = f"coaching/live/{begun['id']}"
    speaker.post(f"{at}/notes", {"text": "I rushed the middle."})
    coach.post(f"{at}/notes", {"text": "Wait after the news."})
    seen = coach.get(at)

    assert [(note["text"], note["is_coach"]) for note in seen.json()["notes"]] == [
        ("I rushed the middle.", False), ("Wait after the news.", True),
    ]  # fmt: skip
    assert made.TYPED[:20] not in seen.content.decode() and "points" not in seen.json()["asked"]
    assert coach.get(f"coaching/practices/{attempt.practice_id}").status_code == 404
    assert as_program(staff_a[Role.REVIEWER]).get(at).status_code == 404
    assert coach.post(f"{at}/end").json()["ended_at"]
    assert speaker.post(f"{at}/notes", {"text": "Late."}).status_code == 410


def test_consent_needs_a_purpose_of_the_site_and_goes_with_it(clinician_a, staff_a):
    practice = made.begun(clinician_a)
    speaker, admin = as_program(clinician_a), as_program(staff_a[Role.ADMIN])
    at = f"coaching/practices/{practice.pk}/agreement"

    early = speaker("PUT", at, {"is_given": True})
    recorded = admin("PUT", "coaching/purpose", {"purpose": PURPOSE})
    agreed = speaker("PUT", at, {"is_given": True})
    ended = admin("DELETE", "coaching/purpose")
    again = admin("DELETE", "coaching/purpose")

    assert (early.status_code, recorded.json()["is_on"], agreed.json()["says_emotions"]) == (403, True, True)
    assert (ended.status_code, again.status_code) == (204, 204)
    assert admin.get("coaching/purpose").json()["is_on"] is False
    with staff_a[Role.ADMIN].at_work():
        assert LawfulPurpose.objects.get().ended_at


def test_listener_is_chosen_and_asks_further(clinician_a, work_lane):
    practice, speaker = made.begun(clinician_a), as_program(clinician_a)
    known = [one["id"] for one in speaker.get("coaching/listeners").json()["results"]]

    chosen = speaker("PUT", f"coaching/practices/{practice.pk}/listener", {"persona": known[0]})
    unknown = speaker("PUT", f"coaching/practices/{practice.pk}/listener", {"persona": "somebody"})
    attempt = speaker.post(f"coaching/practices/{practice.pk}/typed", {"text": made.TYPED}).json()["id"]
    work_lane("cpu")

    assert (chosen.json()["persona"], unknown.status_code) == (known[0], 400)
    assert len(speaker.get(f"coaching/attempts/{attempt}").json()["follow_up"]) > 10


def test_voice_is_heard_again_in_part_and_a_typed_answer_has_none(clinician_a, staff_a):
    practice, speaker = made.begun(clinician_a), as_program(clinician_a)
    spoken, typed = made.recorded(clinician_a, practice), made.typed(clinician_a, practice)

    part = speaker.get(f"coaching/attempts/{spoken.pk}/sound", headers={"Range": "bytes=0-99"})

    assert (part.status_code, len(b"".join(part))) == (206, 100)
    assert speaker.get(f"coaching/attempts/{typed.pk}/sound").status_code == 404
    assert as_program(staff_a[Role.LEAD]).get(f"coaching/attempts/{spoken.pk}/sound").status_code == 404
    assert speaker.get(f"coaching/attempts/{spoken.pk}/trace").json()["stretches"][0]["name"] == "Recording"


def test_search_answers_by_words_at_once_and_by_meaning_when_a_worker_has(clinician_a, work_lane):
    speaker = as_program(clinician_a)

    asked = speaker.post("coaching/searches", {"q": "biopsy result cancer"}).json()
    work_lane("cpu")
    found = speaker.get(f"coaching/searches/{asked['id']}").json()

    assert not asked["is_found"] and found["is_found"]
    assert "biopsy-result-cancer" in {one["id"] for one in asked["questions"]} & {
        one["id"] for one in found["questions"]
    }


def test_recommendation_can_be_begun_with_and_export_holds_the_bank(clinician_a):
    speaker = as_program(clinician_a)
    first = speaker.get("coaching/recommendations?category=consent").json()["results"][0]

    begun = speaker.post("coaching/practices", {"question": first["question"]["id"], "reason": first["reason"]})
    exported = speaker.get("coaching/questions/export").json()["questions"]

    assert first["question"]["category"] == "consent" and first["reason_words"]
    assert begun.json()["reason"] == first["reason"] and len(exported) == len(bank.questions())


def test_progress_leaves_out_what_she_does_not_want_to_be_told_of(clinician_a, work_lane):
    attempt = made.told(clinician_a, work_lane)
    with clinician_a.at_work():
        attempt.figures = {"content": 60.0, "long_pauses": 4.0}
        attempt.save(update_fields=["figures"])
    speaker = as_program(clinician_a)
    before = {line["name"] for line in speaker.get("coaching/progress").json()["lines"]}
    liked = speaker.get("coaching/preferences").json()
    speaker("PUT", "coaching/preferences", liked | {"counts_disfluency": False})

    told = speaker.get("coaching/progress").json()

    assert before == {"content", "long_pauses"}
    assert [(line["name"], line["values"]) for line in told["lines"]] == [("content", [60.0])]
    assert (told["weeks_practised"], told["of_weeks"]) == (1, 8)
    with clinician_a.at_work():
        assert Practice.objects.count() == 1


def test_satisfaction_is_said_changed_and_nobody_elses(clinician_a, staff_a, work_lane):
    attempt = made.told(clinician_a, work_lane)
    speaker, at = as_program(clinician_a), f"coaching/practices/{attempt.practice_id}/satisfaction"

    said, changed = (speaker("PUT", at, {"satisfaction": value}).json() for value in (5, 2))

    assert (said["satisfaction"], changed["satisfaction"]) == (5, 2)
    for wrong in (0, 6, "4", True, None, 3.5):
        assert speaker("PUT", at, {"satisfaction": wrong}).status_code == 400, wrong
    for role in (Role.LEAD, Role.ENGINEER, Role.ADMIN):
        assert as_program(staff_a[role])("PUT", at, {"satisfaction": 1}).status_code == 404
    assert speaker.get(f"coaching/practices/{attempt.practice_id}").json()["satisfaction"] == 2


def test_figures_are_for_operations_and_of_five_people(clinician_a, staff_a, work_lane):
    made.told(clinician_a, work_lane)

    every, line = as_program(staff_a[Role.ENGINEER]).get("coaching/figures").json()["lines"]

    assert (every["engine"], every["is_hidden"], every["faults"]) == ("", True, None)
    assert (line["is_hidden"], line["success"], line["seconds"], line["satisfied"]) == (True, None, None, None)
    assert as_program(clinician_a).get("coaching/figures").status_code == 403


def test_questions_when_asked_by_level_then_of_that_level_only(clinician_a):
    speaker = as_program(clinician_a)

    listed = speaker.get("coaching/questions?difficulty=2").json()["results"]
    advised = speaker.get("coaching/recommendations?difficulty=2").json()["results"]

    assert {one["difficulty"] for one in listed} == {2} == {one["question"]["difficulty"] for one in advised}
    assert len(listed) == sum(one.difficulty == 2 for one in bank.questions())
    for wrong in ("0", "4", "two", "2.0", "%2B2", "٢"):
        assert speaker.get(f"coaching/questions?difficulty={wrong}").status_code == 400, wrong


def test_participation_when_asked_for_days_then_of_those_days(clinician_a, staff_a):
    made.begun(clinician_a)
    with clinician_a.at_work():
        Participation.objects.update(day=timezone.localdate() - timedelta(days=20))
    lead = as_program(staff_a[Role.LEAD])

    month, week = (lead.get(f"coaching/participation?days={days}").json() for days in (30, 7))

    assert (month["days"], [one["practices"] for one in month["people"]]) == (30, [1])
    assert (week["days"], week["people"]) == (7, [])
    assert lead.get("coaching/participation?days=367").status_code == 400
