"""Answers with times, made of a text: a word every so often, and silences where a bar stands."""

from coaching.inference.schema import Answer, Sounding, SpokenWord


def answer(text: str, *, language: str = "en", word_s: float = 0.4, bar_s: float = 1.0, timed: bool = True) -> Answer:
    words, kept, time_s = [], "", 0.0
    for part in text.split():
        if part == "|":
            time_s += bar_s
            continue
        at = len(kept) + bool(kept)
        kept = f"{kept} {part}".strip()
        times = (time_s, time_s + word_s * 0.9) if timed else (None, None)
        words.append(SpokenWord(part, at, at + len(part), *times))
        time_s += word_s
    return Answer(kept, tuple(words), language, time_s if timed else None)


def sounding(seconds: float = 60.0, problem: str = "") -> Sounding:
    return Sounding(seconds, seconds * 0.8, 30.0, problem)
