"""The engine of documents: opens its folder, reads documents one by one or many at once, and says the same either way.

A document longer than one piece is read piece by piece; the pieces vote, each with the weight of its length, and the
votes are part of the answer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from classify.inference import explaining, novelty, routing
from classify.inference.doubt import Doubt
from classify.inference.linear import Array, Heads
from classify.inference.novelty import Look
from classify.inference.pieces import pieces_of
from classify.inference.reading import Piece, Reading, Urgency, refused
from classify.inference.specialties import EMERGENCY, LABELS, ROUTINE, SPECIALTIES, URGENT
from classify.inference.terms import BLOCKS, Vocabulary, Worded
from clinic.doubt.checked import Bools
from clinic.evidence import Span

WEIGHTS, VOCABULARY, CALIBRATION = "weights.safetensors", "vocabulary.json", "calibration.json"
AT_ONCE = 256


@dataclass(frozen=True)
class Part:
    """A piece on its way: of which document, from where to where."""

    document: int
    start: int
    end: int
    text: str
    worded: Worded
    look: Look


@dataclass(frozen=True)
class Said:
    """What the heads say, a row each: of parts, or of whole documents by the votes of their parts."""

    scores: Array
    novelty: Array
    probabilities: Array
    urgent: Array


@dataclass(frozen=True)
class LinearDocuments:
    heads: Heads
    doubt: Doubt
    name: str = ""

    @property
    def thresholds(self) -> Mapping[str, float | None]:
        return self.doubt.thresholds

    def read(self, text: str) -> Reading:
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str], *, with_spans: bool = True) -> list[Reading]:
        readings: list[Reading] = []
        for start in range(0, len(texts), AT_ONCE):
            readings += self._read_some(texts[start : start + AT_ONCE], with_spans=with_spans)
        return readings

    def say(self, parts: Sequence[Part]) -> Said:
        scores = self.heads.scores([part.worded for part in parts])
        new = self.doubt.reject.chances(novelty.seen(self.heads, scores, [part.look for part in parts]))
        probabilities = self.doubt.probabilities(scores[:, self.heads.five], new)
        return Said(scores, new, probabilities, self.doubt.urgent(scores[:, self.heads.place(URGENT)]))

    def _read_some(self, texts: Sequence[str], *, with_spans: bool) -> list[Reading]:
        whole = [self._part(number, 0, len(text), text) for number, text in enumerate(texts)]
        refusals = [novelty.refusal_of(part.text, part.look) for part in whole]
        readable = [one for one, refusal in zip(whole, refusals, strict=True) if not refusal]
        read = iter(self._readings(readable, with_spans=with_spans) if readable else ())
        return [
            refused(refusal, one.look.as_features()) if refusal else next(read)
            for one, refusal in zip(whole, refusals, strict=True)
        ]

    def _readings(self, documents: Sequence[Part], *, with_spans: bool) -> Iterator[Reading]:
        pieces = [self._pieces(one) for one in documents]
        said = self.say([part for parts in pieces for part in parts])
        ends = np.cumsum([len(parts) for parts in pieces])
        voted = _voted(said, pieces)
        inside = self.doubt.sets.sets(voted.probabilities)
        for number, (one, parts) in enumerate(zip(documents, pieces, strict=True)):
            votes = _votes(parts, said.probabilities[ends[number] - len(parts) : ends[number]])
            reading = self._reading(voted, inside[number], number, votes)
            spans = self._spans(parts, reading.label) if with_spans else ()
            yield replace(reading, spans=spans, features=one.look.as_features())

    def _part(self, document: int, start: int, end: int, text: str) -> Part:
        worded = Worded.of(text)
        return Part(document, start, end, text, worded, novelty.look_at(self.heads, text, worded))

    def _pieces(self, whole: Part) -> list[Part]:
        places = pieces_of(whole.text)
        if len(places) == 1:
            return [whole]
        return [self._part(whole.document, start, end, whole.text[start:end]) for start, end in places]

    def _reading(self, voted: Said, inside: Bools, row: int, votes: tuple[Piece, ...]) -> Reading:
        named = _named(voted.probabilities[row])
        label = LABELS[int(voted.probabilities[row].argmax())]
        prediction_set = tuple(name for name, is_in in zip(LABELS, inside, strict=True) if is_in)
        new = float(voted.novelty[row])
        reasons = routing.reasons_against(
            label, named, prediction_set, self.thresholds,
            is_new=new >= routing.NEW_FROM, disagrees=any(vote.label != label for vote in votes),
        )  # fmt: skip
        scores = dict(zip(self.heads.names, voted.scores[row].tolist(), strict=True))
        return Reading(
            label=label,
            scores={name: scores[name] for name in LABELS},
            probabilities=named,
            prediction_set=prediction_set,
            level=self.doubt.level,
            calibrated_on=self.doubt.cases,
            novelty=new,
            urgency=self._urgency(named, float(voted.urgent[row])),
            pieces=votes,
            accepted=not reasons,
            reasons=reasons,
        )

    def _urgency(self, probabilities: Mapping[str, float], chance: float) -> Urgency:
        """As urgent as its most urgent piece; what may be an emergency is urgent whatever else is said."""
        limit = self.thresholds.get(SPECIALTIES[EMERGENCY])
        may_be_emergency = limit is not None and probabilities[SPECIALTIES[EMERGENCY]] >= limit
        is_urgent = may_be_emergency or chance >= self.doubt.urgent_from
        return Urgency(URGENT if is_urgent else ROUTINE, chance, self.doubt.urgent_from)

    def _spans(self, parts: Sequence[Part], label: str) -> tuple[Span, ...]:
        return explaining.strongest(
            Span(part.start + span.start, part.start + span.end, span.weight * share)
            for part, share in zip(parts, _shares(parts), strict=True)
            for span in explaining.spans_of(self.heads, part.text, label)
        )

    def margin(self, scores: Mapping[str, float], label: str) -> float:
        """What spans explain, with the bias: how far a label's score lies above the mean of the other specialties."""
        counted = zip(self.heads.names, self.heads.compared(label).tolist(), strict=True)
        return float(sum(share * scores[name] for name, share in counted if share))

    def margin_of_bias(self, label: str) -> float:
        return float(self.heads.bias @ self.heads.compared(label))


