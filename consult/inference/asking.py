"""Which questions are still open."""

from collections.abc import Iterator

from consult.inference import knowledge
from consult.inference.facts import Facts
from consult.inference.heard import Understood

MOST = 6
_FERTILE = (12, 55)
_MAY_BE_PREGNANT = frozenset({"belly_pain", "vomiting", "nausea", "vaginal_bleeding", "faints", "heavy_periods"})


def questions(told: Understood, facts: Facts, language: str) -> tuple[str, ...]:
    """Whom it is about, where that is not clear; then the most urgent symptom's."""
    general = list(_general(told, facts, language))
    whom = knowledge.told("questions")["general"]["whom"][language]
    first = [whom] if whom in general else []
    return tuple(dict.fromkeys([*first, *_of_symptoms(told, facts, language), *general]))[:MOST]


def _of_symptoms(told: Understood, facts: Facts, language: str) -> Iterator[str]:
    listed = knowledge.told("questions")
    for symptom in sorted(facts.symptoms, key=lambda each: -each.weight):
        for question in listed.get(symptom.concept, {}).get("ask", ()):
            if not told.of(question["about"]):
                yield question[language]


def _general(told: Understood, facts: Facts, language: str) -> Iterator[str]:
    general = knowledge.told("questions")["general"]
    needed = {
        "whom": any(each.may_be_of_others for each in told.mentions),
        "complaint": not facts.symptoms,
        "since": bool(facts.symptoms) and not any(each.since for each in facts.symptoms),
        "severity": bool(facts.symptoms) and not any(each.severity for each in facts.symptoms),
        "pregnancy": _may_be_pregnant(told, facts),
        "age": told.age_years is None,
        "medicines": not facts.medicines,
        "allergies": True,
    }
    yield from (general[name][language] for name, is_needed in needed.items() if is_needed)


def _may_be_pregnant(told: Understood, facts: Facts) -> bool:
    is_of_age = told.age_years is None or _FERTILE[0] <= told.age_years <= _FERTILE[1]
    concerns = any(each.concept in _MAY_BE_PREGNANT for each in facts.symptoms)
    return told.sex == "female" and is_of_age and concerns and not told.of("pregnant")
