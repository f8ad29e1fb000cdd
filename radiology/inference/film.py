"""An opened film: its pixels, and what its file says of them. Nothing here names a person."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint16]
GENERATED_BY = (
    "Rounds, generated"  # PNG text Software, JPEG comment, DICOM Manufacturer of films that this product drew
)
POSTERO_ANTERIOR, ANTERO_POSTERIOR, LATERAL = "PA", "AP", "LATERAL"


@dataclass(frozen=True)
class Header:
    """Empty means that the file does not say."""

    source: str  # jpeg, png or dicom
    modality: str = ""
    body_part: str = ""
    view: str = ""  # PA, AP or LATERAL
    laterality: str = ""  # of the image: L, R or B
    age_years: float | None = None
    pixel_spacing_mm: tuple[float, float] | None = None  # rows, columns
    has_burned_in_text: bool | None = None  # as the file declares it
    is_generated: bool = False  # drawn by this product, for demo, tests and golden cases


@dataclass(frozen=True)
class Film:
    """Bright is dense, whatever the file's photometric interpretation was."""

    grey: Pixels  # (rows, columns)
    bits: int  # the levels that the file could hold: 2 ** bits
    header: Header
    window: tuple[float, float] | None = None  # centre and width in values of `grey`, where the file names one
    facts: dict[str, Any] = field(default_factory=dict)  # for the person who looks at it: syntax, rows

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.grey.shape
        return rows, columns


class Unreadable(Exception):
    """The bytes do not open as a film. `code` is stable: not_an_image, broken, too_large..."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code, self.detail = code, detail
