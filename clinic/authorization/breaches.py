"""Passwords that have become known elsewhere, looked up in a file of the site: nothing of a password leaves the house.

The file is the list that is commonly handed on: one SHA-1 in hexadecimal a line, in order, with a count after a colon
or without. It has tens of gigabytes, so it is searched by halving where it lies, and never read whole.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DIGITS = 40
LONGEST_LINE = 128


class BreachedPasswordValidator:
    """Without a file nothing is looked up. With one that cannot be read nobody gets a new password: silence would look
    like a check."""

    def validate(self, password: str, user: object = None) -> None:
        if not settings.BREACHED_PASSWORDS:
            return
        try:
            found = is_listed(password, Path(settings.BREACHED_PASSWORDS))
        except (OSError, ValueError):
            raise ValidationError(_("Passwords cannot be checked at the moment. Tell your admin."),
                                  code="breaches_unreadable") from None  # fmt: skip
        if found:
            raise ValidationError(_("This password has become known elsewhere, and is tried first. Choose another."),
                                  code="password_breached")  # fmt: skip

    def get_help_text(self) -> str:
        return _("It must not have become known elsewhere.") if settings.BREACHED_PASSWORDS else ""


def is_listed(password: str, path: Path) -> bool:
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        return _find(file, wanted)


def complaint(path: Path) -> str:
    """Why the file cannot be searched, or nothing: said when the house starts."""
    try:
        with path.open("rb") as file:
            first, last = _line_from(file, 0), _line_from(file, max(0, file.seek(0, 2) - LONGEST_LINE))
    except OSError as why:
        return f"cannot be read: {why.strerror}"
    except ValueError:
        return "is no list of SHA-1 digests, one a line, in order"
    return "" if first <= last else "is not in order"


def _find(file: BinaryIO, wanted: bytes) -> bool:
    low, high = 0, file.seek(0, 2)  # the line looked for begins in [low, high), or is not there
    while low < high:
        middle = (low + high) // 2
        start = _start_of_line(file, middle)
        if start >= high:
            high = middle
            continue
        found = _line_from(file, start)
        if found == wanted:
            return True
        low, high = (start + 1, high) if found < wanted else (low, middle)
    return False


def _start_of_line(file: BinaryIO, place: int) -> int:
    """The first line that begins at this place or after it."""
    if place == 0:
        return 0
    file.seek(place - 1)
    file.readline(LONGEST_LINE)
    return file.tell()


def _line_from(file: BinaryIO, place: int) -> bytes:
    file.seek(_start_of_line(file, place))
    digest = file.readline(LONGEST_LINE)[:DIGITS].upper()
    if len(digest) != DIGITS or not all(character in b"0123456789ABCDEF" for character in digest):
        raise ValueError("no digest")
    return digest
