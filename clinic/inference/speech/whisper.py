"""A Whisper model of the site, run by faster-whisper from a folder whose every byte its manifest names.

`manifest.json`: {"format": 1, "name": "whisper-small", "languages": [] for any, "files": {name: SHA-256, ...}}. The
files are read once, checked, and the model is made of the very bytes that were checked; nothing is ever fetched.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from clinic.inference.speech.engines import EngineFailed
from clinic.inference.speech.sound import RATE, Floats, Samples, as_floats
from clinic.inference.speech.transcript import Word

MANIFEST = "manifest.json"
NEEDED = frozenset({"config.json", "model.bin", "tokenizer.json"})
_TAKEN = NEEDED | {"vocabulary.json", "vocabulary.txt", "preprocessor_config.json"}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHORTEST = RATE // 10


def write_manifest(folder: Path, name: str, languages: list[str]) -> None:
    """For whoever puts a model there: what lies in the folder now is what will be used."""
    files = {path.name: _sha256(path.read_bytes()) for path in sorted(folder.iterdir()) if path.name in _TAKEN}
    told = {"format": 1, "name": name, "languages": languages, "files": files}
    (folder / MANIFEST).write_text(json.dumps(told, indent=1) + "\n")


def verify(folder: Path) -> int:
    """How many files there are, each as the manifest says. Raises `EngineFailed`."""
    told, _digest = _manifest(folder)
    for name, wanted in told["files"].items():
        _checked(folder / name, wanted)
    return len(told["files"])


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Whisper:
    is_draft = False
    is_remote = False
    longest_s = 28.0  # the model looks at thirty seconds

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        told, self.digest = _manifest(folder)
        self.name = f"faster-whisper/{told['name']}"
        self.languages = frozenset(map(str, told["languages"]))
        self._files: dict[str, str] = told["files"]

    def open(self, language: str) -> "WhisperHearing":
        return WhisperHearing(_model(self._folder, self.digest), language)

    def warm(self) -> None:
        _model(self._folder, self.digest)


def _manifest(folder: Path) -> tuple[dict[str, Any], str]:
    try:
        raw = (folder / MANIFEST).read_bytes()
        told = json.loads(raw)
        files = told["files"]
        is_sound = (
            told["format"] == 1 and isinstance(told["name"], str) and isinstance(told["languages"], list)
            and NEEDED <= set(files) <= _TAKEN and all(_SHA256.fullmatch(digest) for digest in files.values())
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise EngineFailed("no_manifest") from fault
    if not is_sound:
        raise EngineFailed("no_manifest")
    return told, _sha256(raw)


@lru_cache(maxsize=1)
def _model(folder: Path, digest: str) -> Any:
    """One for the process: loading takes seconds."""
    told, now = _manifest(folder)
    if now != digest:
        raise EngineFailed("model_changed")
    files = {name: _checked(folder / name, wanted) for name, wanted in told["files"].items()}
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(f"{digest}.checked", device="cpu", compute_type="default", files=files)
    except (RuntimeError, ValueError, OSError) as fault:
        raise EngineFailed("model_unusable") from fault


def _checked(path: Path, wanted: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise EngineFailed("model_changed") from fault
    if _sha256(data) != wanted:
        raise EngineFailed("model_changed")
    return data


class WhisperHearing:
    def __init__(self, model: Any, language: str) -> None:
        self._model, self._language = model, language

    def hear(self, stretch: Samples) -> tuple[Word, ...]:
        return self._asked(as_floats(stretch)) if len(stretch) >= _SHORTEST else ()

    def _asked(self, sound: Floats) -> tuple[Word, ...]:
        """Without the text before as a hint, and with one temperature: both are how it begins to invent."""
        try:
            segments, _ = self._model.transcribe(
                sound, language=self._language, word_timestamps=True, condition_on_previous_text=False, temperature=0.0,
                beam_size=5, vad_filter=False,
            )  # fmt: skip
            words = [word for segment in segments for word in segment.words or ()]
        except (RuntimeError, ValueError, IndexError) as fault:
            raise EngineFailed("engine_broke") from fault
        return tuple(_word(word, len(sound) / RATE) for word in words if word.word.strip())

    def close(self) -> None:
        """The model stays for the next one."""


def _word(word: Any, longest_s: float) -> Word:
    start = min(max(0.0, float(word.start)), longest_s)
    end = min(max(start, float(word.end)), longest_s)
    return Word(word.word.strip(), start, end, min(1.0, max(0.0, float(word.probability))))
