"""An answer held against its source. What is not there is taken out and flagged; nothing is put in its place.

Two things are asked of every value: are the words it points at exactly where it says, and do they say that value. A
number may be written in words and a unit in its own spelling; the value itself may not be guessed.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from extraction.inference.alignment import says
from extraction.inference.schema import KINDS, Allergy, Assertion, Evidence, Extraction, Item, Patient, TextEvidence

Kind = TypeVar("Kind", bound=Item)

# What an engine concludes from the words, or chooses from a list: not itself to be found in the text.
CONCLUDED = frozenset({
    "assertion", "confidence", "evidence", "status", "flag", "purpose", "kind", "side", "as_needed", "comparator",
    "of",
})  # fmt: skip
# The one field without which an item says nothing. Two kinds may lack it: see the schema.
LEADING = {
    "problems": "name", "vitals": "name", "labs": "name", "procedures": "name", "plan": "text", "dates": "text",
    "people": "name",
}  # fmt: skip


def grounded(told: Extraction, source: str) -> Extraction:
    """The same without what the source does not hold, and with a flag for each thing that was taken out."""
    flags: list[str] = list(told.flags)
    kept: dict[str, Any] = {kind: tuple(_kept(getattr(told, kind), kind, source, flags.append)) for kind in KINDS}
    kept["patient"] = _patient(told.patient, source, flags.append)
    return told.model_copy(update=kept | {"flags": tuple(dict.fromkeys(flags))})


def ungrounded_in(told: Extraction, source: str) -> tuple[str, ...]:
    """What `grounded` would take out, by name: none for an engine that keeps its word."""
    before = set(told.flags)
    return tuple(flag for flag in grounded(told, source).flags if flag not in before)


def _kept(items: tuple[Kind, ...], kind: str, source: str, flag: Callable[[str], None]) -> Iterator[Kind]:
    for number, item in enumerate(items):
        said = _held(item, f"{kind}.{number}", source, flag)
        if said is not None and (_denies_all(item, said) or not _is_hollow(said, LEADING.get(kind))):
            yield said


def _patient(patient: Patient, source: str, flag: Callable[[str], None]) -> Patient:
    facts = {name: getattr(patient, name) for name in type(patient).model_fields}
    held = {
        name: _held(fact, f"patient.{name}", source, flag) if fact is not None else None for name, fact in facts.items()
    }
    return Patient(**{name: fact for name, fact in held.items() if fact is not None and not _is_hollow(fact, "value")})


def _held(item: Kind, place: str, source: str, flag: Callable[[str], None]) -> Kind | None:
    evidence = tuple(each for each in item.evidence if _is_in(each, source))
    if len(evidence) < len(item.evidence):
        flag(f"evidence_not_in_source:{place}")
    if not evidence:
        return None
    unfounded = dict.fromkeys(_unfounded(item, evidence))
    for name in unfounded:
        flag(f"value_not_in_source:{place}.{name}")
    return item.model_copy(update=unfounded | {"evidence": evidence})


def _unfounded(item: Item, evidence: tuple[Evidence, ...]) -> Iterator[str]:
    for name in type(item).model_fields:
        value = getattr(item, name)
        if value is not None and name not in CONCLUDED and not _is_said(name, value, evidence):
            yield name


def _is_said(name: str, value: Any, evidence: tuple[Evidence, ...]) -> bool:
    """By the words that are named for it, or by those that are named for none."""
    words = [each.text for each in evidence if isinstance(each, TextEvidence)]
    if not words:
        return True  # a box on a page: the text of the page is asked when it is read
    return any(says(text, name, value) for text in words)


def _is_in(evidence: Evidence, source: str) -> bool:
    return not isinstance(evidence, TextEvidence) or source[evidence.start : evidence.end] == evidence.text


_DENIAL = re.compile(r"\b(?:nkd?a|no|none|nil|not|den(?:y|ies|ied)|without)\b", re.IGNORECASE)


def _denies_all(item: Item, said: Item) -> bool:
    """No known allergies: nothing is named, and the words that stand there say so. One whose substance was taken out
    is another thing."""
    if not isinstance(item, Allergy) or item.substance is not None or item.assertion != Assertion.NEGATED:
        return False
    return any(_DENIAL.search(each.text) for each in said.evidence if isinstance(each, TextEvidence))


def _is_hollow(item: Item, leading: str | None) -> bool:
    names = [leading] if leading in type(item).model_fields else set(type(item).model_fields) - CONCLUDED - {"side"}
    return all(getattr(item, name, None) is None for name in names if name)
