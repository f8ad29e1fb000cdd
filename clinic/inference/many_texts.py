"""The files of an archive and the lines of a file of texts, one like the other. Parsed in bounded children."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinic.inference import text_rows, unpacking
from clinic.inference.unpacking import Limits

LIMITS = Limits(files=10_000, file_bytes=50_000_000)  # the largest document that is taken
_TOO_MANY = f"more_than_{LIMITS.files}"


@dataclass(frozen=True)
class Found:
    name: str
    data: bytes
    problem: str  # why there are none: a code
    share: float  # of the whole, with this one


def found(pieces: Iterable[bytes], *, is_archive: bool, start: int = 0) -> Iterator[Found]:
    """From the `start`th on."""
    return _files(pieces, start) if is_archive else _lines(pieces, start)


def _files(pieces: Iterable[bytes], start: int) -> Iterator[Found]:
    for member in unpacking.members(pieces, LIMITS, start=start):
        yield Found(member.name, member.data, member.problem, member.share)


def _lines(pieces: Iterable[bytes], start: int) -> Iterator[Found]:
    for number, row in enumerate(text_rows.rows(pieces, start=start), start):
        problem = row.problem if number < LIMITS.files else _TOO_MANY
        yield Found(_file_name(row.name), b"" if problem else row.text.encode(), problem, row.share)


def _file_name(name: str) -> str:
    return name if name.lower().endswith(".txt") else f"{name}.txt"
