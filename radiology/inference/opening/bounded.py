"""Opening in a child process: little memory, little time, nothing to reach. Whatever happens there is one code here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, BinaryIO, cast

import numpy as np

from clinic.inference import child
from radiology.inference.film import Film, Header, Unreadable
from radiology.inference.opening.deciding import open_film

WALL_S, CPU_S = 60.0, 10.0  # the largest film in JPEG 2000 computes for 4 s, longer by the clock where others work too
MEMORY_BYTES = 432 * child.MIB
FILM_BYTES = 64 * child.MIB

CHILD_CODES = {
    child.ChildTimeout: "took_too_long",
    child.ChildOutOfMemory: "too_large",
    child.ChildOutputTooLarge: "too_large",
    child.ChildUnavailable: "child_unavailable",
}
MACHINE_CODES = frozenset({"child_unavailable"})  # nothing is wrong with the film: try again


def open_bounded(payload: child.Payload) -> Film:
    said = in_child(
        "radiology.inference.opening.bounded:open_in_child", payload, wall_s=WALL_S, cpu_s=CPU_S,
        memory_bytes=MEMORY_BYTES, output_bytes=FILM_BYTES,
    )  # fmt: skip
    return _film(said)


def in_child(function: str, payload: child.Payload, **limits: Any) -> Any:
    """What the child returned; every other end of it is an `Unreadable`."""
    try:
        return child.run_bounded(function, payload, **limits).value
    except child.ChildRefused as refused:
        raise Unreadable(refused.code) from refused
    except child.ChildError as fault:
        raise Unreadable(CHILD_CODES.get(type(fault), "broken"), str(fault)) from fault


@contextmanager
def refusing() -> Iterator[None]:
    """Inside a child: a code crosses to the other side, its detail does not."""
    try:
        yield
    except Unreadable as why:
        raise child.Refused(why.code) from why


def open_in_child(payload: BinaryIO) -> dict[str, Any]:
    with refusing():
        film = open_film(payload.read())
    header = asdict(film.header)
    return {"grey": film.grey, "bits": film.bits, "header": header, "window": film.window, "facts": film.facts}


def _film(said: Any) -> Film:
    """A child may have been taken over by what it read: what it says must have the shape of a film."""
    try:
        grey, bits = said["grey"], said["bits"]
        if grey.ndim != 2 or grey.dtype != np.uint16 or not (type(bits) is int and 1 <= bits <= 16):
            raise Unreadable("broken")
        return Film(grey, bits, _header(said["header"]), _pair(said["window"]), dict(said["facts"]))
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise Unreadable("broken") from fault


def _header(said: Mapping[str, Any]) -> Header:
    return Header(**{**said, "pixel_spacing_mm": _pair(said["pixel_spacing_mm"])})


def _pair(said: Any) -> tuple[float, float] | None:
    return None if said is None else cast(tuple[float, float], tuple(float(number) for number in said))
