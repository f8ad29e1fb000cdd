"""Written answers, read as an engine of speech hands them over."""

import re
import tomllib
from pathlib import Path

from coaching.inference.schema import Answer, SpokenWord

HERE = Path(__file__).parent
KINDS = ("good", "middling", "off")


def answer(text, language="en", seconds=None):
    """With words at even times, where it took `seconds`."""
    places = [(found.start(), found.end()) for found in re.finditer(r"\S+", text)]
    pace = seconds / max(1, len(places)) if seconds else None
    words = tuple(
        SpokenWord(
            text[at:to], at, to, None if pace is None else number * pace, None if pace is None else (number + 1) * pace
        )
        for number, (at, to) in enumerate(places)
    )
    return Answer(text, words, language, seconds)


def written(name="model_answers"):
    """By question: language, and the texts by kind."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
