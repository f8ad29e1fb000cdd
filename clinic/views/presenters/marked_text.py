"""A text with the words an engine rests on marked where they stand: for what it says solid, against it dotted."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinic.evidence import TextSpan

LONGEST_SHOWN = 20_000  # characters


@dataclass(frozen=True)
class Piece:
    text: str
    look: str = ""  # "for" or "against", as theme.css draws them
    number: int = 0  # of the evidence, as the card counts it


@dataclass(frozen=True)
class MarkedText:
    pieces: list[Piece]
    is_cut: bool


def marked(text: str, spans: Iterable[tuple[int, TextSpan]] = ()) -> MarkedText:
    """Spans by their number in the card. Of two that overlap the one that begins first is marked."""
    shown = text[:LONGEST_SHOWN]
    pieces, at = [], 0
    for number, span in sorted(spans, key=lambda one: (one[1].start, one[0])):
        if not at <= span.start < span.end <= len(shown):
            continue
        pieces.append(Piece(shown[at : span.start]))
        pieces.append(Piece(shown[span.start : span.end], "against" if span.weight < 0 else "for", number))
        at = span.end
    pieces.append(Piece(shown[at:]))
    return MarkedText([piece for piece in pieces if piece.text], is_cut=len(text) > len(shown))
