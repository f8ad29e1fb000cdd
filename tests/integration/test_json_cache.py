"""What allauth counts guesses in: kept until its time, of many at once one wins, and nothing in it is code."""

import base64
import pickle  # noqa: TID251  (what somebody would plant)
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from tests.threads import at_once

pytestmark = pytest.mark.django_db


def test_value_when_set_then_got_back_until_it_ends():
    cache.set("tries", [1.5, 2.5], 60)
    cache.set("gone", 1, -1)
    cache.set("kept", {"a": None}, None)

    assert cache.get_many(["tries", "gone", "kept", "never"]) == {"tries": [1.5, 2.5], "kept": {"a": None}}
    assert cache.get("gone", "nothing") == "nothing"


def test_value_when_added_then_only_where_none_stands():
    cache.set("gone", 1, -1)

    assert [cache.add("lock", True, 60), cache.add("lock", False, 60), cache.add("gone", 2, 60)] == [True, False, True]
    assert (cache.get("lock"), cache.get("gone")) == (True, 2)


def test_value_when_touched_deleted_or_cleared_then_so():
    cache.set("one", 1, 60)
    cache.set("two", 2, 60)

    assert (cache.touch("one", -1), cache.touch("never", 60)) == (True, False)
    assert (cache.get("one"), cache.delete("two"), cache.delete("two")) == (None, True, False)
    cache.set("three", 3)
    cache.clear()
    assert cache.get("three") is None


RAN: list[str] = []


class _Planted:
    def __reduce__(self) -> Any:
        return RAN.append, ("code",)


def test_row_when_a_pickle_was_planted_in_it_then_as_if_it_were_not_there_and_its_code_does_not_run():
    cache.set("tries", 1, 60)
    planted = base64.b64encode(pickle.dumps(_Planted())).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_cache SET value = %s", [planted])

    assert cache.get("tries") is None
    assert RAN == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_lock_when_taken_by_eight_at_once_then_one_has_it():
    assert sum(at_once(8, lambda _number: cache.add("lock", True, 60))) == 1
