"""The facts of one document for other programs: as a table, as JSON, and as FHIR resources (`extraction.fhir`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from clinic.answer_telling import told_to
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import Result
from clinic.safety import VERSION as SAFETY_VERSION
from extraction import checked, wording
from extraction.actions import checking
from extraction.checked import Fact
from extraction.inference.schema import VERSION
from extraction.models import FactSheet

_VALUES = ("assertion", "status", "as_needed", "value", "second_value", "unit", "unit_text", "flag", "strength", "dose",
           "route", "frequency", "duration")  # fmt: skip
NO_FACTS = "no_facts_yet"
MOST_AT_ONCE = 80  # their ids stand in an address, and what carries addresses cuts them off at 4,096 bytes
COLUMNS = ("key", "kind", "title", "fact", *_VALUES, "state", "confidence", "start", "end", "words")
COLUMNS_OF_MANY = ("document", "case", "is_checked", *COLUMNS)


@dataclass(frozen=True)
class Taken:
    """What leaves with the facts: where they come from, which engine, and whether a person has checked them."""

    sheet: FactSheet
    result: Result
    facts: list[Fact]

    @classmethod
    def of(cls, by: Actor, sheet: FactSheet) -> "Taken":
        """Refused to those who are to judge the document first, and where there is no answer yet."""
        answer = told_to(by, sheet.run_id)
        if answer is None:
            raise Refusal(Code.NO_FACTS_YET)
        return cls(sheet, answer.result, checked.facts(checked.told_in(answer.outcome), checking.decisions_of(sheet)))

    @property
    def is_checked(self) -> bool:
        return self.sheet.is_finished


def as_json(taken: Taken) -> dict[str, Any]:
    return {
        "document": str(taken.sheet.upload_id), "sha256": taken.sheet.upload.sha256, "case": str(taken.sheet.case_id),
        "schema_version": VERSION, "engine": taken.result.engine, "engine_digest": taken.result.engine_digest,
        "is_checked": taken.is_checked, "standing": "checked" if taken.is_checked else "preliminary",
        "safety_version": SAFETY_VERSION, "facts": [told_of(one) for one in taken.facts],
    }  # fmt: skip


@dataclass(frozen=True)
class Many:
    """Several documents in one file. Those that have no facts to take yet are named, not left out in silence."""

    taken: list[Taken]
    without: list[FactSheet]

    @classmethod
    def of(cls, by: Actor, sheets: Iterable[FactSheet]) -> "Many":
        taken, without = [], []
        for sheet in sheets:
            try:
                taken.append(Taken.of(by, sheet))
            except Refusal as why:
                if why.code != Code.NO_FACTS_YET:
                    raise
                without.append(sheet)
        return cls(taken, without)


def many_as_json(many: Many) -> dict[str, Any]:
    return {"documents": [as_json(one) for one in many.taken],
            "without_facts": [str(one.upload_id) for one in many.without]}  # fmt: skip


def many_rows(many: Many) -> Iterator[list[Any]]:
    for taken in many.taken:
        for row in rows(taken):
            yield [str(taken.sheet.upload_id), taken.sheet.case.reference, taken.is_checked, *row]
    for sheet in many.without:
        state = [NO_FACTS if name == "state" else None for name in COLUMNS]
        yield [str(sheet.upload_id), sheet.case.reference, False, *state]


def told_of(one: Fact) -> dict[str, Any]:
    """A fact for programs, in files and in the API alike."""
    evidence = [each.model_dump(mode="json", exclude_none=True) for each in one.evidence]
    return {"key": one.key, "kind": one.kind, "state": one.state, "confidence": one.confidence,
            "values": dict(one.values), "evidence": evidence}  # fmt: skip


def rows(taken: Taken) -> Iterator[list[Any]]:
    """A line a fact, with the first words it rests on."""
    for one in taken.facts:
        first = next((each for each in one.evidence if hasattr(each, "start")), None)
        place = (first.start, first.end, first.text) if first is not None else (None, None, "")
        said = [wording.title(one.kind, one.key, one.values), wording.line(one.kind, one.values)]
        values = [one.values.get(name) for name in _VALUES]
        yield [one.key, one.kind, *map(str, said), *values, one.state, one.confidence, *place]
