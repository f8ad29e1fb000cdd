"""One line of JSON a visit, in and out: always with the same names, `null` and empty lists where there is nothing."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from consult.inference.plain import MOST_CHARACTERS
from consult.inference.schema import (
    Answered,
    Asked,
    ByRule,
    Heard,
    Patient,
    Picture,
    Said,
    Seen,
    Sentence,
    Source,
)

NO_TEXT, BAD_ROW, TOO_LONG = "no_text", "bad_row", "too_long"
KINDS, PARTS, SEXES = ("film", "document", "photo"), ("voice", "picture"), ("female", "male", "unknown")
MOST_PICTURES, OLDEST = 20, 130
Describe = Callable[[str, str], str]


class Unfit(ValueError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def asked_in(row: Mapping[str, Any]) -> Asked:
    """What is missing is taken as unknown; what is there and not understood is told."""
    text = row.get("text")
    missing = tuple(_each(row, "missing", str))
    if not isinstance(text, str) or (not text.strip() and "voice" not in missing):
        raise Unfit(NO_TEXT)
    if len(text) > MOST_CHARACTERS:
        raise Unfit(TOO_LONG)
    if not set(missing) <= set(PARTS):
        raise Unfit(BAD_ROW)
    unsure, low = (tuple(_place(each, text) for each in _each(row, name, dict)) for name in ("unsure", "low"))
    heard = Heard(text, _one_of(row, "language", str, "en"), unsure, low, _one_of(row, "is_draft", bool, False))
    pictures = tuple(_picture(each) for each in _each(row, "pictures", dict))
    return Asked(heard, pictures[:MOST_PICTURES], Patient(_age(row), _sex(row)), missing)


def answered(name: str, told: Answered, engine: str, milliseconds: float, describe: Describe) -> dict[str, Any]:
    def sentence(each: Sentence) -> dict[str, Any]:
        return {"text": each.text, "sources": [_source(one, told.language, describe) for one in each.sources]}

    shares = told.probabilities
    return _line(
        name,
        language=told.language,
        urgency=[level.value for level in told.prediction_set],
        probabilities={level.value: round(share, 4) for level, share in shares.items()} if shares else None,
        calibrated_on=told.calibrated_on,
        why=[sentence(each) for each in told.why],
        red_flags=[
            {"rule": flag.rule, "title": flag.title, "act": flag.act,
             "sources": [_source(each, told.language, describe) for each in flag.sources]}
            for flag in told.red_flags
        ],
        answer=told.text,
        sentences=[sentence(each) for each in told.sentences],
        questions=list(told.questions),
        note=[{"section": each.section.value, **sentence(each.sentence)} for each in told.note],
        flags=list(told.flags),
        blocked=[{"rule": rule, "reason": describe(rule, told.language)} for rule in told.blocked],
        engine=engine,
        milliseconds=round(milliseconds, 3),
    )  # fmt: skip


def failed(name: str, flag: str, engine: str) -> dict[str, Any]:
    return _line(name, flags=[flag], engine=engine)


def _line(name: str, **told: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "id": name, "language": None, "urgency": [], "probabilities": None, "calibrated_on": 0, "why": [],
        "red_flags": [], "answer": "", "sentences": [], "questions": [], "note": [], "flags": [], "blocked": [],
        "engine": "", "milliseconds": 0.0,
    }  # fmt: skip
    return empty | told


def _source(source: Source, language: str, describe: Describe) -> dict[str, Any]:
    match source:
        case Said(start, end, text):
            return {"said": {"start": start, "end": end, "text": text}}
        case Seen(picture, words):
            return {"seen": picture, "words": words}
        case ByRule(rule):
            return {"rule": rule, "says": describe(rule, language)}


def _one_of(row: Mapping[str, Any], name: str, kind: type, otherwise: Any) -> Any:
    value = row.get(name)
    if value is None:
        return otherwise
    if not isinstance(value, kind):
        raise Unfit(BAD_ROW)
    return value


def _each(row: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    values = _one_of(row, name, list, [])
    if not all(isinstance(value, kind) for value in values):
        raise Unfit(BAD_ROW)
    return list(values)


def _age(row: Mapping[str, Any]) -> float | None:
    age = row.get("age")
    if age is None:
        return None
    if isinstance(age, bool) or not isinstance(age, int | float) or not math.isfinite(age) or not 0 <= age <= OLDEST:
        raise Unfit(BAD_ROW)
    return float(age)


def _sex(row: Mapping[str, Any]) -> str:
    sex: str = _one_of(row, "sex", str, "unknown")
    if sex not in SEXES:
        raise Unfit(BAD_ROW)
    return sex


def _picture(told: Mapping[str, Any]) -> Picture:
    kind, words = _one_of(told, "kind", str, "photo"), _one_of(told, "words", str, "")
    if kind not in KINDS:
        raise Unfit(BAD_ROW)
    return Picture(kind, words, _one_of(told, "is_usable", bool, True))


def _place(told: Mapping[str, Any], text: str) -> Said:
    start, end = told.get("start"), told.get("end")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        raise Unfit(BAD_ROW)
    return Said(start, end, text[start:end])
