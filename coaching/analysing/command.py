"""The command's straight path: a recording in, its words, how it was said and where to listen out."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from clinic import command_files, transcribing
from clinic.command_files import Mistake
from clinic.inference.speech.decoding import decode
from clinic.inference.speech.sound import Unhearable
from clinic.speech import LANGUAGES
from clinic.transcribing import Recorded
from coaching.analysing.answers import answer_of
from coaching.inference.delivery import deliver, sound
from coaching.inference.delivery.defining import Definition, definitions, why_not
from coaching.inference.schema import DISFLUENCY, Answer, Delivery, Measure, Moment

HELP = (
    "Say how an answer was given: pace, pauses, pitch, loudness and the rest, each with the moment to listen to. Needs "
    "no database and no server; the recording leaves nothing behind."
)
LONGEST_S = 1_500.0


@dataclass(frozen=True)
class Analysed:
    """`heard`: what the engine of speech told, as `manage.py transcribe` writes it."""

    heard: dict[str, Any]
    answer: Answer
    delivery: Delivery


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audio", type=Path, metavar="AUDIO", help="wav, mp3, m4a, ogg, webm, flac; 25 minutes at most")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="what is spoken")
    parser.add_argument("--fluent", action="store_true", help="leave pauses, fillers and voice breaks out")
    parser.add_argument("--json", action="store_true", help="all of it as one JSON object on standard output")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    """What a program reads goes to standard output; `say` is for the person."""
    command_files.demand([options.audio], Path(command_files.STANDARD_OUTPUT))
    analysed = analyse(options.audio, options.language, is_fluent_only=options.fluent)
    lines = [json.dumps(as_json(analysed), ensure_ascii=False, indent=1)] if options.json else sentences(analysed)
    for line in lines:
        sys.stdout.write(f"{line}\n")


def analyse(path: Path, language: str, *, is_fluent_only: bool = False) -> Analysed:
    try:
        heard_sound = decode(Recorded(path, uuid4()).chunks(), longest_s=LONGEST_S)
    except Unhearable as why:
        raise Mistake(f"Nothing can be heard in {path}: {why.code}.") from None
    heard = transcribing.line(path, language, transcribing.engines_for(language))
    answer = answer_of(heard["words"], language, heard_sound.recording.seconds)
    off = DISFLUENCY if is_fluent_only else frozenset()
    return Analysed(heard, answer, deliver(sound(heard_sound.samples), answer, off))


def as_json(analysed: Analysed) -> dict[str, Any]:
    heard = {name: analysed.heard[name] for name in ("file", "language", "engine", "is_draft", "problem", "seconds")}
    return heard | {"answer": asdict(analysed.answer), "delivery": asdict(analysed.delivery)}


def sentences(analysed: Analysed) -> Iterator[str]:
    heard, sounding = analysed.heard, analysed.delivery.sounding
    draft = ", a draft: many words are wrong" if heard["is_draft"] else ""
    yield f"{heard['file']}: {sounding.seconds:.0f} s, {sounding.voiced_s:.0f} s of speech"
    yield f"words by {heard['engine'] or 'nobody'}{draft}{_problem(heard['problem'])}"
    yield analysed.answer.text or "(no words)"
    by_name = {each.name: each for each in definitions(analysed.answer.language)}
    for measure in analysed.delivery.measures:
        yield f"  {_measured(by_name[measure.name], measure, analysed.answer.language)}"


def _problem(code: str) -> str:
    return f" ({code})" if code else ""


def _measured(definition: Definition, measure: Measure, language: str) -> str:
    if measure.value is None:
        return f"{definition.title}: {why_not(measure.why, language)}"
    where = ", ".join(map(_time, measure.moments[:3]))
    return f"{definition.title}: {measure.value:g} {definition.unit}{f' (listen at {where})' if where else ''}"


def _time(moment: Moment) -> str:
    minutes, seconds = divmod(moment.start_s, 60)
    return f"{int(minutes)}:{seconds:04.1f}"
