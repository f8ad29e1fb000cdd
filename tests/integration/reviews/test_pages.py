"""The queue in pages: risk, doubt and age order it, each item comes once, and cursors tell no blind reader anything."""

import base64
import json
import random
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from clinic.errors import Code, Refusal
from clinic.models import ItemState, ReviewItem
from clinic.review_policy import all_rules
from clinic.review_queue import readable_by
from clinic.review_rules import LEAST_WEIGHT
from clinic.views import review_lists
from clinic.views.keyset import Page
from tests.integration.reviewing import flagged
from tests.make import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(clinician_a: Person, case_a, reader) -> list[ReviewItem]:
    """Of all risks, doubts and ages: some wait for longer than the eight hours of the site."""
    chance, now = random.Random(3), timezone.now()
    made = [flagged(clinician_a, case_a) for _ in range(11)]
    for item in made:
        item.risk, item.uncertainty = chance.random(), chance.random()
        item.created_at = now - timedelta(minutes=chance.randint(1, 900))
    ReviewItem.objects.bulk_update(made, ["risk", "uncertainty", "created_at"])
    return made


def turn(reader: Person, at: str = "", size: int = 3) -> Page[ReviewItem]:
    rules = all_rules(reader.site.pk)
    return review_lists.page(reader.actor, readable_by(reader.actor, rules), rules, at, size=size)


def all_pages(reader: Person, size: int = 3) -> list[ReviewItem]:
    page = turn(reader, size=size)
    found = list(page.rows)
    while page.next:
        page = turn(reader, page.next, size)
        found += page.rows
    return found


def as_it_should_be(items: list[ReviewItem], now: datetime) -> list[ReviewItem]:
    """Worked out plainly, as the docs say it."""
    is_late = {item.pk: now - item.created_at >= timedelta(hours=8) for item in items}
    late = sorted((item for item in items if is_late[item.pk]), key=lambda item: item.created_at)
    others = [item for item in items if not is_late[item.pk]]
    assert late and others
    return late + sorted(others, key=lambda item: -_weight(item, now))


def _weight(item: ReviewItem, now: datetime) -> float:
    age = (now - item.created_at).total_seconds()
    return max(item.risk, LEAST_WEIGHT) * max(item.uncertainty, LEAST_WEIGHT) * age


def test_pages_when_turned_then_each_item_once_by_risk_doubt_and_age_after_the_late_ones(items, reader):
    assert all_pages(reader) == as_it_should_be(items, timezone.now())


def test_pages_when_turned_back_then_the_same_as_before(items, reader):
    first = turn(reader)
    second = turn(reader, first.next)

    again = turn(reader, second.previous)

    assert (again.rows, again.previous) == (first.rows, "")
    assert turn(reader, again.next).rows == second.rows


def test_page_when_the_last_item_before_it_was_decided_meanwhile_then_goes_on_where_it_stood(items, reader):
    first, whole = turn(reader), all_pages(reader)

    ReviewItem.objects.filter(pk=first.rows[-1].pk).update(state=ItemState.DECIDED, decided_at=timezone.now())

    assert turn(reader, first.next).rows == whole[3:6]


def test_page_when_an_item_becomes_late_meanwhile_then_it_is_neither_lost_nor_shown_twice(items, reader, monkeypatch):
    first, whole = turn(reader), all_pages(reader)

    later = timezone.now() + timedelta(hours=7)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert turn(reader, first.next).rows == whole[3:6]


def test_cursor_then_tells_a_time_and_an_item_and_nothing_of_what_it_weighs(items, reader):
    page = turn(reader, size=11 - 2)
    _time, _dot, place = page.next.partition(".")

    told = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))

    assert told == [2, 0, str(page.rows[-1].pk)]


@pytest.mark.parametrize(
    "at", ["x", ".", "1.AAAA", "99999999999999999999999.W10", "4102444800000000.WzAsMF0", "-1.WzAsMF0"]
)
def test_cursor_when_made_up_then_refused(items, reader, at):
    with pytest.raises(Refusal) as refused:
        turn(reader, at)

    assert refused.value.code == Code.INVALID


def test_cursor_when_its_item_is_of_another_site_then_refused(items, reader, clinician_b: Person, case_b):
    foreign = flagged(clinician_b, case_b)
    page = turn(reader)
    time, _dot, _place = page.next.partition(".")
    place = base64.urlsafe_b64encode(json.dumps([0, 0, str(foreign.pk)]).encode()).decode().rstrip("=")

    with reader.at_work(), pytest.raises(Refusal) as refused:
        turn(reader, f"{time}.{place}")

    assert refused.value.code == Code.INVALID
