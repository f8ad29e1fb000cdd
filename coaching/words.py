"""An answer as it is kept: its text, and each word with its place in it and, where it was spoken, its time."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from coaching.inference.schema import Answer, SpokenWord

_WORD = re.compile(r"\S+")
EMPTY: dict[str, Any] = {"text": "", "words": []}


def typed(text: str) -> dict[str, Any]:
    text = text.strip()
    return {"text": text, "words": [[m.group(), m.start(), m.end(), None, None, None] for m in _WORD.finditer(text)]}


def joined(kept: Mapping[str, Any] | None, more: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`more`: words heard since, in their order: text, start, end, confidence."""
    kept = kept or EMPTY
    text, words = str(kept["text"]), list(kept["words"])
    for word in more:
        at = len(text) + 1 if text else 0
        text = f"{text} {word['text']}" if text else str(word["text"])
        words.append([word["text"], at, len(text), word["start"], word["end"], word["confidence"]])
    return {"text": text, "words": words}


def answer(kept: Mapping[str, Any] | None, *, language: str, seconds: float | None) -> Answer:
    kept = kept or EMPTY
    return Answer(text=kept["text"], words=tuple(SpokenWord(*word) for word in kept["words"]), language=language,
                  seconds=seconds)  # fmt: skip
