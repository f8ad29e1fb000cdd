"""What comes out of a child: leaves of paper, before anybody has said where in the whole text they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from clinic.inference.documents.document import PageSource, Unreadable

Places = NDArray[np.int32]  # (words, 2): first character and the one after the last
Boxes = NDArray[np.float32]  # (words, 4): left, top, width, height in shares of the page


def no_places() -> Places:
    return np.zeros((0, 2), np.int32)


def no_boxes() -> Boxes:
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True)
class Leaf:
    text: str
    source: PageSource
    places: Places = field(default_factory=no_places)
    boxes: Boxes = field(default_factory=no_boxes)
    confidence: float | None = None
    has_pictures: bool = False  # beside its text
    is_scan: bool = False  # a picture: what it says has to be read from it

    def as_told(self) -> dict[str, Any]:
        return {**vars(self), "source": self.source.value}

    @classmethod
    def of_told(cls, told: Mapping[str, Any]) -> Self:
        """A child may have been taken over by what it read: what it says must have the shape of a leaf."""
        try:
            leaf = cls(**{**told, "source": PageSource(told["source"])})
            leaf._demand_shape()
        except (TypeError, KeyError, ValueError, AttributeError) as fault:
            raise Unreadable("damaged") from fault
        return leaf

    def _demand_shape(self) -> None:
        count = len(self.places)
        is_number = self.confidence is None or 0 <= self.confidence <= 1
        fits = self.places.shape == (count, 2) and self.boxes.shape == (count, 4) and isinstance(self.text, str)
        if not (is_number and fits and _is_in_order(self.places, len(self.text)) and _is_on_the_page(self.boxes)):
            raise ValueError("no leaf")


def _is_in_order(places: Places, length: int) -> bool:
    spans = [(int(start), int(end)) for start, end in places]
    bounds = [0, *(edge for span in spans for edge in span), length]
    return all(first <= second for first, second in pairwise(bounds))


def _is_on_the_page(boxes: Boxes) -> bool:
    right, bottom = boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]
    slack = 1e-4
    return bool(np.isfinite(boxes).all() and (boxes >= 0).all() and (right <= 1 + slack).all()
                and (bottom <= 1 + slack).all())  # fmt: skip


def on_the_page(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """The part of a box that lies on the page, as left, top, width and height."""
    left, right = sorted((min(max(left, 0.0), 1.0), min(max(right, 0.0), 1.0)))
    top, bottom = sorted((min(max(top, 0.0), 1.0), min(max(bottom, 0.0), 1.0)))
    return left, top, right - left, bottom - top


def places_array(spans: Iterable[tuple[int, int]]) -> Places:
    return np.array(list(spans), np.int32).reshape(-1, 2)


def boxes_array(boxes: Iterable[tuple[float, float, float, float]]) -> Boxes:
    return np.array(list(boxes), np.float32).reshape(-1, 4)
