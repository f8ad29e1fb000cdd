"""Pages by place, not by number: where the last row stood is where the next page begins, however deep it lies.

A list may have sections (first what needs work, then what is done), each with an order of its own.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value

from clinic.errors import Code, Refusal

M = TypeVar("M", bound=Model)


class Beyond(Func):
    """(a, b, c) > (x, y, z) as PostgreSQL says it, so that an index of those columns is walked from there."""

    output_field = BooleanField()

    def __init__(self, columns: Sequence[str], sign: str, values: Sequence[Any]) -> None:
        super().__init__(*(F(name) for name in columns), *(Value(value) for value in values))
        self.sign = sign

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        compiled = [compiler.compile(each) for each in self.get_source_expressions()]
        half = len(compiled) // 2
        left, right = (", ".join(sql for sql, _params in side) for side in (compiled[:half], compiled[half:]))
        return f"({left}) {self.sign} ({right})", [value for _sql, params in compiled for value in params]


@dataclass(frozen=True)
class Section(Generic[M]):
    rows: QuerySet[M]
    order: tuple[str, ...]  # all of one direction; the last column tells rows apart

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("-") for name in self.order)

    @property
    def told(self) -> tuple[str, ...]:
        """What a cursor tells of a place."""
        return self.columns

    def from_place(self, values: tuple[Any, ...], *, back: bool) -> QuerySet[M]:
        rows = self.rows.order_by(*self.order)
        if values:
            is_falling = self.order[0].startswith("-")
            rows = rows.filter(Beyond(self.columns, "<" if is_falling != back else ">", values))
        return rows.reverse() if back else rows

    def place_of(self, row: M) -> tuple[Any, ...]:
        return tuple(attrgetter(name)(row) for name in self.told)


@dataclass(frozen=True)
class Cursor:
    section: int = 0
    values: tuple[Any, ...] = ()
    back: bool = False

    def __str__(self) -> str:
        text = json.dumps([self.section, int(self.back), *self.values], separators=(",", ":"), default=_plain)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, sections: Sequence[Section[M]]) -> Self:
        """What comes back is checked like any input: a place of another list, or a made-up one, is refused."""
        try:
            section, back, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            told = sections[int(section)].told if section >= 0 else ()
            read = zip(told, values, strict=True) if values else ()
            return cls(int(section), tuple(_value(sections[section], *pair) for pair in read), bool(back))
        except (ValueError, TypeError, IndexError, ArithmeticError, RecursionError, ValidationError) as e:
            raise Refusal(Code.INVALID) from e


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _value(section: Section[M], column: str, raw: Any) -> Any:
    field_of: Any = section.rows.model._meta.get_field(column)
    value = getattr(field_of, "output_field", field_of).to_python(raw)  # a generated column has its type inside
    if value is None or (isinstance(value, datetime) and value.tzinfo is None):
        raise ValueError(column)
    return value


@dataclass(frozen=True)
class Page(Generic[M]):
    rows: list[M] = field(default_factory=list)
    next: str = ""
    previous: str = ""


def page(sections: Sequence[Section[M]], at: str, *, size: int) -> Page[M]:
    cursor = Cursor.read(at, sections) if at else Cursor()
    found = _walk(sections, cursor, size + 1)
    has_more = len(found) > size
    found = found[:size]
    if cursor.back:
        found.reverse()
    if not found:
        return Page()
    last, first = (_place(sections, *found[end]) for end in (-1, 0))
    return Page(
        [row for _section, row in found],
        next=str(Cursor(*last)) if has_more or cursor.back else "",
        previous=str(Cursor(*first, back=True)) if (has_more if cursor.back else at) else "",
    )


def _walk(sections: Sequence[Section[M]], cursor: Cursor, wanted: int) -> list[tuple[int, M]]:
    found: list[tuple[int, M]] = []
    numbers = range(cursor.section, -1, -1) if cursor.back else range(cursor.section, len(sections))
    for number in numbers:
        values = cursor.values if number == cursor.section else ()
        rows = sections[number].from_place(values, back=cursor.back)[: wanted - len(found)]
        found += [(number, row) for row in rows]
        if len(found) >= wanted:
            break
    return found


def _place(sections: Sequence[Section[M]], number: int, row: M) -> tuple[int, tuple[Any, ...]]:
    return number, sections[number].place_of(row)
