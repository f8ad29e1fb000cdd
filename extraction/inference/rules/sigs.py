"""What a prescription tells a patient to do: "take two tablets of ibuprofen 3 times a day for a week, then one daily".

Each step of it is one `Step`: drug and form go on to the next step, amount and frequency do not. Slips of the keyboard
("tkae 1 tabet") are read as the word of this small language that is one slip away. Places are those of the text as it
was written.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from extraction.inference.rules import amounts
from extraction.inference.rules.frequencies import Duration, Frequency, durations_in, frequencies_in
from extraction.inference.rules.lexicon import Lexicon, shipped, words
from extraction.inference.rules.numbers import WORDS, value_of
from extraction.inference.rules.tokens import tokens_of
from extraction.inference.schema import TimeUnit

Span = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """`places` says where each value was read, by its name."""

    drug: str | None = None
    strength: str | None = None
    dose_amount: float | None = None
    dose_amount_most: float | None = None
    dose_unit_words: str | None = None
    form: str | None = None
    route: str | None = None
    times: float | None = None
    interval: float | None = None
    interval_unit: TimeUnit | None = None
    duration_amount: float | None = None
    duration_unit: TimeUnit | None = None
    as_needed: bool = False
    reason: str | None = None
    places: Mapping[str, Span] = field(default_factory=dict)

    def as_told(self) -> dict[str, Any]:
        """In the names that prescription parsers share: null where nothing was said, but an interval of 1."""
        return {
            "drug": self.drug.lower() if self.drug else None,
            "form": self.form,
            "strength": self.strength.lower().replace(" ", "") if self.strength else None,
            "frequencyType": _capital(self.interval_unit),
            "interval": _whole(self.interval if self.interval is not None else 1),
            "times": _whole(self.times),
            "singleDosageAmount": self.dose_amount,
            "periodType": _capital(self.duration_unit),
            "periodAmount": _whole(self.duration_amount),
            "takeAsNeeded": self.as_needed,
        }


def _capital(unit: str | None) -> str | None:
    return unit.capitalize() if unit else None


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number


_THEN = re.compile(
    r"[,;.]?\s*\b(?:and\s+tha?e?n|followed\s+by|after\s+th(?:at|is),?|afterwards|thereafter|then|subsequently)\b,?\s*"
    rf"|\s*,?\s+and\s+(?=(?:take\s+)?(?:\d+|{WORDS}|half\s+an?)\s+(?:tab|cap|pill|puff|drop|spray|unit|"
    rf"teaspoon)[a-z()]*\b)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?<!\w)(?:take|takes|taking|give|given|use|apply|applied|inhale|instill|insert|place|put|chew|swallow|"
    r"dissolve|inject|drink|"
    r"administer|spray|rinse|swish|start|continue|dispense|taken|one|sig:?)(?!\w)",
    re.IGNORECASE,
)
_BARE_COUNT = re.compile(
    rf"(?:^|(?<=take\s)|(?<=give\s)|(?<=use\s)|(?<=chew\s)|(?<=inject\s))\s*(?P<n>\d+(?:\.\d+)?|"
    rf"{WORDS})(?P<most>\s*(?:-|to)\s*\d+)?\s+(?=[a-z])",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\bof\s+(?:the\s+)?(?P<drug>[A-Za-z][A-Za-z-]{2,})", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]{4,}")


def steps_of(text: str) -> list[Step]:
    """The steps of one instruction, in order. A text that says nothing of the kind gives none."""
    read, back = _corrected(text)
    found: list[Step] = []
    for start, end in _parts(read):
        step = _step(read, start, end)
        if step is not None:
            found.append(_carried(found[-1], step) if found else step)
    return [_placed(step, back) for step in found]


def parse(text: str) -> list[dict[str, Any]]:
    """The steps in the shared names."""
    return [step.as_told() for step in steps_of(text)]


def is_instruction(text: str) -> bool:
    """Whether a short text is one: it begins by telling to take something, or counts pieces of a form."""
    if len(text) > 240 or "\n" in text.strip():
        return False
    read, _ = _corrected(text)
    verb = _VERB.match(read.strip())
    counts = amounts.COUNT.match(read.strip())
    return bool(verb or counts) and any(_says_much(step) for step in steps_of(text))


def _says_much(step: Step) -> bool:
    return bool(step.form or step.dose_amount) and bool(step.drug or step.interval_unit or step.as_needed)


def _parts(text: str) -> Iterator[Span]:
    start = 0
    for cut in _THEN.finditer(text):
        if text[start : cut.start()].strip():
            yield start, cut.start()
        start = cut.end()
    if text[start:].strip():
        yield start, len(text)


def _carried(before: Step, step: Step) -> Step:
    """Drug and form are those of the step before, unless this one says otherwise."""
    kept = {name: before.places[name] for name in ("drug", "form") if name in before.places}
    return replace(step, drug=step.drug or before.drug, form=step.form or before.form, places=kept | dict(step.places))


def _placed(step: Step, back: Callable[[int], int]) -> Step:
    return replace(step, places={name: (back(start), back(end)) for name, (start, end) in step.places.items()})


# --- one step -------------------------------------------------------------------------------------------------------


def _step(text: str, start: int, end: int) -> Step | None:
    words = text[start:end]
    told: dict[str, Any] = {}
    places: dict[str, Span] = {}
    taken: list[Span] = []

    def keep(names: Mapping[str, Any], span: Span, name: str) -> None:
        told.update(names)
        places[name] = (start + span[0], start + span[1])
        taken.append(span)

    _read_drug(words, keep)
    _read_times(words, keep)
    _read_amounts(words, keep, taken)
    if not told:
        return None
    return Step(**told, places=places)


Keep = Callable[[Mapping[str, Any], Span, str], None]


def _read_drug(words: str, keep: Keep) -> None:
    terms = shipped().terms(tokens_of(words), words)
    drugs = sorted(
        (term for kind in ("drugs", "substances", "drug_classes") for term in terms.get(kind, [])),
        key=lambda term: (term.start, -term.end),
    )
    if drugs:
        keep({"drug": words[drugs[0].start : drugs[0].end]}, (drugs[0].start, drugs[0].end), "drug")
    elif (named := _NAMED.search(words)) and not amounts.form_of(named.group("drug")):
        keep({"drug": named.group("drug")}, named.span("drug"), "drug")


def _read_times(words: str, keep: Keep) -> None:
    durations = list(durations_in(words))
    if durations:
        keep(_of_duration(durations[0]), (durations[0].start, durations[0].end), "duration")
    free = [
        each
        for each in frequencies_in(words)
        if not any(duration.start <= each.start < duration.end for duration in durations)
    ]
    if free:
        best = max(free, key=lambda each: (each.unit is not None, each.times is not None, -each.start))
        keep(_of_frequency(best), (best.start, best.end), "frequency")
    if found := amounts.AS_NEEDED.search(words):
        keep({"as_needed": True, "reason": found.group("reason")}, found.span(), "as_needed")


def _of_frequency(said: Frequency) -> dict[str, Any]:
    return {"times": said.times, "interval": said.interval, "interval_unit": said.unit}


def _of_duration(said: Duration) -> dict[str, Any]:
    return {"duration_amount": said.amount, "duration_unit": said.unit}


def _read_amounts(words: str, keep: Keep, taken: list[Span]) -> None:
    count = _first(amounts.COUNT, words, taken)
    if count:
        least, most = least_and_most(count)
        form = amounts.form_of(count.group("form"))
        keep(
            {"dose_amount": least, "dose_amount_most": most, "dose_unit_words": count.group("form")},
            count.span(),
            "dose",
        )
        if form != "dose":
            keep({"form": form}, count.span("form"), "form")
    _read_masses(words, keep, taken, has_count=count is not None)
    if not count and (bare := _first(_BARE_COUNT, words, taken)):
        least, most = least_and_most(bare)
        keep({"dose_amount": least, "dose_amount_most": most}, bare.span("n"), "dose")
    if not count and (form_found := _first(amounts.FORM, words, taken)):
        keep({"form": amounts.form_of(form_found.group("form"))}, form_found.span(), "form")
    if route := _first(amounts.ROUTE, words, taken):
        keep({"route": amounts.route_of(route.group())}, route.span(), "route")


_POURED = re.compile(r"(?:m?ls?|cc|units?|i\.?u\.?|oz|ounces?|millilit(?:er|re)s?)$", re.IGNORECASE)


def _read_masses(words: str, keep: Keep, taken: list[Span], *, has_count: bool) -> None:
    """5 ml and 10 units are what is taken; 500 mg, and 250 mg/5 ml, are how strong it is."""
    free = [each for each in amounts.MASS.finditer(words) if not _touches(each.span(), taken)]
    poured = next((each for each in free if _POURED.match(each.group("unit")) and not each.group("per")), None)
    strong = next((each for each in free if each is not poured), None)
    if poured and not has_count:
        least, most = least_and_most(poured)
        told = {"dose_amount": least, "dose_amount_most": most, "dose_unit_words": poured.group("unit")}
        keep(told, poured.span(), "dose")
    if strong:
        keep({"strength": strong.group()}, strong.span(), "strength")


def least_and_most(found: re.Match[str]) -> tuple[float | None, float | None]:
    least = amount_of(found.group("n"))
    most = found.group("most")
    return least, amount_of(re.sub(r"^\s*(?:-|–|—|to|or)\s*", "", most)) if most else None


def amount_of(words: str) -> float | None:
    words = words.lower().strip()
    if words.startswith(("half", "one-half")):
        return 0.5
    head, _, tail = words.partition(" and ")
    value = value_of(head)
    return value + 0.5 if tail and value is not None else value


def _first(pattern: re.Pattern[str], words: str, taken: list[Span]) -> re.Match[str] | None:
    for found in pattern.finditer(words):
        if not _touches(found.span(), taken):
            return found
    return None


def _touches(span: Span, taken: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


# --- slips of the keyboard ------------------------------------------------------------------------------------------

_VOCABULARY = words("prescription_words")


def _corrected(text: str) -> tuple[str, Callable[[int], int]]:
    """The text as it was meant, and the way back from a place in it to one in the text as it was written."""
    pieces: list[str] = []
    shifts: list[tuple[int, int]] = []  # from here on, so many characters to add
    end = size = 0
    for found in _WORD.finditer(text):
        meant = _meant(found.group())
        if meant is None:
            continue
        pieces += [text[end : found.start()], meant]
        size += found.start() - end + len(meant)
        end = found.end()
        shifts.append((size, end - size))
    pieces.append(text[end:])
    return "".join(pieces), lambda place: _back(place, shifts, len(text))


def _back(place: int, shifts: list[tuple[int, int]], length: int) -> int:
    """Inside a corrected word no place is exact; its ends are."""
    shift = 0
    for start, added in shifts:
        if place < start:
            break
        shift = added
    return min(max(place + shift, 0), length)


def _meant(word: str) -> str | None:
    """The one word of this language that is a single slip away; null where there is none to correct."""
    low = word.lower()
    if low in _VOCABULARY or _is_a_name(low):
        return None
    near = [known for known in _VOCABULARY if abs(len(known) - len(low)) <= 1 and _is_one_slip(low, known)]
    return min(near, key=lambda known: (known[0] != low[0], known)) if near else None


def _is_a_name(word: str, lexicon: Callable[[], Lexicon] = shipped) -> bool:
    return bool(lexicon().terms(tokens_of(word), word)) or amounts.form_of(word) is not None or word in _KNOWN


_KNOWN = words("prescription_others")


def _is_one_slip(word: str, meant: str) -> bool:
    """One letter left out, put in or struck for another, or two struck in the wrong order."""
    if len(word) == len(meant):
        unlike = [place for place, (one, other) in enumerate(zip(word, meant, strict=True)) if one != other]
        if len(unlike) == 1:
            return len(word) > 4
        return (
            len(unlike) == 2
            and unlike[1] == unlike[0] + 1
            and word[unlike[0]] == meant[unlike[1]]
            and word[unlike[1]] == meant[unlike[0]]
        )
    short, long = sorted((word, meant), key=len)
    return len(short) > 3 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
