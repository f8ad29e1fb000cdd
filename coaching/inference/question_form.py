"""A question as data, out of the bank's files or out of JSON that somebody sent: checked in full before it is one.

Everything is refused that is not known: a key too many is more often a mistake than a wish.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coaching.inference.phrases import unfit_phrase
from coaching.inference.schema import Category, Question, Role, RubricPoint

LANGUAGES = ("en", "es")
MOST_POINTS, MOST_PHRASES, MOST_FOLLOW_UPS = 10, 40, 6
LONGEST_TITLE, LONGEST_TEXT, LONGEST_POINT, LONGEST_PHRASE = 120, 1_000, 300, 240
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 60


class UnfitQuestion(ValueError):
    """What is wrong, and where: "points[2].says.en[0]: a star stands at the end of a word"."""


def from_json(data: object, *, both_languages: bool = False) -> Question:
    """The question that `data` describes; `UnfitQuestion` names the first fault in it."""
    form = _mapping(data, "", ("id", "category", "roles", "difficulty", "title", "text", "points"), ("follow_ups",))
    points = [
        _point(each, f"points[{number}]", both_languages)
        for number, each in enumerate(_list(form["points"], "points", 1, MOST_POINTS))
    ]
    _all_different([point.id for point in points], "points")
    return Question(
        id=_id(form["id"], "id"),
        text=_texts(form["text"], "text", LONGEST_TEXT, both_languages),
        roles=frozenset(Role(_one_of(each, "roles", Role)) for each in _list(form["roles"], "roles", 1, len(Role))),
        category=Category(_one_of(form["category"], "category", Category)),
        difficulty=_difficulty(form["difficulty"]),
        points=tuple(points),
        follow_ups=tuple(
            _texts(each, f"follow_ups[{number}]", LONGEST_TEXT, both_languages)
            for number, each in enumerate(_list(form.get("follow_ups", []), "follow_ups", 0, MOST_FOLLOW_UPS))
        ),
        title=_texts(form["title"], "title", LONGEST_TITLE, both_languages),
    )


def as_json(question: Question) -> dict[str, Any]:
    """What `from_json` makes the same question of."""
    return {
        "id": question.id,
        "category": question.category.value,
        "roles": [role.value for role in Role if role in question.roles],
        "difficulty": question.difficulty,
        "title": dict(question.title),
        "text": dict(question.text),
        "points": [_point_as_json(point) for point in question.points],
        "follow_ups": [dict(each) for each in question.follow_ups],
    }


def _point_as_json(point: RubricPoint) -> dict[str, Any]:
    says: dict[str, list[str]] = {}
    for phrase in point.says:
        language, colon, words = phrase.partition(": ")
        for each in (language,) if colon else LANGUAGES:  # a phrase without a language is meant in all
            says.setdefault(each, []).append(words if colon else phrase)
    return {"id": point.id, "text": dict(point.text), "says": says}


def _point(data: object, where: str, both: bool) -> RubricPoint:
    form = _mapping(data, where, ("id", "text", "says"))
    says = _mapping(form["says"], f"{where}.says", LANGUAGES if both else (), LANGUAGES)
    if not says:
        raise UnfitQuestion(f"{where}.says: no phrase in any language")
    return RubricPoint(
        id=_id(form["id"], f"{where}.id"),
        text=_texts(form["text"], f"{where}.text", LONGEST_POINT, both),
        says=tuple(
            f"{language}: {phrase}"
            for language, phrases in says.items()
            for phrase in _phrases(phrases, f"{where}.says.{language}")
        ),
    )


def _phrases(data: object, where: str) -> Iterable[str]:
    for number, each in enumerate(_list(data, where, 1, MOST_PHRASES)):
        phrase = _text(each, f"{where}[{number}]", LONGEST_PHRASE)
        if why := unfit_phrase(phrase):
            raise UnfitQuestion(f"{where}[{number}]: {why}")
        yield " ".join(phrase.split())


def _mapping(data: object, where: str, needed: Sequence[str], allowed: Sequence[str] = ()) -> Mapping[str, Any]:
    place = where or "question"
    if not isinstance(data, dict):
        raise UnfitQuestion(f"{place}: not a mapping")
    if missing := [key for key in needed if key not in data]:
        raise UnfitQuestion(f"{place}: {missing[0]} is missing")
    if unknown := [key for key in data if key not in {*needed, *allowed}]:
        raise UnfitQuestion(f"{place}: {str(unknown[0])[:40]!r} is not known")
    return data


def _list(data: object, where: str, fewest: int, most: int) -> list[Any]:
    if not isinstance(data, list):
        raise UnfitQuestion(f"{where}: not a list")
    if not fewest <= len(data) <= most:
        raise UnfitQuestion(f"{where}: {len(data)} where {fewest} to {most} are allowed")
    return data


def _texts(data: object, where: str, longest: int, both: bool) -> dict[str, str]:
    form = _mapping(data, where, LANGUAGES if both else (), LANGUAGES)
    if not form:
        raise UnfitQuestion(f"{where}: in no language")
    return {
        language: _text(form[language], f"{where}.{language}", longest) for language in LANGUAGES if language in form
    }


def _text(data: object, where: str, longest: int) -> str:
    if not isinstance(data, str) or not data.strip():
        raise UnfitQuestion(f"{where}: no text")
    if len(data) > longest:
        raise UnfitQuestion(f"{where}: {len(data)} characters where {longest} are allowed")
    if any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in data):
        raise UnfitQuestion(f"{where}: a control character")
    return data.strip()


def _id(data: object, where: str) -> str:
    if not isinstance(data, str) or len(data) > LONGEST_ID or not ID.fullmatch(data):
        raise UnfitQuestion(f"{where}: small letters, digits and single hyphens, at most {LONGEST_ID}")
    return data


def _one_of(data: object, where: str, kind: type[Role] | type[Category]) -> str:
    if not isinstance(data, str) or data not in set(kind):
        raise UnfitQuestion(f"{where}: {str(data)[:40]!r} is none of {', '.join(kind)}")
    return data


def _difficulty(data: object) -> int:
    if data not in (1, 2, 3) or isinstance(data, bool) or not isinstance(data, int):
        raise UnfitQuestion("difficulty: 1, 2 or 3")
    return data


def _all_different(ids: Sequence[str], where: str) -> None:
    if twice := [each for number, each in enumerate(ids) if each in ids[:number]]:
        raise UnfitQuestion(f"{where}: {twice[0]!r} twice")
