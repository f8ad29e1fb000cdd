"""Plain text: UTF-8, UTF-16 with its mark, or the older Western encoding. Others are named, not guessed."""

import re

from clinic.formats import HEAD_BYTES
from clinic.formats.texts import CONTROL_CHARACTERS, CONTROLS, UTF16_MARKS
from clinic.inference.documents.document import PageSource, Unreadable
from clinic.inference.documents.leaves import Leaf
from clinic.source_texts import decoded

_NOT_WESTERN = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")  # five bytes that mean nothing in it
_UTF8_READ_AS_WESTERN = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def leaves(data: bytes) -> list[Leaf]:
    """Decoded as pages of the product show it: places in the text are the same everywhere."""
    _demand_decodable(data)
    text = decoded(data)
    demand_printable(text)
    return [Leaf(text, PageSource.PLAIN)]


def demand_printable(text: str) -> None:
    if CONTROL_CHARACTERS.search(text) or _SURROGATE.search(text):
        raise Unreadable("not_text")


def is_text_of_another_encoding(data: bytes) -> bool:
    """Refused by the table of formats though it may be a text: no byte that texts do not have, or two for a letter."""
    head = data[:HEAD_BYTES]
    return head.startswith(UTF16_MARKS) or _has_two_bytes_a_letter(head) or not CONTROLS.search(head)


def _has_two_bytes_a_letter(head: bytes) -> bool:
    firsts, seconds = head[::2].count(0), head[1::2].count(0)
    return max(firsts, seconds) > 0.4 * len(head) and min(firsts, seconds) < 0.01 * len(head)


def _demand_decodable(data: bytes) -> None:
    is_utf16 = data.startswith(UTF16_MARKS)
    try:
        data.decode("utf-16" if is_utf16 else "utf-8")
    except UnicodeDecodeError as fault:
        if is_utf16 or _is_foreign(data):
            raise Unreadable("wrong_encoding") from fault


def _is_foreign(data: bytes) -> bool:
    """Bytes that are no Western letters: among them UTF-8 that somewhere broke."""
    high = len(_HIGH.findall(data))
    broken = sum(len(found) for found in _UTF8_READ_AS_WESTERN.findall(data))
    return bool(_NOT_WESTERN.search(data)) or 2 * broken > high
