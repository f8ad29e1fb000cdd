"""The engine of documents: opens its folder, reads documents one by one or many at once, and says the same either way.

A document longer than one piece is read piece by piece; the pieces vote, each with the weight of its length, and the
votes are part of the answer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from classify.inference import explaining, novelty, routing
from classify.inference.doubt import Doubt
from classify.inference.linear import Array, Heads
from classify.inference.novelty import Look
from classify.inference.pieces import pieces_of
from classify.inference.reading import Piece, Reading, Span, Urgency, refused
from classify.inference.specialties import EMERGENCY, LABELS, ROUTINE, SPECIALTIES, URGENT
from classify.inference.terms import BLOCKS, Vocabulary, Worded

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
    """What the heads say of parts, a row each."""

    scores: Array
    novelty: Array
    probabilities: Array
    urgent: Array

    def of(self, rows: Sequence[int]) -> "Said":
        return Said(self.scores[rows], self.novelty[rows], self.probabilities[rows], self.urgent[rows])


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
        parts = [
            part for one, refusal in zip(whole, refusals, strict=True) if not refusal for part in self._pieces(one)
        ]
        said = self.say(parts) if parts else None
        rows = _rows_of_each(parts)
        return [
            self._reading(one, [parts[row] for row in rows[one.document]], said.of(rows[one.document]), with_spans)
            if said and not refusal
            else refused(refusal, one.look.as_features())
            for one, refusal in zip(whole, refusals, strict=True)
        ]

    def _part(self, document: int, start: int, end: int, text: str) -> Part:
        worded = Worded.of(text)
        return Part(document, start, end, text, worded, novelty.look_at(self.heads, text, worded))

    def _pieces(self, whole: Part) -> list[Part]:
        places = pieces_of(whole.text)
        if len(places) == 1:
            return [whole]
        return [self._part(whole.document, start, end, whole.text[start:end]) for start, end in places]

    def _reading(self, whole: Part, parts: Sequence[Part], said: Said, with_spans: bool) -> Reading:
        lengths = np.array([part.end - part.start for part in parts], dtype=np.float64)
        shares = lengths / lengths.sum()
        probabilities = shares @ said.probabilities
        named = _named(probabilities)
        label = LABELS[int(probabilities.argmax())]
        pieces = _pieces(parts, said) if len(parts) > 1 else ()
        inside = self.doubt.sets.sets(probabilities[None] / probabilities.sum())[0]
        prediction_set = tuple(name for name, is_in in zip(LABELS, inside, strict=True) if is_in)
        new = float(shares @ said.novelty)
        reasons = routing.reasons_against(
            label, named, prediction_set, self.thresholds,
            is_new=new >= routing.NEW_FROM, disagrees=any(piece.label != label for piece in pieces),
        )  # fmt: skip
        scores = dict(zip(self.heads.names, (float(score) for score in shares @ said.scores), strict=True))
        del scores[URGENT]
        return Reading(
            label=label,
            scores=scores,
            probabilities=named,
            prediction_set=prediction_set,
            level=self.doubt.level,
            calibrated_on=self.doubt.cases,
            spans=self._spans(parts, shares, label) if with_spans else (),
            novelty=new,
            features=whole.look.as_features(),
            urgency=self._urgency(named, float(said.urgent.max())),
            pieces=pieces,
            accepted=not reasons,
            reasons=reasons,
        )

    def _urgency(self, probabilities: Mapping[str, float], chance: float) -> Urgency:
        """As urgent as its most urgent piece; what may be an emergency is urgent whatever else is said."""
        limit = self.thresholds.get(SPECIALTIES[EMERGENCY])
        may_be_emergency = limit is not None and probabilities[SPECIALTIES[EMERGENCY]] >= limit
        is_urgent = may_be_emergency or chance >= self.doubt.urgent_from
        return Urgency(URGENT if is_urgent else ROUTINE, chance, self.doubt.urgent_from)

    def _spans(self, parts: Sequence[Part], shares: Array, label: str) -> tuple[Span, ...]:
        return explaining.strongest(
            Span(part.start + span.start, part.start + span.end, span.weight * float(share))
            for part, share in zip(parts, shares, strict=True)
            for span in explaining.spans_of(self.heads, part.text, label)
        )

    def margin(self, scores: Mapping[str, float], label: str) -> float:
        """What spans explain, with the bias: how far a label's score lies above the mean of the other specialties."""
        counted = zip(self.heads.names, self.heads.compared(label).tolist(), strict=True)
        return float(sum(share * scores[name] for name, share in counted if share))

    def margin_of_bias(self, label: str) -> float:
        return float(self.heads.bias @ self.heads.compared(label))


def _rows_of_each(parts: Sequence[Part]) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for row, part in enumerate(parts):
        rows.setdefault(part.document, []).append(row)
    return rows


def _pieces(parts: Sequence[Part], said: Said) -> tuple[Piece, ...]:
    return tuple(
        Piece(part.start, part.end, LABELS[int(row.argmax())], _named(row))
        for part, row in zip(parts, said.probabilities, strict=True)
    )


def _named(probabilities: Array) -> dict[str, float]:
    return {label: float(value) for label, value in zip(LABELS, probabilities, strict=True)}


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
