"""The command `transcribe`: recordings in, a line of JSON for each, in their order. The path is that of the workers; no
voice leaves the machine."""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from clinic import command_files, speech_worker
from clinic.command_files import Mistake
from clinic.inference.speech.engines import EngineFailed, ladder
from clinic.pipeline import Failed, Work
from clinic.speech import LANGUAGES
from clinic.speech_worker import Engines, TranscriptAnswer

HELP = (
    "Turn recordings into words (wav, mp3, m4a, ogg, webm, flac). One line of JSON each; a file in which nothing can "
    "be heard gives a line with the code that says why. Needs no database and no server."
)
NO_FILE, UNEXPECTED = "no_file", "unexpected"
PIECE_BYTES = 1_000_000


@dataclass
class Recorded:
    """A file, as a worker sees an upload."""

    path: Path
    id: UUID
    kind: str = "audio"
    content_type: str = ""
    size: int = 0
    sha256: str = ""

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--jsonl", type=Path, required=True, help="where the lines go; - is standard output")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="what is spoken")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    command_files.demand(options.files, options.jsonl)
    engines = engines_for(options.language)
    say(f"engines: {', '.join(engine.name for engine in engines.ladder) or 'none for this language'}")
    with command_files.writing(options.jsonl) as out:
        for path in options.files:
            out.write(json.dumps(line(path, options.language, engines), ensure_ascii=False) + "\n")
            out.flush()


def engines_for(language: str) -> Engines:
    try:
        return Engines(ladder(settings.SPEECH, language=language))
    except EngineFailed as why:
        raise Mistake(f"The model in {settings.SPEECH.whisper_folder} is not used: {why.code}.") from None


def line(path: Path, language: str, engines: Engines) -> dict[str, Any]:
    began = time.perf_counter()
    told = _heard(path, language, engines)
    spent = time.perf_counter() - began
    factor = round(spent / told.seconds, 4) if told.seconds else None
    words = [{name: word[name] for name in ("text", "start", "end", "confidence", "is_voiced")} for word in told.words]
    return {
        "file": path.name, "text": told.text, "words": words, "voiced_seconds": told.voiced_s, "seconds": told.seconds,
        "language": language, "engine": told.heard_by, "is_draft": told.is_draft, "second": told.second,
        "to_confirm": list(told.ticks), "turns": list(told.turns), "is_cut_short": told.is_cut_short,
        "real_time_factor": factor, "problem": told.problem,
    }  # fmt: skip


def _heard(path: Path, language: str, engines: Engines) -> TranscriptAnswer:
    if not path.is_file():
        return TranscriptAnswer(problem=NO_FILE)
    work = Work(run_id=uuid4(), kind="clinic.speech", params={"language": language}, attempt=1,
                uploads=(Recorded(path, uuid4(), size=path.stat().st_size),),
                report=lambda _stage, _percent: None)  # fmt: skip
    try:
        return speech_worker.answer_of(work, language, engines)
    except Failed as why:
        return TranscriptAnswer(problem=why.detail_code or UNEXPECTED)
    except Exception:  # one recording that breaks the room costs no other
        return TranscriptAnswer(problem=UNEXPECTED)
