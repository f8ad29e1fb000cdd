"""Files of the demo, generated here: a letter, a picture, a tone. Each says that it is generated."""

import math
import struct
import zlib
from collections.abc import Callable

from clinic.demo.letters import LETTERS

LETTER = """Northgate Children's, community clinic
GENERATED FOR DEMONSTRATION. Not a real patient.

Dear colleague,

thank you for seeing this child, who has had fever and a productive cough for four days.
Temperature this morning 38.6 C, breathing 44 a minute, saturation 95 % in room air.
No known allergies. Immunisations up to date. Paracetamol 250 mg was given at 07:30.

I would be grateful for your opinion on the right lower zone.
Reference {reference}

Kind regards
P. Hale, practice nurse
"""


def letter(reference: str) -> tuple[str, bytes]:
    return "referral-letter.txt", LETTER.format(reference=reference).encode()


def picture(reference: str) -> tuple[str, bytes]:
    """A grey gradient with a soft disc; its place differs from case to case, so that no two are the same file."""
    side, shift = 240, zlib.crc32(reference.encode()) % 80
    rows = b"".join(
        b"\0" + bytes(_shade(x, y, 80 + shift, 120) for x in range(side)) for y in range(side)
    )  # fmt: skip
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    note = b"Comment\0generated for demonstration"
    chunks = (b"IHDR", head), (b"tEXt", note), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return "picture.png", b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _shade(x: int, y: int, centre_x: int, centre_y: int) -> int:
    disc = math.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / 2600)
    return min(255, int(40 + y * 0.4 + 120 * disc))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def voice(reference: str) -> tuple[str, bytes]:
    """Three seconds of a falling tone, 16 kHz mono, as a recording would come."""
    rate, seconds = 16_000, 3
    pitch = 220 + zlib.crc32(reference.encode()) % 60
    samples = b"".join(
        struct.pack("<h", int(9000 * math.sin(2 * math.pi * pitch * (1 - i / (12 * rate)) * i / rate)))
        for i in range(rate * seconds)
    )
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate,
                       2, 16, b"data", len(samples))  # fmt: skip
    return "recording.wav", head + samples


def _letter_about(name: str) -> Callable[[str], tuple[str, bytes]]:
    return lambda reference: (f"letter-{name}.txt", f"{LETTERS[name]}Reference {reference}\n".encode())


MAKERS: dict[str, Callable[[str], tuple[str, bytes]]] = {
    "letter": letter, "picture": picture, "voice": voice, **{name: _letter_about(name) for name in LETTERS},
}  # fmt: skip
