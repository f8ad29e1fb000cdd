"""Values on photographed papers that must not wait: a potassium of 7.1 is no matter of what anybody said.

A value is a name and the first number behind it on its line, in a unit that is its own. What a range, a target, a
condition or another time is told of is none; a number that nobody can have is a misread one, and left to people.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from consult.inference import knowledge
from consult.inference.plain import MOST_CHARACTERS, fold
from consult.inference.red_flags import Holds, Rule
from consult.inference.schema import Picture, Seen, Urgency

_FAR, _BEFORE = 45, 40  # characters: to the number behind a name; before it, what says that it is no value of now
_CLOSE = 2  # words on either side of a name
_FEW, _A_LITTLE = 0.01, 1e-6
# Not of a date, a time or a stick ("4+"); a flag may be glued to it: "6.8H".
_NUMBER = re.compile(r"(?<![\w.,/^-])(?<!\d:)\d+(?:[.,]\d+)*(?:(?=[hl]{1,2}(?![a-z]))|(?!\w|[.,]\d|[/:]\d|\+))")
_VALUE = re.compile(r"\b\d+(?:[.,]\d+)*\b")
_WORDS = re.compile(r"[^\W_]+")
_ASIDE, _LEADERS = re.compile(r"\([^()\n]*\)"), re.compile(r"[._]{2,}")
_ENDS, _ENDED = re.compile(r"[;\n]|\.(?=\s)"), re.compile(r"[;)\n]|\.(?=\s)")
_RANGE = re.compile(r"\s?(?:-|–|to\b|a\b|hasta\b)\s?\d")
_FROM = re.compile(r"\d\s?(?:-|–|to|a|hasta)\s?$")
_CONDITION = re.compile(
    r"\b(?:reference|ranges?|target|goal|keep|if|when|rangos?|referencia|objetivo|mantener|si|cuando)\b"
)
_PAST = re.compile(
    r"\b(?:(?<![\d/.-])(?:19|20)\d\d(?![/.-]\d)|previous(?:ly)?|last (?:year|month)|years? ago|months? ago|previ[oa]"
    r"|anterior|hace \w+ (?:anos?|meses|mes)|el ano pasado)\b"
)
_MARKERS = r"\s*(?:15[.,-]3|19[.,-]9|27[.,-]29|72[.,-]4|125)\b"  # CA 15-3 is no calcium

_UNIT = re.compile(
    r"[ \t]*(?:[hl]{1,2}(?![a-z])[ \t]*)?(?:x ?)?"
    r"(10[*^e]?\^?[39] ?/ ?(?:[µu]?l|mm3)|/ ?(?:[µu]l|mm3|mm\^3)|%|[a-zµ]+(?: ?/ ?[a-z0-9.]+|%)?)",
    re.IGNORECASE,
)
_COUNTED = {
    "/mm3": "/ul", "10^3/mm3": "10^3/ul", "gr/dl": "g/dl", "g%": "g/dl", "gr%": "g/dl", "mg%": "mg/dl",
    **{f"{many}/{of}": "10^3/ul" for many in ("k", "mil", "miles", "thou", "thousand") for of in ("ul", "mm3", "mcl")},
    **{f"{each}/{of}": "/ul" for each in ("cells", "cel", "cels", "celulas") for of in ("ul", "mm3", "mcl")},
}  # fmt: skip
_THOUSANDS, _IN_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+"), frozenset({"/ul", "mg/dl", "umol/l"})

_FLUIDS = re.compile(r"\b(?:urinalysis|urine|dipstick|orina|csf|lcr|pleural|ascitic|sweat|sudor|stool|heces)\b")
_BLOOD = re.compile(r"\b(?:blood|serum|plasma|bio\w*|haemat\w*|hemat\w*|sangre|suero|gasometr\w*)\b")


@dataclass(frozen=True)
class Limit:
    rule: Rule
    below: float | None
    from_: float | None

    def is_met(self, value: float) -> bool:
        return (self.below is not None and value < self.below) or (self.from_ is not None and value >= self.from_)


@dataclass(frozen=True)
class Value:
    name: re.Pattern[str]  # on the folded text
    symbol: re.Pattern[str] | None  # on the text as it stands
    not_beside: frozenset[str]
    units: dict[str, float] = field(hash=False)
    plausible: tuple[float, float] = (0.0, 0.0)
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class _Named:
    start: int
    end: int
    value: Value


def holding(pictures: Sequence[Picture]) -> list[Holds]:
    """Of each rule the first paper that meets it."""
    found: dict[str, Holds] = {}
    for number, picture in enumerate(pictures):
        if picture.kind == "document" and picture.is_usable:
            for rule, words in critical_in(picture.paper or picture.words):
                found.setdefault(rule.id, Holds(rule, (Seen(number, words),), is_unsure=False))
    return list(found.values())


def critical_in(text: str) -> Iterator[tuple[Rule, str]]:
    """Each with the words it stands in, and told with its number."""
    text = text[:MOST_CHARACTERS]
    folded = _read_as_told(text)
    named = sorted(_names(text, folded), key=lambda one: (one.start, -one.end))
    for at, one in enumerate(named):
        until = next((other.start for other in named[at + 1 :] if other.start >= one.end), len(text))
        if (found := _read(one, text, folded, until)) is not None:
            if _is_of_another_fluid(folded[: one.start]):
                continue
            value, end = found
            words = " ".join(text[one.start : end].split())
            yield from ((_told_with(limit.rule, words), words) for limit in one.value.limits if limit.is_met(value))


def _read_as_told(text: str) -> str:
    """Place for place: without leaders of dots, and without what a bracket says of ranges and earlier times."""
    folded = fold(text.replace("·", ".").replace("μ", "µ"))
    folded = _LEADERS.sub(lambda one: " " * len(one.group()), folded)
    return _ASIDE.sub(lambda one: " " * len(one.group()) if _is_aside(one.group()) else one.group(), folded)


def _is_aside(words: str) -> bool:
    return bool(_CONDITION.search(words) or _PAST.search(words))


def _is_of_another_fluid(before: str) -> bool:
    """By the nearest line above that holds no number and names one, or by how its own line begins."""
    *above, own = before[-2_000:].split("\n")
    if _FLUIDS.match(own.lstrip()):
        return True
    headings = (line for line in reversed(above) if not any(map(str.isdigit, line)))
    named = next((line for line in headings if _FLUIDS.search(line) or _BLOOD.search(line)), "")
    return bool(_FLUIDS.search(named))


def rules() -> tuple[Rule, ...]:
    return tuple(limit.rule for value in _values() for limit in value.limits)


def describe(rule: str, language: str) -> str:
    """The limit, in its unit. Empty for a name that is none of these."""
    for value in _values():
        for limit in value.limits:
            if limit.rule.id == rule:
                sign, bound = ("<", limit.below) if limit.below is not None else ("≥", limit.from_)
                said = f"{limit.rule.title[language]}: {sign} {bound:g} {next(iter(value.units))}".strip()
                return f"{said}. {limit.rule.act[language]}"
    return ""


def _told_with(rule: Rule, words: str) -> Rule:
    return replace(rule, title={language: f"{title} (“{words}”)" for language, title in rule.title.items()})


def _names(text: str, folded: str) -> Iterator[_Named]:
    for value in _values():
        found = list(value.name.finditer(folded)) if value.name.pattern else []
        found += value.symbol.finditer(text) if value.symbol else []
        for match in found:
            if not _is_other(match.start(), match.end(), folded, value):
                yield _Named(match.start(), match.end(), value)


def _is_other(start: int, end: int, folded: str, value: Value) -> bool:
    """By a word beside it, with no value between."""
    line = folded[max(0, start - _BEFORE) : start].rpartition("\n")[2]
    before = _WORDS.findall(_VALUE.split(line)[-1])[-_CLOSE:]
    after = _WORDS.findall(_VALUE.split(folded[end : end + _FAR].partition("\n")[0])[0])[:_CLOSE]
    return not {*before, *after}.isdisjoint(value.not_beside | knowledge.words("of_another_fluid"))


def _read(one: _Named, text: str, folded: str, until: int) -> tuple[float, int] | None:
    """In the first unit of the value, and where its words end; nothing where it is no value of now."""
    number = _number_behind(one, folded, until)
    if number is None:
        return None
    before = _ENDED.split(folded[max(0, one.start - _BEFORE) : one.start])[-1]
    between = folded[one.end : number.start()]
    if _CONDITION.search(_VALUE.split(before)[-1] + between) or _PAST.search(before + between):
        return None
    unit = _UNIT.match(folded, number.end())
    named = _unit_name(unit.group(1)) if unit else ""
    found = [value for value in _readings(number.group(), named, one.value) if _is_plausible(value, one.value)]
    if len(found) != 1:
        return None
    is_below = between.rstrip().endswith("<")  # "<0.5" is less than that
    return found[0] - is_below * _A_LITTLE, unit.end() if unit and named in one.value.units else number.end()


def _number_behind(one: _Named, folded: str, until: int) -> re.Match[str] | None:
    """The first that is no end of a range: some papers print what is usual before what was found."""
    end = one.end
    for number in _NUMBER.finditer(folded, one.end, min(until, one.end + _FAR)):
        if _ENDS.search(folded, end, number.start()):
            return None
        if not _RANGE.match(folded, number.end()) and not _FROM.search(folded, one.end, number.start()):
            return number
        end = number.end()
    return None


def _is_plausible(value: float, of: Value) -> bool:
    """No cell of a kind may be left; of nothing else there is none."""
    low, high = of.plausible
    return low <= value <= high or (value == 0 and low <= _FEW)


def _readings(number: str, unit: str, value: Value) -> set[float]:
    """What the number can be: one thing where its unit stands beside it, nothing where that is the unit of another."""
    if unit in value.units:
        return {round(each * value.units[unit], 6) for each in _numbers(number, unit)}
    if unit and not _is_plain_word(unit):
        return set()
    return {round(each * factor, 6) for name, factor in value.units.items() for each in _numbers(number, name)}


def _is_plain_word(unit: str) -> bool:
    return unit.isalpha() and unit not in knowledge.words("units_of_doses")


def _unit_name(unit: str) -> str:
    plain = unit.replace(" ", "").replace("µ", "u").lower().rstrip(".")
    plain = re.sub(r"(?<=[a-z])/[1i]$", "/l", plain)  # as a machine reads "/l"
    plain = re.sub(r"^10[*^e]*([39])/", r"10^\1/", plain)
    return _COUNTED.get(plain, plain)


def _numbers(said: str, unit: str) -> list[float]:
    """ "11.000 /µL" is eleven thousand; "6,9" a decimal; "1.200 µmol/l" may be either, and only one makes sense."""
    head, mark, tail = said.replace(",", ".").rpartition(".")
    decimal = float(f"{head.replace('.', '')}{mark}{tail}")
    if unit not in _IN_THOUSANDS or not _THOUSANDS.fullmatch(said):
        return [decimal]
    whole = float(re.sub(r"[.,]", "", said))
    return [whole] if unit == "/ul" else [decimal, whole]


@cache
def _values() -> tuple[Value, ...]:
    return tuple(_value(told) for told in knowledge.told("critical_values")["value"])


def _value(told: dict) -> Value:
    names = "|".join(sorted((re.escape(name) for name in told["names"]), key=len, reverse=True))
    symbols = "|".join(re.escape(symbol) for symbol in told["symbols"])
    limits = tuple(_limit(told[side]) for side in ("low", "high") if side in told)
    return Value(
        name=re.compile(rf"\b(?:{names})\b" if names else ""),
        symbol=re.compile(rf"(?<![\w/])(?:{symbols})(?:[2²]?[+⁺]{{1,2}}(?=[\s:=(\d]|$)|(?=[\s:=(]|$))(?!{_MARKERS})")
        if symbols
        else None,
        not_beside=frozenset(told["not"]),
        units=told["units"],
        plausible=tuple(told["plausible"]),
        limits=limits,
    )


def _limit(told: dict) -> Limit:
    rule = Rule(told["id"], told["about"], Urgency(told["level"]), (), (), told["title"], told["act"])
    return Limit(rule, told.get("below"), told.get("from"))
