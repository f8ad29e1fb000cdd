"""How often a medicine is taken, and for how long, from the ways prescriptions and letters say it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extraction.inference.rules.lexicon import entries
from extraction.inference.rules.numbers import FIGURES, WORDS, value_of
from extraction.inference.schema import TimeUnit

_N = rf"(?:{FIGURES}|{WORDS})"
_TO = r"\s*(?:-|–|to|or)\s*"
_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hourly|hrs?|h|days?|daily|d|weeks?|weekly|wks?|w|months?|monthly|mos?|"
    r"years?|yearly|yrs?|mornings?|evenings?|nights?|afternoons?|bedtimes?)"
)
_UNITS: dict[str, TimeUnit] = {
    "s": "second", "mi": "minute", "h": "hour", "d": "day", "w": "week", "m": "month", "y": "year", "n": "day",
    "e": "day", "a": "day", "b": "day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frequency:
    start: int
    end: int
    times: float | None
    interval: float | None
    unit: TimeUnit | None


@dataclass(frozen=True, slots=True)
class Duration:
    start: int
    end: int
    amount: float | None
    unit: TimeUnit | None


def time_unit(word: str) -> TimeUnit:
    word = word.lower()
    if word.startswith("mor"):
        return "day"
    return _UNITS["mi"] if word.startswith("mi") else _UNITS[word[0]]


_SHORT = {
    spelling: tuple(group.split(";")) for group, spellings in entries("frequencies") for spelling in spellings
}  # fmt: skip
_SHORT_FORMS = "|".join(re.escape(each) for each in sorted(_SHORT, key=len, reverse=True))

_TIMES = rf"(?:(?:{_N})(?:{_TO}{_N})?\s*(?:x|×|times?)|once|twice|thrice|(?:one|two|three|four)\s+times?)"
FREQUENCY = re.compile(
    rf"""(?:(?<![\w.])|(?=\s?/))(?:
      (?P<short>{_SHORT_FORMS})(?![\w])
    | q\.?\s?(?P<q_n>\d+(?:\.\d+)?)(?:{_TO}\d+)?\.?\s?-?
        (?P<q_unit>hours?|hrs?|hr|h|days?|d|weeks?|wks?|w|minutes?|min|months?|mo)\b\.?
    | (?P<times>{_TIMES})\s*(?:(?:a|an|per|each|every|in\s+a|/)\s*)?
        (?:(?P<t_other>other|(?:{_N}))\s+)?(?P<t_unit>{_UNIT})\b
    | (?P<times_only>{_TIMES})\s*(?=[,.;)]|$)
    | every\s+(?:(?P<e_other>other|second|alternate)\s+(?P<o_unit>{_UNIT})\b
        |(?P<e_n>{_N})(?:{_TO}{_N})?\s*-?\s*(?P<e_unit>{_UNIT})\b
        |(?P<e_one>{_UNIT})\b)
    | (?:(?:each|per|a)\s+|(?:(?<=[a-z)])|^)\s?/\s?)(?P<each>day|week|month|hour|night|morning|evening|year)\b
    | (?:on\s+)?alternate\s+(?P<alternate>days|weeks)\b
    | (?P<n_hourly>{_N})(?:{_TO}{_N})?\s?-?\s?hourly\b
    | (?P<ly>daily|nightly|weekly|monthly|hourly|yearly|annually)\b
    | at\s+(?:bed\s?time|night|noon)\b | (?:in|during)\s+(?:the\s+)?(?:mornings?|evenings?|afternoons?)\b
    | (?:before|after|with)\s+(?:meals?|food|breakfast|lunch|dinner|supper|bed|each\s+meal|every\s+meal)\b
    | before\s+bedtime\b | around\s+the\s+clock\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
DURATION = re.compile(
    rf"""(?<![\w.])(?:
      (?:for|over|during|x|×)\s*(?:a\s+total\s+of\s+|the\s+(?:next|first|last|past)\s+|another\s+|at\s+least\s+|about\s+|up\s+to\s+|approximately\s+|an?\s+additional\s+|the\s+)?
        (?P<n>{_N}|an?|several|few|a\s+few)(?P<most>{_TO}{_N})?\s*-?\s*(?:more\s+|full\s+|consecutive\s+)?
        (?P<unit>seconds?|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?)\b
    | (?P<c_n>{_N})\s*-?\s*(?P<c_unit>day|week|month)s?\s+(?:course|regimen|therapy|treatment|supply|taper)
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def frequencies_in(text: str) -> Iterator[Frequency]:
    for found in FREQUENCY.finditer(text):
        yield Frequency(found.start(), found.end(), *_numbers(found))


def durations_in(text: str) -> Iterator[Duration]:
    for found in DURATION.finditer(text):
        number = found.group("n") or found.group("c_n")
        unit = found.group("unit") or found.group("c_unit")
        yield Duration(found.start(), found.end(), value_of(number), time_unit(unit))


def _numbers(found: re.Match[str]) -> tuple[float | None, float | None, TimeUnit | None]:
    """Times, every how many, of which unit. "Every day" counts no times; "bid" does."""
    told = found.groupdict()
    if told["short"]:
        short = _SHORT[told["short"].lower()]
        return float(short[0]), float(short[1]), time_unit(short[2])
    if told["q_n"]:
        return 1.0, float(told["q_n"]), time_unit(told["q_unit"])
    if told["times"]:
        other = told["t_other"]
        interval = 1.0 if not other else 2.0 if other.lower() == "other" else value_of(other)
        return _times(told["times"]), interval, time_unit(told["t_unit"])
    if told["times_only"]:
        return _times(told["times_only"]), None, None
    return _every(told, found.group().lower())


def _every(told: dict[str, str | None], words: str) -> tuple[float | None, float | None, TimeUnit | None]:
    if other := told["o_unit"]:
        return None, 2.0, time_unit(other)
    if alternate := told["alternate"]:
        return None, 2.0, time_unit(alternate)
    if number := told["e_n"]:
        return None, value_of(number), time_unit(told["e_unit"] or "day")
    if hours := told["n_hourly"]:
        return None, value_of(hours), "hour"
    if single := told["e_one"] or told["each"] or told["ly"]:
        return None, 1.0, "year" if single == "annually" else time_unit(single)
    if re.search(r"bed|night|noon|morning|evening|afternoon|breakfast|lunch|dinner|supper", words):
        return 1.0, 1.0, "day"
    return None, None, None


def _times(words: str) -> float | None:
    words = words.lower()
    number = re.match(rf"once|twice|thrice|{_N}", words)
    return value_of(number.group()) if number else None
