"""`python -m benchmarks.speech [FOLDER]`: what the speech room hears, what it costs, and what it hears in silence.

FOLDER holds `index.csv` (file, transcript) and the recordings. Printed for the embedded engine: word errors with their
95 % interval (recordings drawn anew, 10,000 times), processor and wall time for a second of sound, what is left to do
after the last piece when sound comes as fast as a person speaks, memory, and the words heard in a minute of silence,
noise, hum and music. `--whisper FOLDER` measures a Whisper model of yours beside it. Without FOLDER only the last part
and the times of decoding and speaking are measured.
"""

import argparse
import csv
import io
import os
import re
import resource
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()

from benchmarks.doubt.report import percent, share  # noqa: E402
from clinic import transcribing  # noqa: E402
from clinic.doubt.intervals import Figure  # noqa: E402
from clinic.inference import child  # noqa: E402
from clinic.inference.speech import sphinx  # noqa: E402
from clinic.inference.speech.decoding import decode  # noqa: E402
from clinic.inference.speech.engines import Engine  # noqa: E402
from clinic.inference.speech.sound import RATE, Samples, as_samples, seconds_of  # noqa: E402
from clinic.inference.speech.speaking import speak  # noqa: E402
from clinic.inference.speech.sphinx import Sphinx  # noqa: E402
from clinic.inference.speech.streaming import Streaming, transcribe  # noqa: E402
from clinic.inference.speech.voiced import voiced  # noqa: E402
from clinic.inference.speech.whisper import Whisper  # noqa: E402
from clinic.speech_worker import Engines  # noqa: E402

PIECE_S, MINUTE = 2.0, 60.0
MOST_WALL = 0.35  # for a second of sound
ANSWER = "Rest, drink enough, and see a doctor today if the pain comes back or if you get short of breath. " * 8


@dataclass(frozen=True)
class Clip:
    name: str
    samples: Samples
    said: list[str]


@dataclass(frozen=True)
class Run:
    clip: Clip
    errors: int
    cpu_s: float
    wall_s: float
    left_s: float  # from the last piece to the transcript


