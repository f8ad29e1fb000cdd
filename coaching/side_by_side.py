"""Two of her attempts at the same question, in whichever practices: which ones can be chosen, and what differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clinic.authorization.actor import Actor
from coaching import access, asking
from coaching.inference.schema import Made
from coaching.models import Attempt, AttemptQuerySet, AttemptState, Practice
from coaching.usual import NAMES, left_out

COUNTS = ("points_made", "steps_there", "jargon", "empathy", "questions")


@dataclass(frozen=True)
class Figure:
    """A score, a measure or a count, by its name; None where one of the two has none."""

    name: str
    before: float | None
    now: float | None


@dataclass(frozen=True)
class Point:
    id: str
    text: dict[str, str]
    before: str
    now: str


@dataclass(frozen=True)
class SideBySide:
    """`known`: all that can be chosen, the oldest first. Without two of them there is no pair."""

    known: tuple[Attempt, ...]
    pair: tuple[Attempt, ...] = ()
    figures: tuple[Figure, ...] = ()
    counts: tuple[Figure, ...] = ()
    points: tuple[Point, ...] = ()


def known_of(by: Actor, practice: Practice) -> AttemptQuerySet:
    """All she finished of this question, in whichever practice."""
    return access.attempts(by).filter(practice__question=practice.question, state=AttemptState.DONE)


def compare(by: Actor, practice: Practice, first: str = "", second: str = "") -> SideBySide:
    """Those that are named; else the newest of this practice and the one before it."""
    done = known_of(by, practice)
    known = tuple(done.without_words().order_by("began_at", "number"))
    pair = _chosen(known, practice, first, second)
    if len(pair) < 2:
        return SideBySide(known)
    whole = done.defer("expression").in_bulk([one.pk for one in pair])
    earlier, later = pair = tuple(whole[one.pk] for one in pair)
    return SideBySide(known, pair, tuple(_figures(by, earlier, later)), tuple(_counts(earlier, later)),
                      tuple(_points(earlier, later)))  # fmt: skip


def _chosen(known: Sequence[Attempt], practice: Practice, first: str, second: str) -> tuple[Attempt, ...]:
    by_id = {str(one.pk): one for one in known}
    here = [one for one in known if one.practice_id == practice.pk]
    later = by_id.get(second) or next((one for one in reversed(here or known) if str(one.pk) != first), None)
    if later is None:
        return ()
    others = [one for one in known if one.pk != later.pk]
    before = [one for one in others if (one.began_at, one.number) < (later.began_at, later.number)]
    mine = [one for one in before if one.practice_id == later.practice_id]
    earlier = by_id.get(first) if first != str(later.pk) else None
    earlier = earlier or next(reversed(mine or before or others), None)
    return (earlier, later) if earlier else ()


def _figures(by: Actor, earlier: Attempt, later: Attempt) -> Iterator[Figure]:
    off = left_out(by)
    for name in NAMES:
        before, now = earlier.figures.get(name), later.figures.get(name)
        if name not in off and (before is not None or now is not None):
            yield Figure(name, before, now)


def _content(attempt: Attempt) -> dict[str, Any]:
    kept = attempt.read if attempt.forgotten_at is None else None
    return (kept or {}).get("content") or {}


def _counts(earlier: Attempt, later: Attempt) -> Iterator[Figure]:
    both = _content(earlier), _content(later)
    for name in COUNTS:
        before, now = (_count(name, content) if content else None for content in both)
        if before is not None or now is not None:
            yield Figure(name, before, now)


def _count(name: str, content: dict[str, Any]) -> int:
    if name == "points_made":
        return sum(one["made"] == Made.MADE for one in content["points"])
    if name == "steps_there":
        return sum(one["is_there"] for one in content["steps"])
    return len(content[name])


def _points(earlier: Attempt, later: Attempt) -> Iterator[Point]:
    """Of the question as it was asked later; a point it had not before was not looked for."""
    made = [{one["id"]: one["made"] for one in _content(each).get("points", ())} for each in (earlier, later)]
    if not all(made):
        return
    for point in asking.read(later.practice.asked).points:
        yield Point(point.id, dict(point.text), made[0].get(point.id, ""), made[1].get(point.id, ""))
