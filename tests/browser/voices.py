"""What the browser's microphone hears: its device plays a file, over and over."""

import base64
import math
import struct
import wave
from pathlib import Path

RATE = 48_000
_MICROPHONE = """
const told = "{wav}";
if (navigator.mediaDevices) {{
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {{
    if (!wish.audio) return open(wish);
    const context = new AudioContext();
    const bytes = Uint8Array.from(atob(told), (letter) => letter.charCodeAt(0));
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(bytes.buffer);
    source.loop = true;
    const into = context.createMediaStreamDestination();
    source.connect(into);
    source.start();
    return into.stream;
  }};
}}
"""


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


def heard_by_the_microphone(wav: bytes) -> str:
    """A script for a page: its microphone hears this voice instead of its device, over and over."""
    return _MICROPHONE.format(wav=base64.b64encode(wav).decode())
