"""JSON as the standard has it, and less: bounded in size and depth, nothing in it that cannot be stored or that two
readers would read differently."""

import json
import re
from collections.abc import Mapping
from itertools import accumulate
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from clinic.errors import Code, Refusal

MAX_DEPTH = 40
MAX_BYTES = 1024 * 1024

_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # as signed bytes: one deeper, one back
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_LARGE_NUMBER = re.compile(rb"[0-9]{16}|[eE]\+?[0-9]{2}")
_LARGEST = 2**53  # beyond it programs disagree about what the number is (RFC 7493)


class GuardedJSONParser(BaseParser):
    media_type = "application/json"
    most_bytes, most_words = MAX_BYTES, "1 MiB"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(self.most_bytes + 1)
        if len(raw) > self.most_bytes:
            words = _("JSON may have at most %(limit)s.") % {"limit": self.most_words}
            raise Refusal(Code.TOO_LARGE, detail=words, facts={"at_most": self.most_bytes})
        try:
            return read(raw)
        except (ValueError, RecursionError) as e:
            raise ParseError(_("Not valid JSON.")) from e


def read(raw: bytes) -> Any:
    structure = outside_strings(raw)
    if depth_of(structure) > MAX_DEPTH:
        raise Refusal(Code.TOO_DEEP)
    has_large = _LARGE_NUMBER.search(structure) is not None
    value = json.loads(
        raw.decode("utf-8"),
        object_pairs_hook=_each_name_once,
        parse_constant=_no_constant,
        parse_int=_exact_int if has_large else None,
        parse_float=_finite_float if has_large else None,
    )
    if b"\\u" in raw:
        _check_can_be_stored(raw, value)
    return value


def outside_strings(raw: bytes) -> bytes:
    """Every second piece between quotes. Works on the whole at once: a loop over bytes would outlast the parsing."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(raw.split(b'"')[::2])


def depth_of(structure: bytes) -> int:
    """The deepest nesting, counted before anything recursive sees it."""
    steps = structure.translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b")), default=0)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def _exact_int(digits: str) -> int:
    number = int(digits)
    if abs(number) > _LARGEST:
        raise ValueError("too large")
    return number


def _finite_float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("too large")
    return number


def _check_can_be_stored(raw: bytes, value: Any) -> None:
    """PostgreSQL keeps no NUL, and a lone surrogate has no UTF-8."""
    if b"\\u0000" in raw.replace(b"\\\\", b""):
        raise ValueError("NUL")
    json.dumps(value, ensure_ascii=False).encode("utf-8")
