"""Asking for the words of a recording: it is heard once, whoever asks and however often."""

from clinic import speech
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.models import Run, Upload

WAV_TYPES = frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"})
WAV_BYTES_A_SECOND, OTHER_BYTES_A_SECOND = 32_000, 6_000  # 16 kHz of 16 bits; 48 kbit, as voice is packed


def ask(*, by: Actor, upload: Upload, language: str = "en", then: str = "", batch: bool = False) -> Run:
    """`then`: a kind that hears speech, asked by itself once the words are there."""
    params = {"language": language, "then": [then] if then else []}
    return runs.request(by=by, kind=speech.KIND, case=upload.case, uploads=[upload], params=params,
                        batch=batch or is_long(upload))[0]  # fmt: skip


def is_long(upload: Upload) -> bool:
    """By its size: nothing is opened to find out. A guess that is wrong costs somebody a wait, and no word."""
    a_second = WAV_BYTES_A_SECOND if upload.content_type in WAV_TYPES else OTHER_BYTES_A_SECOND
    return upload.size / a_second > speech.LONG_S
