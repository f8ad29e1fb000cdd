"""A transcript as the core keeps it becomes an answer as coaching takes it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from coaching.inference.schema import Answer, SpokenWord


def answer_of(words: Iterable[Mapping[str, Any]], language: str, seconds: float | None) -> Answer:
    """What was struck was not said: it stands in no text. Words are joined by one space, as transcripts join them."""
    kept = tuple(_kept(word for word in words if word["is_voiced"]))
    return Answer(" ".join(word.text for word in kept), kept, language, seconds)


def _kept(words: Iterable[Mapping[str, Any]]) -> Iterator[SpokenWord]:
    at = 0
    for word in words:
        text = str(word["text"])
        yield SpokenWord(text, at, at + len(text), word["start"], word["end"], word["confidence"])
        at += len(text) + 1
