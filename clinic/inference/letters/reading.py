"""What an engine of letters says about one: the same shape from the linear one and from the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from clinic.evidence import Span
from clinic.inference.letters.features import Features

SHORTEST_TOKENS = 8


@dataclass(frozen=True)
class Reading:
    label: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    probabilities: Mapping[str, float] | None = None
    prediction_set: tuple[str, ...] = ()
    level: float = 0.9
    calibrated_on: int = 0
    spans: tuple[Span, ...] = ()
    refusal: str = ""
    features: Mapping[str, float] = field(default_factory=dict)


class LetterReader(Protocol):
    def read(self, text: str) -> Reading: ...


def strongest(spans: list[Span], most: int) -> tuple[Span, ...]:
    """Those that pushed hardest, whichever way, in the order of the text where they push alike."""
    return tuple(sorted(spans, key=lambda span: (-abs(span.weight), span.start))[:most])


def spread(features: Features, contributions: Mapping[str, float]) -> list[Span]:
    """Each feature's share goes to the tokens it was made from; neighbours that push the same way become one span.

    Nothing is lost on the way: the spans add up to what the features contributed.
    """
    weights = [0.0] * len(features.tokens)
    for name, contribution in contributions.items():
        places = features.places[name]
        for place in places:
            for number in place:
                weights[number] += contribution / (len(places) * len(place))
    return _joined(features, weights)


def _joined(features: Features, weights: list[float]) -> list[Span]:
    spans: list[Span] = []
    is_open = False
    for token, weight in zip(features.tokens, weights, strict=True):
        last = spans[-1] if is_open else None
        if last and last.weight * weight > 0 and token.start - last.end == 1:
            spans[-1] = Span(last.start, token.end, last.weight + weight)
        elif weight:
            spans.append(Span(token.start, token.end, weight))
        is_open = bool(weight)
    return spans
