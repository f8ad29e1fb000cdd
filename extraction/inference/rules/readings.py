"""Which numbers of a sentence are values, and which are the range that a value is held against."""

import re

from extraction.inference.rules.values import Value, numerics_in

_NOT_A_VALUE = re.compile(
    r"\s*-?\s*(?:years?|yrs?|y/o|yo|months?|weeks?|wks?|days?|hours?|minutes?(?!\s*ventil)|times|cycles?|doses?|"
    r"tablets?|mg/kg|patients?|cases?|episodes?|grades?|siblings|children|points? scale|packs?|pack-years?|"
    r"gestation|th\b|st\b|nd\b|rd\b)",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"(?:\b(?:fig(?:ure)?s?|table|day|days|stage|type|age|aged|no|number|grade|week|month|year|case|level|"
    r"reference|ref|lead|leads|segment|chapter|version|panel|block|room|step|phase|class|factor|vitamin|coenzyme|"
    r"cranial nerves?|l|t|c|s|in)\.?\s*|[\[#$])$",
    re.IGNORECASE,
)
_DOSED = re.compile(r"(?:(?<!k)g|U|units?)\s*(?:/|per)\s*(?:kg|m2|m²|d|day|dose|week|month)\b(?!\w)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*(?:[(\[]?\b(?:HH?|LL?)\b[)\]]?\s*)?[(\[]\s*")
_NEXT_CELL = re.compile(r"(?:[ \t]|\||\b(?:HH?|LL?)\b|\((?:HH?|LL?)\)|\*)+")
_REFERENCE = re.compile(
    r"\b(?:normal|reference|ref|nl|norm)\b\.?\s*(?:ranges?|values?|levels?|intervals?|limits?)?\s*(?:is|are|of|"
    r"between|being|up to|in [a-z]+|for [a-z]+)?\s*[:=,(]?\s*$",
    re.IGNORECASE,
)


def readings_in(text: str, start: int, end: int) -> tuple[list[Value], dict[int, Value]]:
    """The values, and the references by where they begin."""
    every = list(numerics_in(text, start, end))
    references = {
        value.start: value for value in every if _REFERENCE.search(text, max(start, value.start - 50), value.start)
    }
    values: list[Value] = []
    for value in every:
        if value.start in references:
            continue
        if values and _is_bare_range(text, values[-1], value):
            references[value.start] = value
        elif _may_be_value(text, value):
            values.append(value)
    return values, references


def _is_bare_range(text: str, before: Value, value: Value) -> bool:
    """5.4 mg/dL (2.7-4.5 mg/dL): a range in brackets right behind a value is what is normal."""
    is_range = value.second is not None or value.comparator is not None
    is_share = "centile" in text[value.start : value.end]
    if not is_range or is_share:
        return False
    is_closed = text[value.end : value.end + 1] in (")", "]") and _IN_BRACKETS.fullmatch(text, before.end, value.start)
    is_next = value.second is not None and _NEXT_CELL.fullmatch(text, before.end, value.start)
    return bool(is_closed) or (bool(is_next) and "/" not in text[value.start : value.end])


def _may_be_value(text: str, value: Value) -> bool:
    if _DOSED.search(text, value.start, value.end):
        return False
    if value.is_measured:
        return True
    return not _NOT_A_VALUE.match(text, value.words_end) and not _NOT_AFTER.search(
        text, max(0, value.start - 16), value.start
    )
