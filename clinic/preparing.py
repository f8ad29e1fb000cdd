"""What is done to a file before it is kept, by its content type: what must not stay in it never reaches the shelf.

A capability registers from its `apps.py`, in a dotted string as everything it registers: 'app.module:function', which
takes the case and the bytes in pieces and returns what is kept instead, or raises a `Refusal`.
"""

from collections.abc import Iterator

from django.utils.module_loading import import_string

from clinic.models import Case

_functions: dict[str, str] = {}


def register(content_type: str, function: str) -> None:
    _functions[content_type] = function


def is_prepared(content_type: str) -> bool:
    return content_type in _functions


def prepared(content_type: str, case: Case, chunks: Iterator[bytes]) -> bytes:
    found: bytes = import_string(_functions[content_type].replace(":", "."))(case, chunks)
    return found