def clips_of(folder: Path) -> list[Clip]:
    with (folder / "index.csv").open() as table:
        rows = [row for row in csv.DictReader(table) if row["transcript"].strip()]
    return [
        Clip(row["file"], decode((folder / row["file"]).read_bytes()).samples, words_of(row["transcript"]))
        for row in rows
    ]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def errors_of(said: list[str], heard: list[str]) -> int:
    """The fewest words to change, leave out or put in."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, 1):
        before, row[0] = row[:], at
        for place, other in enumerate(heard, 1):
            row[place] = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (word != other))
    return row[-1]


def run(clip: Clip, engine: Engine) -> Run:
    cpu, wall = time.process_time(), time.perf_counter()
    listener = Streaming([engine], "en")
    step = round(PIECE_S * RATE)
    for start in range(0, len(clip.samples), step):
        last = time.perf_counter()
        listener.feed(clip.samples[start : start + step])
    told = listener.finish()
    now = time.perf_counter()
    errors = errors_of(clip.said, words_of(told.text))
    return Run(clip, errors, time.process_time() - cpu, now - wall, now - last)


def word_error_rate(runs: list[Run]) -> Figure:
    """Words of a recording err together: the interval draws recordings, not words."""
    errors, words = np.array([each.errors for each in runs]), np.array([len(each.clip.said) for each in runs])
    drawn = np.random.default_rng(1).integers(0, len(runs), (10_000, len(runs)))
    rates = errors[drawn].sum(axis=1) / words[drawn].sum(axis=1)
    low, high = np.quantile(rates, (0.025, 0.975))
    return Figure(float(errors.sum() / words.sum()), float(low), float(high), int(words.sum()))


def tell_engine(clips: list[Clip], engine: Engine, rounds: int) -> None:
    runs = [run(clip, engine) for _ in range(rounds) for clip in clips]
    rate = word_error_rate(runs[: len(clips)])
    seconds = sum(seconds_of(each.clip.samples) for each in runs)
    wall = sum(each.wall_s for each in runs) / seconds
    print(f"{engine.name}{' (draft)' if engine.is_draft else ''}: {len(clips)} recordings, {rounds} rounds")
    print(f"  word errors {percent(rate, 'words', 1)}, the interval over {len(clips)} recordings")
    for each in runs[: len(clips)]:
        print(f"    {each.clip.name:<34} {each.errors:>3} of {len(each.clip.said):>3}, left {each.left_s:.2f} s")
    print(f"  for a second of sound: processor {sum(each.cpu_s for each in runs) / seconds:.3f} s, "
          f"wall {wall:.3f} s{mark(engine.is_remote or wall < MOST_WALL)}")  # fmt: skip
    left = [each.left_s for each in runs]
    told = f"median {median(left):.2f} s, most {max(left):.2f} s, n={len(left)}"
    print(f"  left after the last piece of {PIECE_S:.0f} s: {told}")


def tell_long(clips: list[Clip], engine: Engine) -> None:
    """Three minutes of speech with pauses, as one recording."""
    pause = np.zeros(RATE, np.int16)
    samples = np.concatenate([part for clip in clips for part in (clip.samples, pause)])
    samples = np.tile(samples, -(-180 * RATE // len(samples)))[: 180 * RATE]
    told = run(Clip("three minutes", samples, []), engine)
    print(f"  three minutes of it: wall {told.wall_s / 180:.3f} s a second, left at the end {told.left_s:.2f} s")


def tell_silence(engine: Engine) -> None:
    draw = np.random.default_rng(2)
    times = np.arange(round(MINUTE * RATE)) / RATE
    white = draw.standard_normal(len(times))
    walk = np.convolve(white, np.ones(30) / 30, "same")
    notes = 220 * 2 ** (draw.integers(0, 12, int(MINUTE * 4)) / 12)
    pitch = np.repeat(notes, RATE // 4)
    sounds = {
        "silence": np.zeros(len(times)), "noise, quiet": 0.01 * white, "noise, loud": 0.3 * white, "rumble": 0.5 * walk,
        "hum of 50 Hz": 0.3 * np.sin(2 * np.pi * 50 * times) + 0.1 * np.sin(2 * np.pi * 150 * times),
        "music, notes at random": 0.3 * np.sin(2 * np.pi * np.cumsum(pitch) / RATE),
    }  # fmt: skip
    print(f"words in a minute without speech, {engine.name}:")
    for name, sound in sounds.items():
        samples = as_samples(sound)
        told = transcribe(samples, [engine], "en")
        unguarded = words_unguarded(samples, engine)
        kept = sum(word.is_voiced for word in told.words)
        print(f"  {name:<24} {kept} (struck {len(told.words) - kept}; without the ear in front of it {unguarded})")


def words_unguarded(samples: Samples, engine: Engine) -> int:
    hearing = engine.open("en")
    step = 20 * RATE
    count = sum(len(hearing.hear(samples[start : start + step])) for start in range(0, len(samples), step))
    hearing.close()
    return count


def tell_many_without_speech(engine: Engine, count: int) -> None:
    """Files of five seconds by the whole path of a worker, drawn anew; with another seed than the one the limits were
    chosen on (3)."""
    draw = np.random.default_rng(11)
    told = [by_the_whole_path(engine, _wav(without_speech(draw))) for _ in range(count)]
    with_words = [bool(line["text"]) for line in told]
    struck = sum(not word["is_voiced"] for line in told for word in line["words"])
    silent = sum(line["problem"] == "silent" for line in told)
    rate = percent(share(with_words), "clips", 1)
    print(f"clips without speech whose transcript has words: {rate}, struck words {struck}, refused as silent {silent}"
          f"{mark(not any(with_words))}")  # fmt: skip


def by_the_whole_path(engine: Engine, data: bytes, name: str = "clip.wav") -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return transcribing.line(path, "en", Engines((engine,)))


def tell_disguises(engine: Engine) -> None:
    """Lists of other files that call themselves recordings: nothing of what they name may be opened."""
    said = speak("This must never be heard.").wav
    with tempfile.NamedTemporaryFile(suffix=".wav") as hidden:
        hidden.write(said)
        hidden.flush()
        lists = {
            "ffconcat": f"ffconcat version 1.0\nfile {hidden.name}\n",
            "m3u8": f"#EXTM3U\n#EXTINF:3,\n{hidden.name}\n#EXT-X-ENDLIST\n",
            "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\na=file:{hidden.name}\n",
        }
        told = [by_the_whole_path(engine, text.encode(), f"a{suffix}") for text in lists.values()
                for suffix in (".wav", ".mp3", ".ogg", ".m4a")]  # fmt: skip
    decoded = sum(bool(line["seconds"]) for line in told)
    print(f"lists of files disguised as recordings: {decoded} of {len(told)} decoded{mark(not decoded)}")


def mark(is_met: bool) -> str:
    return " (as it must be)" if is_met else " MISSED"


def without_speech(draw: np.random.Generator) -> Samples:
    times, loud = np.arange(5 * RATE) / RATE, draw.uniform(0.002, 0.4)
    match draw.integers(4):
        case 0:
            sound = draw.normal(0, 1e-4, len(times)) / loud
        case 1:
            wide = int(draw.integers(1, 60))
            sound = np.convolve(draw.standard_normal(len(times)), np.ones(wide) / wide**0.5, "same")
        case 2:
            base = draw.uniform(40, 130)
            sound = np.sum([np.sin(2 * np.pi * base * n * times) / n for n in (1, 2, 3)], axis=0)
        case _:
            notes = 110 * 2 ** (draw.integers(0, 36, 20) / 12)
            sound = np.sin(2 * np.pi * np.cumsum(np.repeat(notes, RATE // 4)) / RATE) ** int(draw.integers(1, 4))
    return as_samples(np.clip(loud * sound, -1, 1))


def tell_costs() -> None:
    started = time.perf_counter()
    said = speak(ANSWER[:800])
    took = time.perf_counter() - started
    print(f"an answer of {len(said.text)} characters is spoken ({said.seconds:.0f} s) after {took:.2f} s")
    ten = np.tile(np.random.default_rng(4).integers(-9000, 9000, 60 * RATE).astype("<i2"), 10)
    started = time.perf_counter()
    decode(_wav(ten))
    print(f"ten minutes are decoded in a child in {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    voiced(ten)
    print(f"where somebody speaks in ten minutes is found in {time.perf_counter() - started:.2f} s")


def _wav(samples: Samples) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return whole.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--whisper", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-speech", type=int, default=300)
    asked = parser.parse_args()
    started, before = time.perf_counter(), _memory_mb()
    sphinx.warm()
    print(f"embedded engine ready after {time.perf_counter() - started:.2f} s, {_memory_mb() - before:.0f} MB")
    engines: list[Engine] = [*([Whisper(asked.whisper)] if asked.whisper else []), Sphinx()]
    clips = clips_of(asked.folder) if asked.folder else []
    for engine in engines:
        if clips:
            tell_engine(clips, engine, asked.rounds)
            tell_long(clips, engine)
        tell_silence(engine)
        tell_many_without_speech(engine, asked.without_speech)
        tell_disguises(engine)
    tell_costs()
    print(f"most memory of the process {_memory_mb():.0f} MB")
    child.close()


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
