"""When something happened, as far as a year or a day is said beside it; how old a small child is; weeks pregnant."""

import re
from collections.abc import Iterator

from clinic.inference.contradictions import naming
from clinic.inference.contradictions.statements import About, Holds, Statement
from clinic.inference.contradictions.text import clauses, is_of_relative

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
             "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
             "twentieth")  # fmt: skip
_YEAR = re.compile(r"\b(19[3-9]\d|20[0-3]\d)\b")
_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}}|{'|'.join(_ORDINALS)})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(_MONTHS)})\b"
)
_GESTATION = re.compile(r"\b(?P<weeks>[1-4]?\d)(?:/40| weeks(?: pregnant| on| gestation|,? by))")
_MONTHS_OLD = re.compile(r"\bage:? (?P<age>\d{1,2}) months?\b|\b(?P<old>\d{1,2})[ -]months?[ -]old\b")


def statements(source: str, text: str) -> Iterator[Statement]:
    for told, words, at, _answer in clauses(text):
        if is_of_relative(told):
            continue
        for about, name, value, found in _said(told):
            yield Statement(source, about, name, Holds.YES, words, at + found.start(), at + found.end(), value=value)


def _said(told: str) -> Iterator[tuple[About, str, str, re.Match[str]]]:
    when = _when(told)
    for name, ways in naming.lexicon().events.items() if when else ():
        if found := ways.search(told):
            yield About.EVENT, name, when, found
    if found := _MONTHS_OLD.search(told):
        yield About.AGE, "", f"{int(found['age'] or found['old']) / 12:.2f}", found
    if found := _GESTATION.search(told):
        yield About.EVENT, "weeks of pregnancy", f"{int(found['weeks']):02d}", found


def _when(told: str) -> str:
    """A year, or a day of a month; nothing where there are two of a kind."""
    years, days = {found[1] for found in _YEAR.finditer(told)}, list(_DAY.finditer(told))
    if len(years) == 1:
        return years.pop()
    if len(days) == 1 and not years:
        day = days[0]["day"]
        number = _ORDINALS.index(day) + 1 if day in _ORDINALS else int(day)
        return f"--{_MONTHS.index(days[0]['month']) + 1:02d}-{number:02d}"
    return ""
