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
from coaching.inference import bank, content, feedback
from coaching.inference.delivery import deliver, sound
from coaching.inference.delivery.defining import Definition, definitions, why_not
from coaching.inference.schema import DISFLUENCY, Answer, Content, Delivery, Feedback, Measure, Moment, Question

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
    content: Content | None = None
    feedback: Feedback | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audio", type=Path, metavar="AUDIO", help="wav, mp3, m4a, ogg, webm, flac; 25 minutes at most")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="what is spoken")
    parser.add_argument(
        "--question", metavar="ID", help="what was answered, by its id in the bank: feedback is given too"
    )
    parser.add_argument("--fluent", action="store_true", help="leave pauses, fillers and voice breaks out")
    parser.add_argument("--json", action="store_true", help="all of it as one JSON object on standard output")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    """What a program reads goes to standard output; `say` is for the person."""
    command_files.demand([options.audio], Path(command_files.STANDARD_OUTPUT))
    question = _question(options.question) if options.question else None
    analysed = analyse(options.audio, options.language, question, is_fluent_only=options.fluent)
    lines = [json.dumps(as_json(analysed), ensure_ascii=False, indent=1)] if options.json else sentences(analysed)
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _question(id: str) -> Question:
    try:
        return bank.question(id)
    except KeyError:
        raise Mistake(f"There is no question {id!r} in the bank.") from None


def analyse(path: Path, language: str, question: Question | None = None, *, is_fluent_only: bool = False) -> Analysed:
    try:
        heard_sound = decode(Recorded(path, uuid4()).chunks(), longest_s=LONGEST_S)
    except Unhearable as why:
        raise Mistake(f"Nothing can be heard in {path}: {why.code}.") from None
    heard = transcribing.line(path, language, transcribing.engines_for(language))
    answer = answer_of(heard["words"], language, heard_sound.recording.seconds)
    off = DISFLUENCY if is_fluent_only else frozenset()
    delivery = deliver(sound(heard_sound.samples), answer, off)
    if question is None:
        return Analysed(heard, answer, delivery)
    read = content.read(answer, question)
    return Analysed(heard, answer, delivery, read, feedback.compose(question, answer, read, delivery, language))


def as_json(analysed: Analysed) -> dict[str, Any]:
    heard = {name: analysed.heard[name] for name in ("file", "language", "engine", "is_draft", "problem", "seconds")}
    parts = {name: getattr(analysed, name) for name in ("answer", "delivery", "content", "feedback")}
    return heard | {name: None if part is None else asdict(part) for name, part in parts.items()}


def sentences(analysed: Analysed) -> Iterator[str]:
    heard, sounding = analysed.heard, analysed.delivery.sounding
    draft = ", a draft: many words are wrong" if heard["is_draft"] else ""
    yield f"{heard['file']}: {sounding.seconds:.0f} s, {sounding.voiced_s:.0f} s of speech"
    yield f"words by {heard['engine'] or 'nobody'}{draft}{_problem(heard['problem'])}"
    yield analysed.answer.text or "(no words)"
    by_name = {each.name: each for each in definitions(analysed.answer.language)}
    for measure in analysed.delivery.measures:
        yield f"  {_measured(by_name[measure.name], measure, analysed.answer.language)}"
    if analysed.feedback is not None:
        yield from (f"+ {analysed.feedback.strength.text}", *(f"- {each.text}" for each in analysed.feedback.actions))


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
