"""Do the words that are shown as pushing really push? The ten strongest are taken out of a document, and the shipped
engine reads it again."""

from random import Random

from benchmarks.doubt.report import Line, percent
from classify.inference import engine, explaining
from classify.inference.engine import LinearDocuments
from classify.inference.specialties import SPECIALTIES
from classify.inference.terms import Worded
from classify.inference.words import tokens_of
from classify.reading import command as reading
from classify.training.learning import Split
from clinic.doubt.intervals import wilson
from clinic.engines import manifests

DOCUMENTS, LEAST = 500, 0.95


def lines(parted: Split) -> list[Line]:
    folder = reading.shipped()
    reader = engine.load(folder, manifests.read(folder).told)
    texts = [document.text for document in parted.documents if document.label in SPECIALTIES]
    chosen = Random(1).sample(texts, min(DOCUMENTS, len(texts)))
    both = [result for text in chosen if (result := _moves(reader, text))]
    return [
        _line("taking out the ten words most for an answer lowers its score", [down for down, _ in both]),
        _line("taking out the ten words most against it raises its score", [up for _, up in both if up is not None]),
    ]


def _moves(reader: LinearDocuments, text: str) -> tuple[bool, bool | None] | None:
    """Down without the words for it, up without those against it; of a document without any of those, nothing."""
    reading_of_it = reader.read(text)
    label = reading_of_it.label
    if not label or reading_of_it.pieces:
        return None
    for_it, against = explaining.strongest_words(explaining.token_weights(reader.heads, text, label))
    before = reader.margin(reading_of_it.scores, label)
    without_for, without_against = (_margin(reader, _without(text, words), label) for words in (for_it, against))
    return without_for < before, without_against > before if against else None


def _margin(reader: LinearDocuments, text: str, label: str) -> float:
    scores = reader.heads.scores([Worded.of(text)])[0]
    return float(scores @ reader.heads.compared(label))


def _without(text: str, words: list[str]) -> str:
    gone = set(words)
    for token in reversed(tokens_of(text)):
        if token.word in gone:
            text = text[: token.start] + text[token.end :]
    return text


def _line(what: str, moved: list[bool]) -> Line:
    seen = wilson(sum(moved), len(moved))
    return Line(what, percent(seen, "documents"), f"at least {LEAST:.0%}", seen.value >= LEAST)
