"""Urgency by lists of phrases: what answers where the better engine may not. It claims no probability."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clinic.evidence import Span
from clinic.inference.letters.features import features_of
from clinic.inference.letters.reading import SHORTEST_TOKENS, Reading, spread, strongest

MOST_SPANS = 8


@dataclass(frozen=True)
class LetterRules:
    """The first label of which a phrase stands there undenied; the last label has no phrases and is what is left."""

    phrases: Mapping[str, frozenset[str]]

    def read(self, text: str) -> Reading:
        features = features_of(text)
        described = {"words": len(features.tokens)}
        if len(features.tokens) < SHORTEST_TOKENS:
            return Reading(refusal="too_short", features=described)
        hits = {label: sorted(features.places.keys() & phrases) for label, phrases in self.phrases.items()}
        label = next((label for label, found in hits.items() if found), list(self.phrases)[-1])
        spans: list[Span] = spread(features, dict.fromkeys(hits[label], 1.0))
        return Reading(
            label=label, scores={name: float(len(found)) for name, found in hits.items()},
            spans=strongest(spans, MOST_SPANS), features=described,
        )  # fmt: skip


def load(folder: Path) -> LetterRules:
    told = json.loads((folder / "rules.json").read_text())
    return LetterRules({label: frozenset(phrases) for label, phrases in told["phrases"].items()})
