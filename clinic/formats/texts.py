"""Plain text, JSON and tables; and what is text but not harmless: pages, drawings, lists of other files."""

import codecs
import json
import re

from clinic.formats.refusals import Reason, Refused
from clinic.formats.sample import Sample

CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
LARGEST_SHARE_OF_HIGH_BYTES = 0.3
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
LOOKED_AT_CHARS = 4096
MARKUP_START = re.compile(r"<[a-z!?/]", re.IGNORECASE)
MARKUP_WITHIN = re.compile(r"<(?:!doctype\s+html|html|script|svg|iframe|object|embed)[\s>/]", re.IGNORECASE)
PLAYLIST = re.compile(
    r"ffconcat|#extm3u|#ext-x-|\[playlist\]|\[reference\]|rtsptext|file\s+['\"]|v=0\r?\n[a-z]=", re.IGNORECASE
)


def text(sample: Sample, *, claims_table: bool) -> str | None:
    content = decoded(sample)
    if content is None:
        return None
    start = content.lstrip("\ufeff \t\r\n\f")[:LOOKED_AT_CHARS]
    if PLAYLIST.match(start):
        raise Refused(Reason.PLAYLIST, found="playlist")
    if MARKUP_START.match(start):
        raise Refused(Reason.MARKUP, found="markup")
    if start[:1] in ("{", "[") and (structured := _structured(content, is_complete=sample.is_complete)):
        return structured
    if MARKUP_WITHIN.search(start):
        raise Refused(Reason.MARKUP, found="markup")
    return "csv" if claims_table else "text"


def decoded(sample: Sample) -> str | None:
    """UTF-8, UTF-16 with its mark, or an older single-byte encoding; None for what is not text."""
    if sample.head.startswith(UTF16_MARKS):
        return _utf16(sample)
    if CONTROLS.search(sample.head) or (sample.tail is not None and CONTROLS.search(sample.tail)):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(sample.head, final=sample.is_complete)
    except UnicodeDecodeError:
        high = sum(byte >= 0x80 for byte in sample.head)
        return sample.head.decode("latin-1") if high <= LARGEST_SHARE_OF_HIGH_BYTES * len(sample.head) else None


def _utf16(sample: Sample) -> str | None:
    """What comes after the head is looked at where text is taken out of it: its tail may begin within a character."""
    try:
        content = codecs.getincrementaldecoder("utf-16")().decode(sample.head, final=sample.is_complete)
    except UnicodeDecodeError:
        return None
    return None if CONTROL_CHARACTERS.search(content) else content


def _structured(content: str, *, is_complete: bool) -> str | None:
    """One value is JSON; a value on each line is JSON Lines. A long file is judged by its first lines."""
    lines = content.lstrip("\ufeff").strip().splitlines()
    if len(lines) > 1 and _is_value(lines[0]) and lines[1].lstrip()[:1] in ("{", "["):
        return "jsonl"
    if is_complete:
        return "json" if _is_value(content.lstrip("\ufeff")) else None
    return "json" if re.match(r'\s*(?:\{\s*["}]|\[\s*["\[{\d\-tfn\]])', content.lstrip("\ufeff")) else None


def _is_value(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False
