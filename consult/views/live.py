"""The parts of a consult's page that change by themselves. Each has a stamp, another as soon as the part would look
otherwise: only those are sent again, so that a second recording disturbs nobody who listens, reads or corrects."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from clinic import speech
from clinic.errors import Words
from clinic.models import Run
from consult import standing, wording
from consult.models import Consult, Part, PartState, Sort
from consult.standing import Standing

LONGEST_KNOWN = 800


@dataclass(frozen=True)
class Live:
    """`known`: what the page will know, once it has what changed. `new_parts`: words that do not stand there yet."""

    known: str
    changed: frozenset[str]
    heard: str
    new_parts: list[tuple[Part, Words]]
    stands: Standing

    @property
    def is_only_heard(self) -> bool:
        return not self.new_parts and self.changed <= {"heard"}


def of(consult: Consult, known: str) -> Live:
    stands = standing.of(consult)
    heard, said = _heard_now(stands.open_parts), _said(stands.parts)
    stamps = {name: _stamp(told) for name, told in _looks(stands, heard).items()}
    before = _read(known)
    stand_there = set(before.pop("said", "").split("."))
    return Live(
        known=_written(stamps | {"said": ".".join(str(one.number) for one in said)}),
        changed=frozenset(name for name, stamp in stamps.items() if before.get(name) != stamp), heard=heard,
        new_parts=[(one, wording.typed(one) if one.sort == Sort.WORDS else "") for one in said
                   if str(one.number) not in stand_there],
        stands=stands,
    )  # fmt: skip


def _looks(stands: Standing, heard: str) -> dict[str, Any]:
    """What each part of the page depends on."""
    latest = stands.latest
    answer = [latest.number if latest else 0, stands.is_waiting]
    missing = [str(wording.missing(sort, stands.parts)) for sort in stands.asked.missing] if stands.asked else []
    parts = [[one.number, one.state, one.is_late] for one in stands.parts]
    return {
        "heard": len(heard),
        "flags": [answer, latest and bool(latest.seen_at), stands.is_person_needed, stands.is_outdated, missing,
                  [one for one in parts if one[1] in (PartState.FAILED, PartState.CANCELLED) or one[2]]],
        "answer": [answer, stands.is_under_way, stands.can_be_answered, stands.is_person_needed],
        "note": latest.number if latest else 0,
        "pictures": [one for one, part in zip(parts, stands.parts, strict=True) if part.sort == Sort.PICTURE],
        "progress": [parts, [[one.number, one.ended_at is None] for one in stands.answers],
                     [[run.stage, run.percent] for run in _at_work(stands)]],
    }  # fmt: skip


def _at_work(stands: Standing) -> Iterable[Run]:
    yield from (one.run for one in stands.open_parts if one.run is not None)
    if stands.is_waiting and stands.asked is not None:
        yield stands.asked.run


def _said(parts: Sequence[Part]) -> list[Part]:
    """In the order in which they came; pictures stand apart."""
    there = [one for one in parts if one.sort != Sort.PICTURE and one.state == PartState.THERE]
    return sorted(there, key=lambda one: (one.came_at or one.began_at, one.number))


def _heard_now(open_parts: Iterable[Part]) -> str:
    living = (speech.live(one.session) for one in open_parts if one.session is not None and one.sort == Sort.VOICE)
    return " ".join(live.text for live in living if live is not None)


def _stamp(told: Any) -> str:
    return blake2b(json.dumps(told).encode(), digest_size=5).hexdigest()


def _written(stamps: dict[str, str]) -> str:
    return " ".join(f"{name}:{stamp}" for name, stamp in stamps.items())


def _read(known: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in known[:LONGEST_KNOWN].split())
    return {name: stamp for name, _colon, stamp in pairs}
