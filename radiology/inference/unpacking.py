"""Taking the files out of a ZIP archive that somebody sent: in bounded children, in memory, never onto a disk.

What a name says of folders is dropped, so that no path leads anywhere. What one file does wrong is told of that file;
the others come out all the same.
"""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from clinic.inference import child

MOST_FILES = 500
MOST_ENTRIES = 20_000
FILE_BYTES = 50_000_000  # the largest film that is taken
AT_A_TIME_BYTES = 32 * child.MIB
WALL_S, CPU_S = 60.0, 60.0
MEMORY_BYTES, OUTPUT_BYTES = 512 * child.MIB, 128 * child.MIB
PACKED_HOW = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others a few bytes may become very many at once
ENCRYPTED_BIT = 1
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError)
NO_FILMS = frozenset({"dicomdir", "thumbs.db", "desktop.ini"})  # what systems and discs put beside them
_FUNCTION = "radiology.inference.unpacking:take_in_child"


class Unpackable(Exception):
    """Nothing at all comes out of it. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Member:
    name: str  # without folders
    data: bytes
    problem: str  # why there is no data: a code
    share: float  # of the archive, with this one


def members(pieces: Iterable[bytes]) -> Iterator[Member]:
    """In the order of the archive."""
    handle = os.memfd_create("archive", os.MFD_CLOEXEC)
    try:
        with open(handle, "wb", closefd=False) as whole:
            whole.writelines(pieces)
        yield from _all_of(handle)
    finally:
        os.close(handle)


def _all_of(handle: int) -> Iterator[Member]:
    start, count = 0, 1
    while start < count:
        taken = _take(handle, start)
        count = taken["count"]
        for told in taken["files"]:
            start += 1
            yield Member(str(told["name"]), bytes(told["data"]), str(told["problem"]), start / count)


def _take(handle: int, start: int) -> dict[str, Any]:
    """Several at once where that goes well; else one alone, so that a bad one takes no other with it."""
    try:
        return _asked(handle, start, AT_A_TIME_BYTES)
    except child.ChildRefused as why:
        raise Unpackable(why.code) from why
    except child.ChildError:
        pass
    try:
        return _asked(handle, start, 0)
    except child.ChildUnavailable:
        raise
    except child.ChildError as why:
        return _asked(handle, start, -1) | {"files": [_file("", problem=_code_of(why))]}


def _asked(handle: int, start: int, most: int) -> dict[str, Any]:
    answer = child.run_bounded(_FUNCTION, handle, args={"start": start, "most": most}, wall_s=WALL_S, cpu_s=CPU_S,
                               memory_bytes=MEMORY_BYTES, output_bytes=OUTPUT_BYTES)  # fmt: skip
    told: dict[str, Any] = answer.value
    if not isinstance(told["count"], int) or len(told["files"]) > told["count"]:
        raise Unpackable("broken")
    return told


def _code_of(why: child.ChildError) -> str:
    large = (child.ChildOutOfMemory, child.ChildOutputTooLarge, child.ChildTimeout)
    return "too_large" if isinstance(why, large) else "broken"


def take_in_child(payload: BinaryIO, start: int, most: int) -> dict[str, Any]:
    """From the `start`th file on, until `most` bytes are out; at 0 one file, below it none."""
    payload.seek(0)
    try:
        with zipfile.ZipFile(payload) as archive:
            wanted = _files(archive)
            return {"count": len(wanted), "files": list(_taken(archive, wanted, start, most))}
    except BROKEN:
        raise child.Refused("broken") from None


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise child.Refused("too_many_files")
    return [entry for entry in entries if not entry.is_dir() and not _is_passed_over(entry.filename)]


def _is_passed_over(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return parts[-1].lower() in NO_FILMS or any(_is_of_a_system(part) for part in parts)


def _is_of_a_system(part: str) -> bool:
    return part == "__MACOSX" or (part.startswith(".") and part.strip(".") != "")


def _taken(archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo], start: int, most: int) -> Iterator[dict[str, Any]]:
    out = 0
    for number, entry in enumerate(wanted[start:] if most >= 0 else [], start):
        file = _opened(archive, entry) if number < MOST_FILES else _file(entry.filename, problem="more_than_500")
        out += len(file["data"])
        yield file
        if out > most or most == 0:
            return


def _opened(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> dict[str, Any]:
    if problem := _problem(entry):
        return _file(entry.filename, problem=problem)
    try:
        with archive.open(entry) as packed:
            data = packed.read(FILE_BYTES + 1)
    except BROKEN:
        return _file(entry.filename, problem="broken")
    if len(data) > FILE_BYTES:
        return _file(entry.filename, problem="too_large")
    return _file(entry.filename, data=data)


def _problem(entry: zipfile.ZipInfo) -> str:
    """What is seen before a byte of it is unpacked."""
    if entry.flag_bits & ENCRYPTED_BIT:
        return "encrypted"
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.compress_type not in PACKED_HOW:
        return "not_taken_from_archives"
    return "too_large" if entry.file_size > FILE_BYTES else ""


def _file(path: str, *, data: bytes = b"", problem: str = "") -> dict[str, Any]:
    return {"name": path.replace("\\", "/").rpartition("/")[2][:200], "data": data, "problem": problem}
