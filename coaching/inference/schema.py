"""What the rooms of coaching hand to each other. Plain and frozen: no Django, no database, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    NURSE = "nurse"
    JUNIOR = "junior_doctor"
    CONSULTANT = "consultant"
    RADIOLOGIST = "radiologist"
    MANAGER = "manager"
    STUDENT = "student"


class Category(StrEnum):
    CONSENT = "consent"
    BAD_NEWS = "bad_news"
    HAND_OVER = "hand_over"
    COLLEAGUE = "difficult_colleague"
    HISTORY = "osce_history"
    RISK = "explaining_risk"
    BEHAVIOURAL = "interview_behavioural"
    TECHNICAL = "interview_technical"
    MOTIVATION = "interview_motivation"


# --- what is asked ---


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """What a good answer contains. `says`: ways to say it, as phrases; any one of them makes the point."""

    id: str
    text: Mapping[str, str]  # by language: en, es
    says: tuple[str, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: Mapping[str, str]
    roles: frozenset[Role]
    category: Category
    difficulty: int  # 1 to 3
    points: tuple[RubricPoint, ...]
    follow_ups: tuple[Mapping[str, str], ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)


# --- what was answered ---


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of the answer, where it stands in the text; when it was said, where anybody knows."""

    text: str = field(repr=False)
    at: int
    to: int
    start_s: float | None = None
    end_s: float | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`seconds` is None for one that was typed."""

    text: str = field(repr=False)
    words: tuple[SpokenWord, ...] = field(repr=False)
    language: str = "en"
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of the recording."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of the answer's text."""

    at: int
    to: int


Cite = Moment | Span


# --- how it was said ---


class MeasureName(StrEnum):
    SPEECH_RATE = "speech_rate"  # words a minute, pauses included
    ARTICULATION = "articulation"  # syllables a second, pauses left out
    PAUSES = "long_pauses"  # how many
    FILLERS = "fillers"  # a minute
    PITCH_RANGE = "pitch_range"  # semitones
    LOUDNESS = "loudness_range"  # dB
    VOICE_BREAKS = "voice_breaks"  # how many
    LONG_SENTENCES = "longest_sentence"  # words
    OPENING = "time_to_point"  # seconds


DISFLUENCY = frozenset({MeasureName.PAUSES, MeasureName.FILLERS, MeasureName.VOICE_BREAKS})


@dataclass(frozen=True, slots=True)
class Measure:
    """`value` is None where it could not be measured, and `why` the code that says so."""

    name: MeasureName
    value: float | None
    moments: tuple[Moment, ...] = ()  # where to listen, the most telling first
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sounding:
    """What the sound alone tells: made while the words are still being found."""

    seconds: float
    voiced_s: float
    noise_ratio_db: float | None  # loudness of the voice over that of the rest
    problem: str = ""  # why nothing is measured: a code (too_noisy, no_speech, too_short, clipped)
    pauses: tuple[Moment, ...] = ()
    syllables: tuple[float, ...] = ()  # when each is loudest
    pitch: tuple[tuple[float, float], ...] = ()  # time, Hz, voiced frames only (thinned)
    measures: tuple[Measure, ...] = ()  # those that need no words
    outline: tuple[float, ...] = ()  # loudness for drawing, 0 to 1, at most 160 values


@dataclass(frozen=True, slots=True)
class Delivery:
    """All nine measures, and the pace through the answer: seconds, words a minute."""

    sounding: Sounding
    measures: tuple[Measure, ...]
    pace: tuple[tuple[float, float], ...] = ()


# --- what was said ---


class Made(StrEnum):
    MADE = "made"
    PARTLY = "partly"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PointFound:
    id: str
    made: Made
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class StepFound:
    """A step of the structure that fits the category (STAR, SBAR, SPIKES)."""

    id: str
    is_there: bool
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Jargon:
    span: Span
    term: str = field(repr=False)
    plain: str = ""  # what to say instead


@dataclass(frozen=True, slots=True)
class Content:
    points: tuple[PointFound, ...]
    structure: str  # "star", "sbar", "spikes"
    steps: tuple[StepFound, ...]
    jargon: tuple[Jargon, ...] = ()
    empathy: tuple[Span, ...] = ()
    questions: tuple[Span, ...] = ()


# --- what is said about it ---


@dataclass(frozen=True, slots=True)
class Score:
    """Of 100, with the interval that the number of things looked at allows."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence to the speaker, and the words or the moment it rests on. `about`: which rule or measure said it."""

    text: str = field(repr=False)
    cites: tuple[Cite, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """At most 1,200 characters in all."""

    language: str
    strength: Remark
    actions: tuple[Remark, ...]  # three
    content: Score | None
    delivery: Score | None
    remarks: tuple[Remark, ...] = ()  # what a language engine added, each with a quotation
