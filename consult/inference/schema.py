"""What goes into an answer and what comes out. Every sentence says what it rests on: words that were said, a picture,
a rule of the house. A sentence that rests on nothing is never shown as the engine's."""

from dataclasses import dataclass, field
from enum import StrEnum

LONGEST_ANSWER = 800  # characters, with the pointer to the disclaimer


class Urgency(StrEnum):
    """In the order of how long it can wait."""

    SELF_CARE = "self_care"
    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Section(StrEnum):
    """Of the draft note."""

    SUBJECTIVE = "subjective"
    OBJECTIVE = "objective"
    ASSESSMENT = "assessment"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Said:
    """Characters of what was said, as `Heard.text` counts them."""

    start: int
    end: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture of the consult, by its place among them; `words`: those on it that are meant, else all of it."""

    picture: int
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ByRule:
    """A rule of the shipped engine, by its name: it says what it says whoever speaks."""

    rule: str


Source = Said | Seen | ByRule


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str = field(repr=False)
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class NoteSentence:
    section: Section
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class RedFlag:
    rule: str  # RF-12
    title: str  # "Possible anaphylaxis"
    act: str  # what to do now, one sentence
    sources: tuple[Said | Seen, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What another engine or the gate told of a picture. `words` is empty where nobody has looked at it; `paper` is all
    that stands on a document, for the rules that look for values in it: of that nothing else is quoted."""

    kind: str  # "film", "document", "photo"
    words: str = field(default="", repr=False)
    is_usable: bool = True
    paper: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said or typed, in the text its places are counted in."""

    text: str = field(repr=False)
    language: str = "en"  # en, es
    unsure: tuple[Said, ...] = ()  # words nobody may rely on yet: doses, numbers, negations without a second reading
    low: tuple[Said, ...] = ()  # words the engine of speech itself doubts
    is_draft: bool = False  # by an engine that mishears so much that a person reads every line


@dataclass(frozen=True, slots=True)
class Patient:
    age_years: float | None = None
    sex: str = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    heard: Heard
    pictures: tuple[Picture, ...] = ()
    patient: Patient = Patient()
    missing: tuple[str, ...] = ()  # codes: parts that are late or failed: "voice", "picture"


@dataclass(frozen=True, slots=True)
class Answered:
    language: str
    red_flags: tuple[RedFlag, ...]
    scores: dict[Urgency, float]  # what the rules gave before calibration
    probabilities: dict[Urgency, float] | None  # calibrated, or None
    prediction_set: tuple[Urgency, ...]
    calibrated_on: int  # cases
    why: tuple[Sentence, ...]  # why this urgency
    sentences: tuple[Sentence, ...]  # the short answer
    questions: tuple[str, ...]  # still to ask
    note: tuple[NoteSentence, ...]
    flags: tuple[str, ...] = ()  # codes: why a person is needed
    blocked: tuple[str, ...] = ()  # rules of the output filter that took a sentence out

    @property
    def text(self) -> str:
        return " ".join(each.text for each in self.sentences)
