"""What a child says: JSON with raw bytes and numeric arrays beside it. Reading it never runs code, whoever wrote it.

8 bytes: length of the JSON | JSON: {"value": ..., "blobs": [[path, bytes, dtype, shape], ...]} | the blobs
"""

import importlib
import json
import math
import re
import struct
import sys
from collections.abc import Iterator
from typing import Any

PLAIN_NUMBERS = re.compile(r"[<>|][biuf](1|2|4|8)")
Path = list[str | int]


class NotAMessage(Exception):
    """Cut short, or not made by `pack`."""


def pack(value: Any) -> list[bytes | memoryview]:
    """Buffers to be written one after the other. TypeError for what is neither JSON, bytes nor a numeric array."""
    blobs: list[bytes | memoryview] = []
    places: list[list[Any]] = []
    plain = _lift(value, [], blobs, places)
    head = json.dumps({"value": plain, "blobs": places}, separators=(",", ":")).encode()
    return [struct.pack(">Q", len(head)), head, *blobs]


def unpack(message: bytearray) -> Any:
    """Arrays share the message's memory; nothing is copied twice."""
    try:
        return _unpack(memoryview(message))
    except (struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as fault:
        raise NotAMessage from fault


def _lift(value: Any, path: Path, blobs: list[bytes | memoryview], places: list[list[Any]]) -> Any:
    """The value with None in place of each blob, whose place and shape are noted."""
    if isinstance(value, dict):
        return {str(key): _lift(item, [*path, str(key)], blobs, places) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_lift(item, [*path, index], blobs, places) for index, item in enumerate(value)]
    if isinstance(value, bytes | bytearray | memoryview):
        blob = memoryview(value).cast("B")
        places.append([path, len(blob), None, None])
        blobs.append(blob)
        return None
    return _lift_number(value, path, blobs, places) if "numpy" in sys.modules else value


def _lift_number(value: Any, path: Path, blobs: list[bytes | memoryview], places: list[list[Any]]) -> Any:
    numpy: Any = sys.modules["numpy"]
    if isinstance(value, numpy.generic):
        return value.item()
    if not isinstance(value, numpy.ndarray):
        return value
    array = numpy.ascontiguousarray(value)
    if not PLAIN_NUMBERS.fullmatch(array.dtype.str):
        raise TypeError("only arrays of plain numbers leave a child")
    places.append([path, array.nbytes, array.dtype.str, list(value.shape)])
    blobs.append(memoryview(array.reshape(-1).view("u1")))
    return None


def _unpack(message: memoryview) -> Any:
    (head_bytes,) = struct.unpack_from(">Q", message)
    start = 8 + head_bytes
    if start > len(message):
        raise ValueError
    head = json.loads(bytes(message[8:start]))
    root = {"value": head["value"]}
    for path, blob in _blobs(message[start:], head["blobs"]):
        _put_back(root, ["value", *path], blob)
    return root["value"]


def _blobs(rest: memoryview, places: list[list[Any]]) -> Iterator[tuple[Path, Any]]:
    at = 0
    for path, length, dtype, shape in places:
        if not isinstance(length, int) or not 0 <= length <= len(rest) - at:
            raise ValueError
        piece = rest[at : at + length]
        at += length
        yield path, bytes(piece) if dtype is None else _array(piece, dtype, shape)
    if at != len(rest):
        raise ValueError


def _array(piece: memoryview, dtype: str, shape: list[int]) -> Any:
    if not PLAIN_NUMBERS.fullmatch(dtype) or math.prod(shape) * int(dtype[2:]) != len(piece):
        raise ValueError
    numpy = importlib.import_module("numpy")
    return numpy.frombuffer(piece, dtype=dtype).reshape(shape)


def _put_back(root: Any, path: Path, blob: Any) -> None:
    for step in path[:-1]:
        root = root[step]
    if root[path[-1]] is not None:
        raise ValueError
    root[path[-1]] = blob
