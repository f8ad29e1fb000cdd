"""What the browser's microphone hears: its device plays a file, over and over."""

import math
import struct
import wave
from pathlib import Path

RATE = 48_000


def clip(path: Path, *, seconds: int = 120) -> Path:
    """Each second is a tone of its own, with a pause at its end, so that it can be told which seconds came."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for second in range(seconds):
            out.writeframes(b"".join(struct.pack("<h", sample) for sample in _second(tone(second))))
    return path


def tone(second: int) -> float:
    return 200.0 + 25.0 * (second % 100)


def _second(hertz: float) -> list[int]:
    loud = [round(9000 * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(int(RATE * 0.8))]
    return loud + [0] * (RATE - len(loud))
