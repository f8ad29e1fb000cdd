"""The rules as one engine: a text in, its facts out, always the same for the same text."""

import hashlib
from functools import cache
from itertools import chain
from pathlib import Path

from clinic.inference.documents.languages import ENGLISH, UNKNOWN, language_of
from extraction.inference import assertions
from extraction.inference.rules import (
    allergies,
    dates,
    labs,
    measures,
    medications,
    patient,
    people,
    plan,
    problems,
    procedures,
    sigs,
    vitals,
)
from extraction.inference.rules.prepared import Prepared
from extraction.inference.schema import Extraction, Medication

NAME = "Field rules"
VERSION = "1.0"
EMPTY, OTHER_LANGUAGE, CUT = "empty", "other_language", "too_long_cut"
MOST_CHARACTERS = 400_000
_FOLDERS = (Path(__file__).parent, Path(assertions.__file__).parent)


def extract(text: str) -> Extraction:
    """Texts in another language are told to be, and not read: these lists are English."""
    if not text.strip():
        return Extraction(flags=(EMPTY,))
    if language_of(text) not in (ENGLISH, UNKNOWN):
        return Extraction(flags=(OTHER_LANGUAGE,))
    flags = (CUT,) if len(text) > MOST_CHARACTERS else ()
    return _read(Prepared.of(text[:MOST_CHARACTERS]), flags)


def _read(prepared: Prepared, flags: tuple[str, ...]) -> Extraction:
    measured = list(measures.measures(prepared))
    return Extraction.model_construct(
        patient=patient.patient(prepared),
        problems=tuple(problems.problems(prepared)),
        medications=_medications(prepared),
        allergies=tuple(allergies.allergies(prepared)),
        vitals=tuple(vitals.vitals(prepared, measured)),
        labs=tuple(labs.labs(prepared, measured)),
        procedures=tuple(procedures.procedures(prepared, measured)),
        plan=tuple(plan.plan(prepared)),
        dates=tuple(dates.dates(prepared)),
        people=tuple(people.people(prepared)),
        flags=flags,
    )


def _medications(prepared: Prepared) -> tuple[Medication, ...]:
    if sigs.is_instruction(prepared.text):
        return tuple(medications.from_instructions(prepared))
    return tuple(medications.medications(prepared))


def engine() -> str:
    return f"{NAME} {VERSION} {digest()[:12]}"


@cache
def digest() -> str:
    """Of every rule and every list: another word in a list is another engine."""
    told = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted(chain(folder.rglob("*.py"), folder.rglob("*.txt"))):
            told.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()
