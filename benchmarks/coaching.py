"""`make bench-coaching`: do searches find, do answers rank rightly, is chance told from progress.

Searches and answers were written by the makers of the bank: these figures say how the code treats such texts, and not
how it treats what strangers type and say. `--model FOLDER` also asks the model of meaning (tools/coaching_vectors.py).
"""

import argparse
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from scipy import stats

from benchmarks.doubt.report import Line, percent
from clinic.doubt.intervals import Figure, wilson
from clinic.inference import meaning
from coaching.inference import bank, content, finding, vectors
from coaching.inference.progress import Verdict, trend
from coaching.inference.schema import Answer

WRITTEN = Path(__file__).parent.parent / "tests" / "unit" / "coaching"
KINDS = ("good", "middling", "off")
SEARCHES = {"paraphrases": "100 searches, registered", "paraphrases_after": "60 searches, written afterwards"}
ANSWERS = {"model_answers": "first set", "model_answers_after": "second set, looked at once"}
RECALL, RANKED, FLAT, FOUND = 0.90, 0.90, 0.95, 0.80
WORDS_WRONG, TURNS, LEARNERS, DEEP = 0.25, 5, 1_000, 20
Find = Callable[[str], Sequence[finding.Hit]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-coaching", description=__doc__)
    parser.add_argument("--model", type=Path, default=meaning.installed(), help="folder of the model of meaning")
    options = parser.parse_args()
    print(f"bank {bank.digest()[:12]}, {len(bank.questions())} questions")
    lines = [*_searches(options.model), *_answers(), *_learners()]
    for line in lines:
        print(line)
    missed = [line.what for line in lines if not line.met]
    print(f"missed: {', '.join(missed)}" if missed else "all marks met")
    return bool(missed)


def _told(name: str) -> dict[str, Any]:
    return tomllib.loads((WRITTEN / f"{name}.toml").read_text(encoding="utf-8"))


def _line(what: str, happened: Sequence[bool], unit: str, mark: float | None = None) -> Line:
    figure = wilson(sum(happened), len(happened))
    shown = percent(figure, unit, 1)
    return Line(what, shown) if mark is None else Line(what, shown, f"at least {mark:.0%}", _meets(figure, mark))


def _meets(figure: Figure, mark: float) -> bool:
    return figure.value >= mark


# --- searches ---


def _searches(model: Path | None) -> Iterator[Line]:
    words = finding.Words(bank.questions())
    ways: dict[str, Find] = {"by words": lambda text: words.find(text)}
    if model:
        by_meaning = _by_meaning(model)
        ways["by meaning"] = lambda text: by_meaning(text)[: finding.MOST]
        ways["by both"] = lambda text: finding.together(by_meaning(text), words.find(text, most=DEEP))
    for name, told in SEARCHES.items():
        for way, find in ways.items():
            found = [id in {hit.id for hit in find(text)} for text, id in _told(name)["asked"]]
            must = RECALL if way == "by both" else None
            yield _line(f"found among five, {way}: {told}", found, "searches", must)


def _by_meaning(model: Path) -> Find:
    embedder, known = meaning.load(model), vectors.read()
    questions = {question.id: question for question in bank.questions()}

    def find(text: str) -> Sequence[finding.Hit]:
        return known.find(embedder.embed([finding.as_query(text)])[0], questions, most=DEEP)

    return find


# --- answers ---


def _answers() -> Iterator[Line]:
    for name, told in ANSWERS.items():
        written = _told(name)
        yield _line(f"better answer ahead: {told}", list(_ranked(written, _as_written)), "pairs", RANKED)
        wrong = [right for turn in range(TURNS) for right in _ranked(written, _wrong_words(written, turn))]
        yield _line(f"the same, {WORDS_WRONG:.0%} of the words wrong, {TURNS} times: {told}", wrong, "pairs", RANKED)
        yield _line(f"own good answer ahead of those to other questions: {told}", list(_own(written)), "pairs")


def _ranked(written: dict[str, Any], heard: Callable[[str], str]) -> Iterator[bool]:
    for id, told in written.items():
        covered = [_covered(id, heard(told[kind]), told["language"]) for kind in KINDS]
        yield from (covered[better] > covered[worse] for better, worse in combinations(range(len(KINDS)), 2))


def _own(written: dict[str, Any]) -> Iterator[bool]:
    for id, told in written.items():
        own = _covered(id, told["good"], told["language"])
        for other, its in written.items():
            if other != id and its["language"] == told["language"]:
                yield own > _covered(id, its["good"], its["language"])


def _covered(id: str, text: str, language: str) -> float:
    return content.coverage(content.read(Answer(text, (), language), bank.question(id)))


def _as_written(text: str) -> str:
    return text


def _wrong_words(written: dict[str, Any], seed: int) -> Callable[[str], str]:
    """A quarter of the words left out, heard as another word of these answers, or with a letter changed."""
    draw = Random(seed)
    others = sorted({word for told in written.values() for kind in KINDS for word in told[kind].split()})

    def heard(text: str) -> str:
        words: list[str] = []
        for word in text.split():
            if draw.random() >= WORDS_WRONG:
                words.append(word)
            elif (kind := draw.randrange(3)) == 1:
                words.append(draw.choice(others))
            elif kind == 2:
                at = draw.randrange(len(word))
                words.append(f"{word[:at]}{draw.choice('aeiourstln')}{word[at + 1 :]}")
        return " ".join(words)

    return heard


# --- learners ---


def _learners() -> Iterator[Line]:
    draw = Random(11)
    for tails, noise in (("normal", _normal), ("heavy tails", _heavy)):
        flat = [
            trend([noise(draw) for _ in range(draw.randint(16, 60))]).verdict is Verdict.NO_CLEAR_CHANGE
            for _ in range(LEARNERS)
        ]
        figure = wilson(sum(flat), len(flat))
        what = f"nothing changed and told so, 16 to 60 sessions, {tails}"
        yield Line(what, percent(figure, "learners", 1), f"{FLAT:.0%} or its interval holds it", figure.high >= FLAT)
        for before, mark in ((12, None), (24, FOUND), (36, FOUND)):
            better = [_improves(draw, noise, before, 1.0) for _ in range(LEARNERS)]
            yield _line(f"one SD better for 12 sessions, {before} before, {tails}", better, "learners", mark)
        gradual = [_improves(draw, noise, 36, 2.0, gradually=True) for _ in range(LEARNERS)]
        yield _line(f"two SD better, gradually over 12 sessions, 36 before, {tails}", gradual, "learners", FOUND)
        worse = [_improves(draw, noise, 36, -1.0, told=Verdict.WORSE) for _ in range(LEARNERS)]
        yield _line(f"one SD worse for 12 sessions, 36 before, {tails}", worse, "learners")
        looks = [_never_alarmed(draw, noise) for _ in range(LEARNERS // 2)]
        yield _line(f"nothing changed, looked at after each of 12 sessions, 36 before, {tails}", looks, "learners")
    at_best = stats.norm.sf(stats.norm.isf(1 - FLAT) - 1 / (1 / 12 + 1 / 12) ** 0.5)
    yield Line("what no test of 12 sessions against 12 can exceed, 5 % false alarms", f"{at_best:.1%}")


def _never_alarmed(draw: Random, noise: Callable[[Random], float]) -> bool:
    values = [noise(draw) for _ in range(48)]
    return all(trend(values[:seen]).verdict is Verdict.NO_CLEAR_CHANGE for seen in range(37, 49))


def _improves(draw: Random, noise: Callable[[Random], float], before: int, by: float, gradually: bool = False,
              told: Verdict = Verdict.BETTER) -> bool:  # fmt: skip
    gained = [by * (number + 1) / 12 if gradually else by for number in range(12)]
    values = [noise(draw) for _ in range(before)] + [gain + noise(draw) for gain in gained]
    return trend(values).verdict is told


def _normal(draw: Random) -> float:
    return draw.gauss(0, 1)


def _heavy(draw: Random) -> float:
    """Student's t with five degrees of freedom, with a standard deviation of 1."""
    spread = sum(draw.gauss(0, 1) ** 2 for _ in range(5)) / 5
    return float(draw.gauss(0, 1) / spread**0.5 * (3 / 5) ** 0.5)


if __name__ == "__main__":
    sys.exit(main())
