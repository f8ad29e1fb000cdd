import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from clinic.errors import Code, Refusal

MAX_DEPTH = 40
MAX_BYTES = 2 * 1024 * 1024


class GuardedJSONParser(BaseParser):
    """JSON as the standard has it: bounded in size and depth, no NaN, no lone surrogates, no NUL."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise Refusal(Code.TOO_LARGE)
        if depth_of(raw) > MAX_DEPTH:
            raise Refusal(Code.TOO_DEEP)
        try:
            text = raw.decode("utf-8")
            value = json.loads(text, parse_constant=_no_constant)
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # lone surrogates cannot be stored or shown
        except (ValueError, RecursionError) as e:
            raise ParseError("Not valid JSON.") from e
        if "\\u0000" in text:
            raise ParseError("NUL characters cannot be stored.")
        return value


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def depth_of(raw: bytes) -> int:
    """Nesting counted before anything recursive sees it. Brackets inside strings are left out."""
    depth = deepest = 0
    in_string = is_escaped = False
    for byte in raw:
        if in_string:
            is_escaped, in_string = (byte == 0x5C and not is_escaped), not (byte == 0x22 and not is_escaped)
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                return deepest
        elif byte in b"]}":
            depth -= 1
    return deepest
