"""Django's cache in the table `clinic_cache`, with JSON for values: Django's own keeps pickles there, and whoever can
write a row could have code run in a web process. One statement each, so that of many at once none slips past."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone

FOR_EVER = timedelta(days=36_500)
_GET = "SELECT cache_key, value FROM clinic_cache WHERE cache_key = ANY(%s) AND expires > %s"
_SET = """
INSERT INTO clinic_cache (cache_key, value, expires) VALUES (%s, %s, %s)
ON CONFLICT (cache_key) DO UPDATE SET value = EXCLUDED.value, expires = EXCLUDED.expires
"""
_ADD = _SET + "WHERE clinic_cache.expires <= %s"
_TOUCH = "UPDATE clinic_cache SET expires = %s WHERE cache_key = %s AND expires > %s"
_DELETE = "DELETE FROM clinic_cache WHERE cache_key = ANY(%s)"


class JsonCache(BaseCache):
    """Nothing is thrown away before its time, however full it gets: whoever fills it would be free of the limit of
    guesses at a password, which is counted here. The janitor removes what has expired."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        names = {self._named(key, version): key for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(_GET, [list(names), timezone.now()])
            return {names[name]: value for name, value in _readable(cursor.fetchall())}

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _do(_SET, self._named(key, version), json.dumps(value), self._until(timeout))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return _do(_ADD, self._named(key, version), json.dumps(value), self._until(timeout), timezone.now())

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return _do(_TOUCH, self._until(timeout), self._named(key, version), timezone.now())

    def delete(self, key: str, version: int | None = None) -> bool:
        return _do(_DELETE, [self._named(key, version)])

    def clear(self) -> None:
        _do("DELETE FROM clinic_cache")

    def _named(self, key: str, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version))

    def _until(self, timeout: Any) -> datetime:
        at = self.get_backend_timeout(timeout)
        return timezone.now() + FOR_EVER if at is None else datetime.fromtimestamp(at, UTC)


def _readable(rows: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    for name, value in rows:
        with suppress(ValueError):  # not written by us: as if it were not there
            yield name, json.loads(value)


def _do(statement: str, *values: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount > 0)
