"""`python -m benchmarks.consult [--figures FILE] [--pictures N]`: what the answers of a consult must show.

Red flags found and false alarms on the planted cases, and on cases that were written after the rules and not looked at
while these were made; urgency on generated visits (calibration error, coverage of each level); 1,000 answers (length,
disclaimer, sources); the output filter; sentences a lying language engine would give; pictures drawn and spoiled here;
milliseconds. `--figures` writes what belongs on the card of the engine.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.consult_pictures import clean, spoiled
from clinic.doubt import ece
from clinic.doubt.intervals import Figure, wilson
from consult import made_up, shipping
from consult.inference import critical, engine, filtering, rules, wording
from consult.inference.heard import understood
from consult.inference.language import LEFT_OUT, spoken
from consult.inference.pictures import gate
from consult.inference.red_flags import holding
from consult.inference.schema import LONGEST_ANSWER, Answered, Asked, Heard, Patient, Picture, Urgency
from consult.inference.urgency import LEVELS
from consult.inference.visit import visit_of

PLANTED = Path(__file__).parents[1] / "tests" / "planted" / "consult"
ANSWERS, VISITS = 1_000, 4_000
LATER = "critical_values_later"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--figures", type=Path)
    parser.add_argument("--pictures", type=int, default=500)
    options = parser.parse_args()
    answerer = engine.load(shipping.FOLDER, shipping.FACTS)
    print(f"{rules.NAME} {rules.VERSION} {rules.digest()[:12]}")
    figures = [*_red_flags(), *_papers(), *_urgency(answerer)]
    _answers(answerer)
    _filter()
    _inventions()
    if options.pictures:
        _pictures(options.pictures)
    if options.figures:
        options.figures.write_text(json.dumps(figures, indent=1) + "\n")


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (PLANTED / f"{name}.jsonl").read_text().splitlines()]


def _said(name: str, figure: Figure) -> dict[str, Any]:
    print(f"  {name}: {figure.value:.1%} ({figure.low:.1%} to {figure.high:.1%}), n {figure.n}")
    return {"name": name, "n": figure.n, "value": round(figure.value, 4), "low": round(figure.low, 4),
            "high": round(figure.high, 4)}  # fmt: skip


def _share(name: str, hits: Iterable[bool]) -> dict[str, Any]:
    every = list(hits)
    return _said(name, wilson(sum(every), len(every)))


def fired(case: dict[str, Any]) -> set[str]:
    told = understood(Heard(case["text"], case["language"]), Patient(case.get("age"), case.get("sex", "unknown")))
    return {held.rule.about for held in holding(told)}


def _red_flags() -> list[dict[str, Any]]:
    print("Red flags")
    planted = cases("red_flags")
    found = [
        _share("red flags found, planted before the rules", (each["kind"] in fired(each) for each in planted)),
        _share("false alarms on harmless visits", (bool(fired(each)) for each in cases("harmless"))),
    ]
    _share("of them denied", (bool(fired(each)) for each in cases("harmless") if each["kind"] == "negated"))
    for name in ("later", "ordinary", "blind"):  # what they were at first sight stands in docs/consult.md
        reds = cases(f"{name}_red_flags")
        _share(f"red flags found, set {name}", (each["kind"] in fired(each) for each in reds))
        _share(f"false alarms, set {name}", (bool(fired(each)) for each in cases(f"{name}_harmless")))
    return found


def _papers() -> list[dict[str, Any]]:
    print("Values on papers that must not wait")
    planted, harmless = cases("critical_values"), cases("critical_values_harmless")
    return [
        _share(
            "values on papers found, planted before the rules", (each["kind"] in on_paper(each) for each in planted)
        ),
        _share("false alarms on papers without", (bool(on_paper(each)) for each in harmless)),
        _share("values on papers found, set later", (each["kind"] in on_paper(each) for each in cases(LATER))),
        _share("false alarms on papers, set later", (bool(on_paper(each)) for each in cases(f"{LATER}_harmless"))),
    ]


def on_paper(case: dict[str, Any]) -> set[str]:
    return {held.rule.about for held in critical.holding((Picture("document", case["text"]),))}


def _urgency(answerer: engine.Answerer) -> list[dict[str, Any]]:
    print(f"Urgency, on {VISITS} generated visits that nothing was fitted on")
    told = [(answerer.answer(each.asked), each.urgency)
            for each in made_up.cases(VISITS, seed=made_up.SEED_OF_MEASURING)]  # fmt: skip
    known = [(each, truth) for each, truth in told if each.probabilities is not None]
    rows = [[(each.probabilities or {})[level] for level in LEVELS] for each, _truth in known]
    labels = [LEVELS.index(truth) for _each, truth in known]
    covered = [(truth, truth in each.prediction_set) for each, truth in known]
    figures = [
        _said("calibration error of urgency, generated visits", ece.top_label(rows, labels)),
        _share("level in its set, generated visits", (is_in for _truth, is_in in covered)),
    ]
    for level in Urgency:
        hits = (is_in for truth, is_in in covered if truth is level)
        figures.append(_share(f"{level.value} in its set, generated visits", hits))
    sizes = np.bincount([len(each.prediction_set) for each, _truth in known], minlength=5)
    print(f"  levels in a set: {dict(enumerate(sizes.tolist()))}; not understood: {len(told) - len(known)}")
    return figures


def _answers(answerer: engine.Answerer) -> None:
    print(f"{ANSWERS} answers")
    asked = [each.asked for each in made_up.cases(ANSWERS, seed=77)]
    answerer.answer(asked[0])
    told, spent = [], []
    for each in asked:
        began = time.perf_counter()
        told.append(answerer.answer(each))
        spent.append((time.perf_counter() - began) * 1000)
    _share(f"under {LONGEST_ANSWER} characters", (len(each.text) < LONGEST_ANSWER for each in told))
    _share("with the disclaimer", (each.text.endswith(wording.text("DISCLAIMER", each.language)) for each in told))
    _share("every sentence sourced", (_is_sourced(each) for each in told))
    middle, late, worst = np.percentile(spent, (50, 95, 100))
    print(f"  milliseconds: {middle:.1f} median, {late:.1f} 95th, {worst:.1f} worst")
    print(f"  longest answer: {max(len(each.text) for each in told)} characters")


def _is_sourced(told: Answered) -> bool:
    return all(each.sources for each in (*told.sentences, *told.why, *(one.sentence for one in told.note)))


def _filter() -> None:
    print(f"Output filter, version {filtering.version()}")
    _share("blocked", (bool(filtering.blocked_by(each["text"])) for each in cases("to_be_blocked")))
    _share("blocked for nothing", (bool(filtering.blocked_by(each["text"])) for each in cases("to_be_let_through")))


def _inventions() -> None:
    print("Sentences of a language engine")
    told = [(each, _spoken(each)) for each in cases("inventions")]
    _share("inventions that stand or are not flagged",
           (_stands(each, said) or not _is_flagged(said) for each, said in told if each["kind"] == "lie"))  # fmt: skip
    _share("true ones kept", (_stands(each, said) for each, said in told if each["kind"] == "true"))


def _spoken(case: dict[str, Any]) -> Answered:
    pictures = tuple(Picture("film", words) for words in case["pictures"])
    visit = visit_of(Asked(Heard(case["visit"], case["language"]), pictures), None)
    sentence = {"text": case["text"], "quotes": case["quotes"], "picture": case["picture"]}
    return spoken(visit, {"sentences": [sentence]})


def _stands(case: dict[str, Any], told: Answered) -> bool:
    return any(each.text.rstrip(".") == case["text"].rstrip(".") for each in told.sentences)


def _is_flagged(told: Answered) -> bool:
    return bool(told.blocked) or any(flag.startswith(LEFT_OUT) for flag in told.flags)


def _pictures(count: int) -> None:
    print(f"Pictures drawn here: {count} spoiled, {count} not")
    caught, refused, right, spent = [], [], [], []
    for way, data in spoiled(count, seed=500_000):
        caught.append((way, not gate(data).is_usable))
    for kind, data in clean(count, seed=900_000):
        began = time.perf_counter()
        found = gate(data)
        spent.append((time.perf_counter() - began) * 1000)
        refused.append(not found.is_usable)
        right.append(found.kind.value == kind)
    _share("spoiled ones caught", (is_caught for _way, is_caught in caught))
    for way in dict.fromkeys(way for way, _is_caught in caught):
        _share(f"  {way}", (is_caught for each, is_caught in caught if each == way))
    _share("good ones refused", refused)
    _share("kind told right", right)
    _milliseconds(spent)


def _milliseconds(spent: Sequence[float]) -> None:
    middle, late = np.percentile(spent, (50, 95))
    print(f"  milliseconds, child included: {middle:.0f} median, {late:.0f} 95th")


if __name__ == "__main__":
    main()
