"""Whisper at Groq, OpenAI or a gateway that speaks as they do. Only where the policy of a site lets the voice leave.

One request a stretch, no retries here, no redirects, no proxies of the environment, nothing sent to another host.
"""

import io
import math
import wave
from typing import Any

import httpx2

from clinic.inference.speech.configured import RemoteModel
from clinic.inference.speech.engines import EngineFailed
from clinic.inference.speech.sound import RATE, Samples
from clinic.inference.speech.transcript import Word
from clinic.outgoing.addresses import destination
from clinic.outgoing.clients import client

LARGEST_ANSWER_BYTES = 1024 * 1024
MOST_WORDS = 2_000
_CODES = {401: "key_refused", 403: "key_refused", 404: "model_not_found", 413: "too_long", 429: "rate_limit"}


class RemoteWhisper:
    languages: frozenset[str] = frozenset()
    is_draft = False
    is_remote = True
    longest_s = 28.0

    def __init__(self, model: RemoteModel) -> None:
        self._model = model
        self.name = model.name

    def open(self, language: str) -> "RemoteHearing":
        return RemoteHearing(self._model, language)


class RemoteHearing:
    def __init__(self, model: RemoteModel, language: str) -> None:
        self._model, self._language = model, language
        to = destination(model.url, local_hosts=model.local_hosts)
        self._client = client(to, headers={"authorization": f"Bearer {model.key}"})

    def hear(self, stretch: Samples) -> tuple[Word, ...]:
        return _words(self._asked(stretch), len(stretch) / RATE) if len(stretch) else ()

    def _asked(self, samples: Samples) -> Any:
        asked = {
            "model": self._model.model, "language": self._language, "response_format": "verbose_json",
            "temperature": "0", "timestamp_granularities[]": ["word", "segment"],
        }  # fmt: skip
        sound = {"file": ("speech.wav", _as_wav(samples), "audio/wav")}
        try:
            answer = self._client.post(f"{self._model.url}/audio/transcriptions", data=asked, files=sound)
        except httpx2.TimeoutException as fault:
            raise EngineFailed("timeout") from fault
        except httpx2.HTTPError as fault:
            raise EngineFailed("connection") from fault
        if answer.status_code != httpx2.codes.OK:
            raise EngineFailed(_CODES.get(answer.status_code, "server_error" if answer.is_server_error else "rejected"))
        if len(answer.content) > LARGEST_ANSWER_BYTES:
            raise EngineFailed("garbage")
        try:
            return answer.json()
        except ValueError as fault:
            raise EngineFailed("garbage") from fault

    def close(self) -> None:
        self._client.close()


def _as_wav(samples: Samples) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return whole.getvalue()


def _words(told: Any, longest_s: float) -> tuple[Word, ...]:
    try:
        spans = [_span(segment) for segment in told.get("segments") or ()]
        return tuple(_word(each, spans, longest_s) for each in told["words"][:MOST_WORDS])
    except (TypeError, KeyError, ValueError, AttributeError) as fault:
        raise EngineFailed("garbage") from fault


def _span(segment: Any) -> tuple[float, float, float]:
    return float(segment["start"]), float(segment["end"]), float(segment["avg_logprob"])


def _word(told: Any, spans: list[tuple[float, float, float]], longest_s: float) -> Word:
    """These services tell no confidence of a word, only of what it stands in: that is what it gets."""
    text, start, end = str(told["word"]).strip(), float(told["start"]), float(told["end"])
    if not (text and math.isfinite(start) and math.isfinite(end) and 0 <= start <= end <= longest_s + 1):
        raise ValueError("no word")
    around = [math.exp(min(0.0, score)) for first, last, score in spans if first <= (start + end) / 2 <= last]
    return Word(text, start, min(end, longest_s), around[0] if around else None)
