"""Visits that nobody made: from templates, with an urgency that was planted, not judged by the rules that are measured.

No data with a clinician's urgency beside words that were spoken may be had here. What a level means was set down for
each scenario before its sentences were tried on the rules; where clinicians would differ the planted level differs too,
at the stated share. The red flags were written on other sentences (`tests/planted`); what each symptom adds was set in
round numbers after a look at which level these scenarios came out at.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from consult.inference.schema import Asked, Heard, Patient, Picture, Said, Urgency

SEED_OF_CALIBRATION, SEED_OF_MEASURING, SEED_OF_GOLDEN = 11, 22, 33


@dataclass(frozen=True)
class Scenario:
    """`levels`: shares of self-care, routine, urgent, emergency."""

    levels: tuple[float, ...]
    ages: tuple[int, ...]
    says: dict[str, list[str]]
    sex: str = ""


@dataclass(frozen=True)
class MadeUp:
    asked: Asked
    urgency: Urgency


def cases(count: int, *, seed: int) -> Iterator[MadeUp]:
    draw = random.Random(seed)  # noqa: S311  (the same visits for the same seed)
    for _ in range(count):
        yield _case(draw)


def _case(draw: random.Random) -> MadeUp:
    scenario, language = draw.choice(scenarios()), draw.choice(("en", "es"))
    said = [draw.choice(scenario.says[language])]
    if draw.random() < 0.5:
        said.append(draw.choice(_told()["beside"][language]))
    filled = {name: draw.choice(_told()[name][language]) for name in ("since", "bad", "no")}
    text = " ".join(said).format(**filled)
    if draw.random() < 0.4:
        text = _as_heard(text)
    level = draw.choices(list(Urgency), weights=scenario.levels)[0]
    patient = Patient(
        float(draw.randint(scenario.ages[0], scenario.ages[1])), scenario.sex or draw.choice(("female", "male"))
    )
    return MadeUp(Asked(Heard(text, language, _unsure(draw, text)), _pictures(draw), patient, _missing(draw)), level)


def _as_heard(text: str) -> str:
    """As an engine of speech writes: small letters, no marks."""
    return "".join(each for each in text.lower() if each not in ".,;:¿?¡!")


def _unsure(draw: random.Random, text: str) -> tuple[Said, ...]:
    if draw.random() < 0.8:
        return ()
    words = text.split()
    word = draw.choice(words)
    start = text.index(word)
    return (Said(start, start + len(word), word),)


def _pictures(draw: random.Random) -> tuple[Picture, ...]:
    if draw.random() < 0.7:
        return ()
    return (draw.choice(_PICTURES),)


_PICTURES = (
    Picture("photo"),
    Picture("film", "No opacity was found. Heart size is normal."),
    Picture("document", "Haemoglobin 13.1 g/dl."),
    Picture("photo", is_usable=False),
)


def paper() -> Asked:
    """A laboratory's paper on which one value must not wait, beside words that say nothing of it."""
    found = "Sodium 138 mmol/L (133-146)\nPotassium 7.1 mmol/L (3.5-5.3)\nCreatinine 212 umol/L (60-110)"
    return Asked(Heard("I have been a bit tired for a week."), (Picture("document", found),), Patient(71, "female"))


def _missing(draw: random.Random) -> tuple[str, ...]:
    return ("picture",) if draw.random() < 0.1 else ()


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("made_up_visits.toml").read_text("utf-8"))


@cache
def scenarios() -> tuple[Scenario, ...]:
    return tuple(
        Scenario(tuple(each["levels"]), tuple(each["ages"]), {"en": each["en"], "es": each["es"]}, each.get("sex", ""))
        for each in _told()["scenario"]
    )
