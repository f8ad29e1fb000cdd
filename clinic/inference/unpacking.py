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

MOST_ENTRIES = 20_000
AT_A_TIME_BYTES, AT_A_TIME_FILES = 32 * child.MIB, 1_000
WALL_S, CPU_S = 60.0, 60.0
MEMORY_BYTES, OUTPUT_BYTES = 432 * child.MIB, 128 * child.MIB
PACKED_HOW = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others a few bytes may become very many at once
ENCRYPTED_BIT = 1
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError)
OF_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})  # what they put beside other files
_FUNCTION = "clinic.inference.unpacking:take_in_child"


class Unpackable(Exception):
    """Nothing at all comes out of it. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Limits:
    """What is taken out of an archive; files after the most of them are named, not taken."""

    files: int
    file_bytes: int
    passed_over: frozenset[str] = frozenset()  # names, in small letters

    def as_args(self) -> dict[str, Any]:
        return {"files": self.files, "file_bytes": self.file_bytes, "passed_over": sorted(self.passed_over)}


@dataclass(frozen=True)
class Member:
    name: str  # without folders
    data: bytes
    problem: str  # why there is no data: a code
    share: float  # of the archive, with this one


def members(pieces: Iterable[bytes], limits: Limits, *, start: int = 0) -> Iterator[Member]:
    """In the order of the archive, from the `start`th on."""
    handle = os.memfd_create("archive", os.MFD_CLOEXEC)
    try:
        with open(handle, "wb", closefd=False) as whole:
            whole.writelines(pieces)
        yield from _all_of(handle, limits, start)
    finally:
        os.close(handle)


def _all_of(handle: int, limits: Limits, start: int) -> Iterator[Member]:
    count = start + 1
    while start < count:
        taken = _take(handle, limits, start)
        count = taken["count"]
        for told in taken["files"]:
            start += 1
            yield Member(str(told["name"]), bytes(told["data"]), str(told["problem"]), start / count)


def _take(handle: int, limits: Limits, start: int) -> dict[str, Any]:
    """Several at once where that goes well; else one alone, so that a bad one takes no other with it."""
    try:
        return _asked(handle, limits, start, AT_A_TIME_BYTES)
    except child.ChildRefused as why:
        raise Unpackable(why.code) from why
    except child.ChildError:
        pass
    try:
        return _asked(handle, limits, start, 0)
    except child.ChildUnavailable:
        raise
    except child.ChildError as why:
        return _asked(handle, limits, start, -1) | {"files": [_file("", problem=_code_of(why))]}


def _asked(handle: int, limits: Limits, start: int, most: int) -> dict[str, Any]:
    answer = child.run_bounded(
        _FUNCTION, handle, args={"start": start, "most": most, "limits": limits.as_args()}, wall_s=WALL_S, cpu_s=CPU_S,
        memory_bytes=MEMORY_BYTES, output_bytes=OUTPUT_BYTES,
    )  # fmt: skip
    told: dict[str, Any] = answer.value
    if not isinstance(told["count"], int) or len(told["files"]) > told["count"]:
        raise Unpackable("broken")
    return told


def _code_of(why: child.ChildError) -> str:
    large = (child.ChildOutOfMemory, child.ChildOutputTooLarge, child.ChildTimeout)
    return "too_large" if isinstance(why, large) else "broken"


def take_in_child(payload: BinaryIO, start: int, most: int, limits: dict[str, Any]) -> dict[str, Any]:
    """From the `start`th file on, until `most` bytes are out; at 0 one file, below it none."""
    payload.seek(0)
    held = Limits(limits["files"], limits["file_bytes"], frozenset(limits["passed_over"]))
    try:
        with zipfile.ZipFile(payload) as archive:
            wanted = _files(archive, held)
            return {"count": len(wanted), "files": list(_taken(archive, wanted, held, start, most))}
    except BROKEN:
        raise child.Refused("broken") from None


def _files(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise child.Refused("too_many_files")
    return [entry for entry in entries if not _is_folder(entry) and not _is_passed_over(entry.filename, limits)]


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    """Python's own question fails for a file without a name, and with it the whole archive."""
    return entry.filename.endswith("/")


def _is_passed_over(path: str, limits: Limits) -> bool:
    parts = path.replace("\\", "/").split("/")
    return parts[-1].lower() in OF_SYSTEMS | limits.passed_over or any(_is_of_a_system(part) for part in parts)


def _is_of_a_system(part: str) -> bool:
    return part == "__MACOSX" or (part.startswith(".") and part.strip(".") != "")


def _taken(
    archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo], limits: Limits, start: int, most: int
) -> Iterator[dict[str, Any]]:
    out = 0
    for number, entry in enumerate(wanted[start : start + AT_A_TIME_FILES] if most >= 0 else [], start):
        file = _opened(archive, entry, limits) if number < limits.files else _too_many(entry, limits)
        out += len(file["data"])
        yield file
        if out > most or most == 0:
            return


def _too_many(entry: zipfile.ZipInfo, limits: Limits) -> dict[str, Any]:
    return _file(entry.filename, problem=f"more_than_{limits.files}")


def _opened(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> dict[str, Any]:
    if problem := _problem(entry, limits):
        return _file(entry.filename, problem=problem)
    try:
        with archive.open(entry) as packed:
            data = packed.read(limits.file_bytes + 1)
    except BROKEN:
        return _file(entry.filename, problem="broken")
    if len(data) > limits.file_bytes:
        return _file(entry.filename, problem="too_large")
    return _file(entry.filename, data=data)


def _problem(entry: zipfile.ZipInfo, limits: Limits) -> str:
    """What is seen before a byte of it is unpacked."""
    if entry.flag_bits & ENCRYPTED_BIT:
        return "encrypted"
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.compress_type not in PACKED_HOW:
        return "not_taken_from_archives"
    return "too_large" if entry.file_size > limits.file_bytes else ""


def _file(path: str, *, data: bytes = b"", problem: str = "") -> dict[str, Any]:
    return {"name": path.replace("\\", "/").rpartition("/")[2][:200], "data": data, "problem": problem}
