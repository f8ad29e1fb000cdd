"""Films inside a ZIP. It is taken apart in bounded children only: its list in one, each film in one of its own."""

import zipfile
from typing import Any, BinaryIO

from clinic.inference import child
from radiology.inference.film import Unreadable

_FIRST_BYTES = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_MEMBERS = 100_000
_NOT_FILMS = "__MACOSX/"  # what one system puts beside every file


def is_archive(first_bytes: bytes) -> bool:
    return first_bytes.startswith(_FIRST_BYTES)


def members(payload: int) -> list[tuple[int, str]]:
    """Place and name of each file in it."""
    return [(int(at), str(name)) for at, name in _asked("radiology.reading.archives:list_in_child", payload)]


def film_bytes(payload: int, at: int, most: int) -> bytes:
    data = _asked("radiology.reading.archives:read_in_child", payload, at=at, most=most)
    if not isinstance(data, bytes):  # what a child says is not trusted
        raise Unreadable("broken")
    return data


def list_in_child(payload: BinaryIO) -> list[list[int | str]]:
    with _opened(payload) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_MEMBERS:
            raise child.Refused("too_large")
        return [[at, entry.filename] for at, entry in enumerate(entries) if _is_file(entry)]


def read_in_child(payload: BinaryIO, at: int, most: int) -> bytes:
    """Counted while it is inflated: the size that an archive states is a claim."""
    with _opened(payload) as archive:
        try:
            with archive.open(archive.infolist()[at]) as packed:
                data = packed.read(most + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as fault:
            raise child.Refused("broken") from fault
    if len(data) > most:
        raise child.Refused("too_large")
    return data


def _is_file(entry: zipfile.ZipInfo) -> bool:
    return not entry.filename.endswith("/") and not entry.filename.startswith(_NOT_FILMS)


def _opened(payload: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(payload)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        raise child.Refused("broken") from fault


def _asked(function: str, payload: int, **args: int) -> Any:
    try:
        return child.run_bounded(function, payload, args=args).value
    except child.ChildRefused as refused:
        raise Unreadable(refused.code) from refused
    except child.ChildError as fault:
        raise Unreadable("broken", str(fault)) from fault
