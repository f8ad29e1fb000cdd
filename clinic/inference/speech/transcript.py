"""What was said, as far as an engine heard it: words with their times, and what of it nobody may rely on yet."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from clinic.inference.speech.voiced import Stretch, voiced_share

LEAST_VOICED = 0.3  # of a word's time; below it nobody can have said it


@dataclass(frozen=True, slots=True)
class Word:
    text: str = field(repr=False)
    start: float  # seconds from the beginning of the recording
    end: float
    confidence: float | None = None  # the engine's own, 0 to 1; None where it tells none
    is_voiced: bool = True  # False: struck through, because it stands in silence


@dataclass(frozen=True, slots=True)
class Segment:
    """What was said without a pause."""

    start: float
    end: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A guess by pitch and pauses. It says which stretches sound alike, never who somebody is."""

    start: float
    end: float
    speaker: int  # the first to speak is 1
    certainty: float  # 0: as good as a coin, 1: nothing speaks for the other
    is_suggestion: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """Which engine heard this, as a receipt says it."""

    engine: str
    is_draft: bool
    is_remote: bool
    failed: tuple[str, ...] = ()  # better ones that were asked first, and why they gave nothing: "name: code"


@dataclass(frozen=True, slots=True)
class Transcript:
    language: str
    heard: Heard
    segments: tuple[Segment, ...]
    seconds: float
    voiced_s: float
    turns: tuple[Turn, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for segment in self.segments for word in segment.words)

    @property
    def text(self) -> str:
        """Without what is struck."""
        return " ".join(word.text for word in self.words if word.is_voiced)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"text": self.text}


def struck(words: Iterable[Word], stretches: Iterable[Stretch]) -> tuple[Word, ...]:
    """Silence cannot speak: words in it are kept to be seen, and marked as not said."""
    stretches = tuple(stretches)
    return tuple(
        replace(word, is_voiced=word.is_voiced and voiced_share(word.start, word.end, stretches) >= LEAST_VOICED)
        for word in words
    )
