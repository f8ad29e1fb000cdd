"""The sealed cases of an engine of answers: what it says of known visits, to be said again wherever it is opened."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from consult.inference.engine import Answerer
from consult.inference.schema import Answered, Asked, ByRule, Heard, Patient, Picture, Said, Seen, Source

MUST = "must"  # of a language engine: what the rules decide in its answer; it need not use the same words twice


def input_of(asked: Asked) -> dict[str, Any]:
    return asdict(asked)


def asked_of(told: Mapping[str, Any]) -> Asked:
    heard = told["heard"]
    unsure, low = (tuple(Said(**each) for each in heard.get(name, ())) for name in ("unsure", "low"))
    return Asked(
        Heard(heard["text"], heard.get("language", "en"), unsure, low, heard.get("is_draft", False)),
        tuple(Picture(**each) for each in told.get("pictures", ())),
        Patient(**told.get("patient", {})),
        tuple(told.get("missing", ())),
    )


def expected(answerer: Answerer, asked: Asked) -> dict[str, Any]:
    answered = answerer.answer(asked)
    return {
        "text": answered.text,
        "sources": [[_source(source) for source in each.sources] for each in answered.sentences],
        "red_flags": [flag.rule for flag in answered.red_flags],
        "prediction_set": [level.value for level in answered.prediction_set],
        "probabilities": _rounded(answered),
        "why": [each.text for each in answered.why],
        "questions": list(answered.questions),
        "note": [[each.section.value, each.sentence.text] for each in answered.note],
        "flags": list(answered.flags),
        "blocked": list(answered.blocked),
    }


def differs(answerer: Answerer, case: Mapping[str, Any]) -> dict[str, Any] | None:
    """Which parts came out otherwise, or nothing."""
    wanted, found = case["expected"], expected(answerer, asked_of(case["input"]))
    if MUST in wanted:
        wanted, found = wanted[MUST], {name: found[name] for name in wanted[MUST]}
    other = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    return {"id": case["id"], "wanted": "", "found": ", ".join(other), "gap": float(len(other))} if other else None


def _rounded(answered: Answered) -> dict[str, float] | None:
    if answered.probabilities is None:
        return None
    return {level.value: round(share, 4) for level, share in answered.probabilities.items()}


def _source(source: Source) -> str:
    match source:
        case Said(start, end):
            return f"said {start}-{end}"
        case Seen(picture, words):
            return f"seen {picture} {words}".strip()
        case ByRule(rule):
            return f"rule {rule}"