def _shares(parts: Sequence[Part]) -> list[float]:
    """Each part has the weight of its length."""
    lengths = [part.end - part.start for part in parts]
    return [length / sum(lengths) for length in lengths]


def _voted(said: Said, pieces: Sequence[Sequence[Part]]) -> Said:
    """Whole documents, in their order. A document is as urgent as its most urgent part."""
    starts = np.cumsum([0, *(len(parts) for parts in pieces[:-1])])
    shares = np.array([share for parts in pieces for share in _shares(parts)])[:, None]
    probabilities = np.add.reduceat(said.probabilities * shares, starts)
    return Said(
        scores=np.add.reduceat(said.scores * shares, starts),
        novelty=np.add.reduceat(said.novelty * shares[:, 0], starts),
        probabilities=probabilities / probabilities.sum(axis=1, keepdims=True),
        urgent=np.maximum.reduceat(said.urgent, starts),
    )


def _votes(parts: Sequence[Part], probabilities: Array) -> tuple[Piece, ...]:
    """Of a document in one piece nothing is voted."""
    if len(parts) == 1:
        return ()
    return tuple(
        Piece(part.start, part.end, LABELS[int(row.argmax())], _named(row))
        for part, row in zip(parts, probabilities, strict=True)
    )


def _named(probabilities: Array) -> dict[str, float]:
    return dict(zip(LABELS, probabilities.tolist(), strict=True))


def load(folder: Path, manifest: Mapping[str, Any]) -> LinearDocuments:
    """Called in workers only, on checked files."""
    arrays = load_file(folder / WEIGHTS)
    told = json.loads((folder / VOCABULARY).read_text())
    heads = Heads(
        names=tuple(told["heads"]),
        vocabulary=Vocabulary.of({block: told["terms"][block] for block in BLOCKS}),
        rarity=arrays["rarity"].astype(np.float64),
        weights=arrays["weights"].astype(np.float64),
        bias=arrays["bias"].astype(np.float64),
    )
    doubt = Doubt.from_json(json.loads((folder / CALIBRATION).read_text()))
    return LinearDocuments(heads, doubt, f"{manifest['name']} {manifest['version']}")
