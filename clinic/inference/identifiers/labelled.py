"""Identifiers that are known by what is said before them: "MRN: 4471", "número de póliza 88-1"."""

import re
from collections.abc import Iterator
from functools import cache

from clinic.inference.identifiers import known
from clinic.inference.identifiers.kinds import Found, Kind
from clinic.inference.identifiers.source import Source
from clinic.inference.phrases import expression

_SAID_DIGIT = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|dash|hyphen|"
    "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|guion|guión"
)
_SAID = rf"(?:(?:{_SAID_DIGIT}|[a-z])\s+){{2,}}(?:{_SAID_DIGIT})\b"
_BETWEEN = (
    r"(?:\s{0,3}(?:\(s\)|number|num|no|nr|id|code|is|was|ending in|n[º°o]|núm|es|de)\b\.?|"
    r"\s{0,3}[:#=.º°\-–]|\s{0,3}\((?:home|cell|work|mobile|h|c|w)\))*"
    r"[ \t]*\n?[ \t]*"
)
_SIGN = r"[A-Za-z0-9]"
_WRITTEN = rf"(?=[A-Za-z()+\-/_.]{{0,8}}\d|[OoIlSBZ]{{3,}}\b){_SIGN}+(?:[-/._]{_SIGN}+)*"
_UNIT = r" ?(?:mg|ml|year|yo|años|day|hour|mm|cm)\b"
_SPACED = (
    rf"(?:\({_WRITTEN}\)|\+?{_WRITTEN})"
    rf"(?:[ -](?=\w*\d)[A-Z0-9]{{1,6}}(?![\w%]|[./]\d|{_UNIT})|[ -][A-Z](?=\s|[.,;]|$))*"
)
_WORD_AND_CODE = rf"(?:[A-Z]{{1,5}}[ -])?{_SPACED}"
_SAID_VALUE = re.compile(_SAID)
_VALUE = re.compile(_WORD_AND_CODE)
_USUAL = re.compile(r"(?:\d{1,3}|[12]\d{3}|\d{1,2}[./]\d{1,2}|[A-Za-z]{1,3}\d)$")


@cache
def _labels() -> dict[str, Kind]:
    sections = known.sections("labels").items()
    return {label: Kind(kind) for kind, labels in sections if kind != "everyday" for label in labels}


@cache
def _label() -> re.Pattern[str]:
    labels = expression(label.rstrip("#:. ") for label in _labels())
    return re.compile(rf"(?P<label>{labels})(?P<between>{_BETWEEN})")


def labelled(source: Source) -> Iterator[Found]:
    for label in _label().finditer(source.low):
        if (found := _SAID_VALUE.match(source.low, label.end())) or (
            (found := _VALUE.match(source.text, label.end())) and _is_identifier(label, found.group())
        ):
            yield Found(*found.span(), _kind(label["label"]))


@cache
def _kind(label: str) -> Kind:
    plain = " ".join(label.split())
    labels = _labels()
    return next(labels[plain + end] for end in ("", ".", "#", ":", " #") if plain + end in labels)


def _is_identifier(label: re.Match[str], value: str) -> bool:
    """ "Device 2" counts devices and "extension 30 degrees" is of a knee: a label that is a word of every day
    needs a mark after it or a value that no count or measure has."""
    if " ".join(label["label"].split()) in known.sections("labels")["everyday"] and not set(":#") & set(
        label["between"]
    ):
        return not _USUAL.match(value)
    return True
