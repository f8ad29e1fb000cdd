"""Letters with a known urgency, made from templates. The same seed gives the same letters on every machine."""

from dataclasses import dataclass
from random import Random

from clinic.inference.letters.phrases import (
    CLOSINGS,
    DENYING,
    ELSEWHERE,
    FILLERS,
    FINDINGS,
    HEADS,
    LABELS,
    OPENINGS,
    TELLING,
    Finding,
)

KINDS = (("child", "she"), ("child", "he"), ("girl", "she"), ("boy", "he"), ("woman", "she"), ("man", "he"))
LABEL_SHARES = (0.5, 0.33, 0.17)  # of what arrives: most letters are routine


@dataclass(frozen=True)
class Letter:
    text: str
    label: str


def letters(count: int, *, seed: int) -> list[Letter]:
    """In the shares in which they arrive. Seeds part the sets: what is measured on was never learned from."""
    chance = Random(seed)  # noqa: S311  (made-up letters, no secret)
    return [_letter(chance) for _ in range(count)]


def _letter(chance: Random) -> Letter:
    wanted = chance.choices(LABELS, LABEL_SHARES)[0]
    place = LABELS.index(wanted)
    main = chance.choices(FINDINGS, [finding.chances[place] for finding in FINDINGS])[0]
    return Letter(_written(chance, main), wanted)


def _written(chance: Random, main: Finding) -> str:
    kind, pronoun = chance.choice(KINDS)
    middle = [_telling(chance, main, pronoun)]
    middle += [_denying(chance, other) for other in _others(chance, main, at_most=3) if other.denied]
    middle += [_filled(chance, words) for words in chance.sample(FILLERS, chance.randint(1, 4))]
    if chance.random() < 0.25:
        middle.append(_elsewhere(chance, *_others(chance, main, at_most=1)))
    chance.shuffle(middle)
    opening = chance.choice(OPENINGS).format(age=_age(chance, kind), kind=kind)
    return f"{chance.choice(HEADS)}\n\n{opening} {' '.join(middle)}\n\n{chance.choice(CLOSINGS)}\n"


def _others(chance: Random, main: Finding, *, at_most: int) -> list[Finding]:
    return chance.sample([finding for finding in FINDINGS if finding is not main], chance.randint(1, at_most))


def _telling(chance: Random, main: Finding, pronoun: str) -> str:
    words = _slots(chance, chance.choice(main.said), pronoun)
    return chance.choice(TELLING).format(main=words, Main=_capital(words))


def _denying(chance: Random, other: Finding) -> str:
    words = chance.choice(other.denied)
    return chance.choice(DENYING).format(denied=words, Denied=_capital(words))


def _elsewhere(chance: Random, other: Finding) -> str:
    return chance.choice(ELSEWHERE).format(main=_slots(chance, chance.choice(other.said), "the patient"))


def _slots(chance: Random, words: str, pronoun: str) -> str:
    return words.format(child=pronoun, days=chance.randint(2, 9), side=chance.choice(("left", "right")))


def _filled(chance: Random, words: str) -> str:
    temperature = round(chance.uniform(36.4, 38.4), 1)
    return words.format(temperature=temperature, weight=chance.randint(9, 88), pulse=chance.randint(64, 118))


def _age(chance: Random, kind: str) -> str:
    if kind in ("woman", "man"):
        return f"{chance.randint(18, 84)} year"
    return f"{chance.randint(1, 16)} year"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
