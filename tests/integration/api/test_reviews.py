"""The queue for programs: what a blind reader may not know is in no byte of it; a program does not decide."""

from collections.abc import Iterator

import pytest

from clinic.actions import claims, reviews
from clinic.authorization.roles import Role
from clinic.models import ReviewItem, ReviewPolicy
from clinic.review_rules import Rules
from tests.contract.asking import as_program
from tests.integration.reviewing import NAME, UNSURE, flagged, urgency_capability
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def urgency() -> Iterator[None]:
    with urgency_capability():
        yield


@pytest.fixture
def blind(staff_a: Staff, clinician_a: Person, case_a) -> ReviewItem:
    """Two readers, blind; the first has read."""
    with clinician_a.at_work():
        rules = Rules(readers=2, is_blind=True).as_json()
        ReviewPolicy.objects.create(site=clinician_a.site, capability=NAME, rules=rules)
    item = flagged(clinician_a, case_a, UNSURE)
    first = staff_a[Role.RADIOLOGIST]
    with first.at_work():
        claims.claim(by=first.actor, item=item)
        reviews.decide(by=first.actor, item=item, label="urgent", note="A first reader's note")
    return item


def test_blind_item_when_a_program_asks_then_neither_answer_reason_nor_reading(staff_a: Staff, blind):
    api = as_program(staff_a[Role.REVIEWER])

    answers = [api.get("reviews"), api.get(f"reviews/{blind.pk}"), api.post(f"reviews/{blind.pk}/claim")]

    for answer in answers:
        text = answer.content.decode()
        for secret in ("routine", "urgent", "low_confidence", "A first reader", str(blind.run_id),
                       staff_a[Role.RADIOLOGIST].user.name):  # fmt: skip
            assert secret not in text, secret
    assert answers[1].json()["answer"] is None


def test_item_when_readers_differ_then_whoever_decides_between_them_sees_all(staff_a: Staff, clinician_a, blind):
    with clinician_a.at_work():
        ReviewItem.objects.filter(pk=blind.pk).update(state="adjudication")

    told = as_program(staff_a[Role.REVIEWER]).get(f"reviews/{blind.pk}").json()

    assert (told["answer"], told["decisions"][0]["note"]) == ("routine", "A first reader's note")
    assert "low_confidence" in told["reasons"]


def test_queue_when_asked_page_by_page_then_each_item_once(staff_a: Staff, clinician_a: Person, case_a):
    items = {str(flagged(clinician_a, case_a).pk) for _ in range(3)}
    api = as_program(staff_a[Role.REVIEWER])

    first = api.get("reviews?page_size=2").json()
    second = api.get(f"reviews?page_size=2&cursor={first['next_cursor']}").json()

    assert [first["waiting"], second["waiting"], second["next_cursor"]] == [3, 3, None]
    shown = [[item["id"] for item in page["results"]] for page in (first, second)]
    assert [len(page) for page in shown] == [2, 1]
    assert {*shown[0], *shown[1]} == items


def test_queue_when_the_cursor_is_no_cursor_of_it_then_refused_and_named(staff_a: Staff):
    answer = as_program(staff_a[Role.REVIEWER]).get("reviews?cursor=AAAA")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_decision_when_a_program_sends_it_then_refused(staff_a: Staff, clinician_a: Person, case_a):
    item, api = flagged(clinician_a, case_a), as_program(staff_a[Role.REVIEWER])
    api.post(f"reviews/{item.pk}/claim")

    answer = api.post(f"reviews/{item.pk}/decision", {"label": "routine"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_limits_when_no_share_then_refused_and_named(staff_a: Staff):
    wish = {"capability": NAME, "limits": {"routine": 1.5}}

    answer = as_program(staff_a[Role.ENGINEER]).post("reviews/limits/trial", wish)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["routine"])
