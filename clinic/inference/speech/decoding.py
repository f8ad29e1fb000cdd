"""Any recording that is taken becomes samples, in bounded children; whatever goes wrong there is one code here.

    sound = decode(upload.chunks(), longest_s=600)  # Unhearable(code) where nothing can be heard
    for piece in decode_long(upload.chunks()): ...  # hours, a window at a time

Codes: empty, not_a_sound, no_sound_in_it, codec_not_taken, damaged, too_short, too_long, silent, too_large,
took_too_long, child_unavailable.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from clinic.inference import child
from clinic.inference.speech.sound import BYTES_A_SECOND, Recording, Sound, Unhearable

HARD_LONGEST_S = 4 * 3600.0  # no setting goes beyond
LONGEST_S = 1800.0
SHORTEST_S = 0.1
WINDOW_S = 600.0
SILENT_BELOW = 1e-3  # a peak of -60 dB: an open line without a microphone on it
_WALL_S, _CPU_S, _MEMORY_BYTES = 120.0, 90.0, 256 * child.MIB
_CODES = {
    child.ChildTimeout: "took_too_long",
    child.ChildOutOfMemory: "too_large",
    child.ChildOutputTooLarge: "too_large",
    child.ChildUnavailable: "child_unavailable",
}
MACHINE_CODES = frozenset({"child_unavailable"})  # nothing is wrong with the recording: try again


def decode(payload: child.Payload, *, longest_s: float = LONGEST_S) -> Sound:
    """The whole at once: for what a person says to us. An hour is 115 MB."""
    pieces = list(decode_long(payload, longest_s=longest_s))
    return Sound(pieces[0].recording, np.concatenate([piece.samples for piece in pieces]))


def decode_long(
    payload: child.Payload, *, longest_s: float = HARD_LONGEST_S, window_s: float = WINDOW_S
) -> Iterator[Sound]:
    """A window after the other, so that hours need no more memory than minutes. Refusals come before the first."""
    longest_s = min(longest_s, HARD_LONGEST_S)
    with _held(payload) as handle:
        first = _window(handle, longest_s, 0.0, window_s)
        yield first
        start_s = window_s
        while start_s < first.recording.seconds:
            yield Sound(first.recording, _window(handle, longest_s, start_s, window_s).samples)
            start_s += window_s


@contextmanager
def _held(payload: child.Payload) -> Iterator[int]:
    """In memory, for as many children as it takes."""
    if isinstance(payload, int):
        yield payload
        return
    handle = os.memfd_create("recording", os.MFD_CLOEXEC)
    try:
        with open(handle, "wb", closefd=False) as whole:
            whole.writelines(child.pieces(payload))
        yield handle
    finally:
        os.close(handle)


def _window(handle: int, longest_s: float, start_s: float, window_s: float) -> Sound:
    sound = _checked(_told(handle, longest_s, start_s, window_s), longest_s, window_s)
    if start_s == 0.0:
        _demand_something(sound.recording)
    return sound


def _told(handle: int, longest_s: float, start_s: float, window_s: float) -> Any:
    os.lseek(handle, 0, os.SEEK_SET)  # the place in the file is shared with the children before
    args = {"longest_s": longest_s, "start_s": start_s, "window_s": window_s, "is_first": start_s == 0.0}
    try:
        return child.run_bounded(
            "clinic.inference.speech.listening:listen_in_child", handle, args=args, wall_s=_WALL_S, cpu_s=_CPU_S,
            memory_bytes=_MEMORY_BYTES + 3 * round(window_s * BYTES_A_SECOND),
            output_bytes=round((window_s + 1) * BYTES_A_SECOND),
        ).value  # fmt: skip
    except child.ChildRefused as refused:
        raise Unhearable(refused.code) from refused
    except child.ChildError as fault:
        raise Unhearable(_CODES.get(type(fault), "damaged"), str(fault)) from fault


def _checked(told: Any, longest_s: float, window_s: float) -> Sound:
    """A child may have been taken over by what it decoded: what it says must have the shape of a sound."""
    try:
        samples = told["samples"]
        recording = Recording(
            str(told["container"])[:40], str(told["codec"])[:40], float(told["seconds"]), float(told["peak"]),
            bool(told["is_cut_short"]),
        )  # fmt: skip
        fits = samples.dtype == np.int16 and samples.ndim == 1 and len(samples) * 2 <= (window_s + 1) * BYTES_A_SECOND
        if not (fits and 0 <= recording.seconds <= longest_s + 1 and 0 <= recording.peak <= 1):
            raise ValueError("no sound")
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise Unhearable("damaged") from fault
    return Sound(recording, samples)


def _demand_something(recording: Recording) -> None:
    if recording.seconds < SHORTEST_S:
        raise Unhearable("damaged" if recording.is_cut_short else "too_short")
    if recording.peak < SILENT_BELOW:
        raise Unhearable("silent")
