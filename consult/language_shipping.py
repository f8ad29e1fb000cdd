"""A language model with its prompt as an engine of answers of this installation: a folder like every other.

The folder says which model, which prompt and which calibration of the rules, never where or with which key it is asked:
that stays in the environment. What the rules decide in its answers is in its golden cases; its own words are not, since
it need not use the same words twice.
"""

import hashlib
from pathlib import Path
from typing import Any

from clinic.doubt.intervals import wilson
from clinic.engines import manifests, trust
from clinic.language.engines import LanguageEngine
from clinic.language.failures import NothingSaid
from consult import made_up, shipping
from consult.inference import engine
from consult.inference.golden import MUST, expected, input_of
from consult.inference.language import LEFT_OUT, LanguageAnswerer

PROMPT = Path(__file__).parent / "prompts" / "v1.md"
_CASES, _MEASURED = 6, 12


def measured(answerer: LanguageAnswerer) -> list[dict[str, Any]]:
    """On made-up visits, when it is installed."""
    whole = 0
    for each in made_up.cases(_MEASURED, seed=made_up.SEED_OF_MEASURING):
        spoken = answerer.ask(each.asked)
        if spoken.failure:
            raise NothingSaid(spoken.failure)
        whole += not any(flag.startswith(LEFT_OUT) for flag in spoken.answered.flags)
    share = wilson(whole, _MEASURED)
    return [{"name": "made-up visits summed up with nothing to leave out", "n": _MEASURED, "value": share.value,
             "low": share.low, "high": share.high}]  # fmt: skip


def write(folder: Path, model: LanguageEngine, prompt: str, metrics: list[dict[str, Any]]) -> str:
    """The digest of what was written and signed."""
    folder.mkdir(parents=True, exist_ok=True)
    calibration = (shipping.FOLDER / engine.CALIBRATION).read_text()
    (folder / engine.PROMPT).write_text(prompt)
    (folder / engine.CALIBRATION).write_text(calibration)
    manifests.write_json(folder / engine.LANGUAGE, {"model": model.name})
    manifests.write_json(folder / manifests.GOLDEN, {"cases": list(_cases())})
    manifests.write_json(folder / manifests.CARD, _card(model, metrics))
    sha = hashlib.sha256(prompt.encode()).hexdigest()
    facts = {
        "capability": shipping.FACTS["capability"], "name": f"Answers by {model.name}", "version": f"1.0.0+{sha[:8]}",
        "backend": "language", "precision": "text", "is_remote": model.is_remote, "prompt_sha256": sha,
    }  # fmt: skip
    digest = manifests.write(folder, facts).digest
    trust.sign(folder, manifests.read(folder))
    return digest


def _cases() -> list[dict[str, Any]]:
    rules = engine.load(shipping.FOLDER, shipping.FACTS)
    asked = [each.asked for each in made_up.cases(_CASES, seed=made_up.SEED_OF_GOLDEN)]
    told = [(each, expected(rules, each)) for each in asked]
    return [
        {"id": f"{number:02d}", "input": input_of(each),
         "expected": {MUST: {name: said[name] for name in ("red_flags", "prediction_set")}}}
        for number, (each, said) in enumerate(told, start=1)
    ]  # fmt: skip


def _card(model: LanguageEngine, metrics: list[dict[str, Any]]) -> dict[str, Any]:
    where = "over the network, without what identifies the patient" if model.is_remote else "on this site"
    return {
        "purpose": "Sums up what was said in a visit, between the red flags and the urgency that rules tell.",
        "population": "Visits in English and Spanish.",
        "data": f"The model {model.name} of its maker, asked {where}; what it learned from its maker knows.",
        "limits": [
            "Its sentences are held against the words they quote; what is not borne out is left out and flagged.",
            "It may sum up the same visit differently, and may leave things out.",
            "Red flags and urgency are those of the rules, with their limits.",
        ],
        "licence": "As the maker of the model says.",
        "metrics": metrics,
    }
