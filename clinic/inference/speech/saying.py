"""Text becomes a WAV in a bounded child: the library that speaks is written in C, and what it says came from elsewhere.

wav = said("See a doctor today.", "en", pace=160)  # Unspeakable(code)
"""

from typing import Any

from clinic.inference import child
from clinic.inference.child import Refused
from clinic.inference.speech import speaking
from clinic.inference.speech.speaking import Unspeakable

WALL_S, CPU_S, MEMORY_BYTES, OUTPUT_BYTES = 15.0, 15.0, 256 * child.MIB, 64 * child.MIB


def said(text: str, language: str, *, pace: int = speaking.USUAL_PACE) -> bytes:
    try:
        told = child.run_bounded(
            "clinic.inference.speech.saying:say_in_child", text.encode("utf-8", "replace"),
            args={"language": language, "pace": pace}, wall_s=WALL_S, cpu_s=CPU_S, memory_bytes=MEMORY_BYTES,
            output_bytes=OUTPUT_BYTES, may_thread=True,
        ).value  # fmt: skip
    except child.ChildRefused as refused:
        raise Unspeakable(refused.code) from refused
    except child.ChildError as fault:
        raise Unspeakable("no_voice") from fault
    if not isinstance(told, bytes) or told[:4] != b"RIFF":
        raise Unspeakable("no_voice")
    return told


def say_in_child(payload: Any, *, language: str, pace: int) -> bytes:
    try:
        return speaking.speak(payload.read().decode(), language, pace=pace).wav
    except Unspeakable as why:
        raise Refused(why.code) from why
