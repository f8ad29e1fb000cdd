"""DICOM: the first frame as grey values, bright is dense, with the window the file names in the same values.

A linear rescale is not computed: it only moves the window. What is not linear is a table, and tables are looked up.
"""

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.decoders.base import get_decoder  # its package loads the codecs: once, before children are born
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array

from radiology.inference.film import Film, Header, Unreadable
from radiology.inference.opening import header
from radiology.inference.opening.codestream_sizes import demand_codestreams_fit
from radiology.inference.opening.colours import grey_of_colours
from radiology.inference.opening.header import value
from radiology.inference.opening.inflating import unfolded
from radiology.inference.opening.limits import demand_size
from radiology.inference.opening.patience import patient_bytes
from radiology.inference.opening.tables import table

_PIXEL_TAGS = (
    "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "NumberOfFrames", "Rows", "Columns",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelData", "FloatPixelData",
    "DoubleFloatPixelData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData", "SegmentedRedPaletteColorLookupTableData",
    "SegmentedGreenPaletteColorLookupTableData", "SegmentedBluePaletteColorLookupTableData",
    "ModalityLUTSequence", "VOILUTSequence", "RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth",
)  # fmt: skip
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_GREY = ("MONOCHROME1", "MONOCHROME2")
_WANTED: list[Any] = [*_PIXEL_TAGS, *header.TAGS]

Values = NDArray[np.int32]


@dataclass(frozen=True)
class _Stored:
    """Values as stored, moved so that the lowest possible is 0: `value = stored + floor`."""

    grey: NDArray[np.uint16]
    bits: int
    floor: int = 0


def film(data: bytes) -> Film:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they quote values of the header
        dataset = read(data, wanted=_WANTED)
        _demand_picture(dataset)
        return _film(dataset)


def read(data: bytes, *, wanted: list[Any] | None = None) -> pydicom.FileDataset:
    """Without Part 10's preamble and header it is not taken: what it is would be a guess."""
    try:
        return pydicom.dcmread(patient_bytes(unfolded(data)), specific_tags=wanted)
    except pydicom.errors.InvalidDicomError as fault:
        raise Unreadable("not_an_image") from fault


def _demand_picture(dataset: pydicom.FileDataset) -> None:
    if not any(keyword in dataset for keyword in _PIXELS):
        raise Unreadable("no_picture")
    demand_size(_number(dataset, "Rows"), _number(dataset, "Columns"))
    if _number(dataset, "SamplesPerPixel", 1) not in (1, 3):
        raise Unreadable("unsupported_pixels")
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if not syntax:
        raise Unreadable("no_transfer_syntax")
    try:
        get_decoder(syntax)
    except NotImplementedError as fault:
        raise Unreadable("unsupported_syntax", str(syntax.name)) from fault
    demand_codestreams_fit(dataset)


def _number(dataset: Dataset, keyword: str, default: int = 0) -> int:
    try:
        return int(value(dataset, keyword))
    except (TypeError, ValueError):
        return default


def _film(dataset: pydicom.FileDataset) -> Film:
    photometric = str(value(dataset, "PhotometricInterpretation") or "").strip()
    pixels = pixel_array(dataset, index=0)
    if photometric == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, dataset)
    facts = _facts(dataset, photometric)
    if pixels.ndim == 3:
        grey, colour = grey_of_colours(_eight_bit_colours(pixels, dataset))
        return Film(grey.astype(np.uint16), 8, header.header(dataset), facts={**facts, "colourfulness": colour})
    if photometric not in _GREY:
        raise Unreadable("unsupported_pixels", "photometric interpretation")
    seen = _seen(pixels, dataset)
    seen = _turned(seen) if photometric == "MONOCHROME1" else seen
    return replace(seen, header=header.header(dataset), facts={**facts, "colourfulness": 0.0})


def _facts(dataset: pydicom.FileDataset, photometric: str) -> dict[str, Any]:
    return {
        "syntax": dataset.file_meta.TransferSyntaxUID.name,
        "rows": _number(dataset, "Rows"),
        "columns": _number(dataset, "Columns"),
        "frames": max(_number(dataset, "NumberOfFrames", 1), 1),
        "photometric": photometric if photometric in _GREY else "colour",
        "bits_stored": _number(dataset, "BitsStored"),
    }


def _eight_bit_colours(pixels: NDArray[Any], dataset: Dataset) -> NDArray[np.uint8]:
    """Palettes of 16 bits and samples of more than 8 keep their upper bits."""
    if pixels.dtype == np.uint8:
        return pixels
    top = 8 * pixels.dtype.itemsize
    bits = top if "RedPaletteColorLookupTableDescriptor" in dataset else _number(dataset, "BitsStored", top)
    return (pixels >> max(bits - 8, 0)).clip(0, 255).astype(np.uint8)


def _seen(pixels: NDArray[Any], dataset: Dataset) -> Film:
    """Modality table or rescale, then the table or window of interest."""
    stored = _stored(pixels, dataset)
    slope, intercept = _rescale(dataset)
    if modality := table(dataset, "ModalityLUTSequence"):
        stored = _Stored(modality(_values(stored)), modality.bits)
        slope, intercept = 1.0, 0.0
    if interest := table(dataset, "VOILUTSequence"):
        values = (_values(stored) * slope + intercept).round().astype(np.int32)
        return _plain(interest(values), interest.bits)
    shown = _plain(stored.grey, stored.bits, _window(dataset, slope, intercept + slope * stored.floor))
    return _turned(shown) if slope < 0 else shown


def _values(stored: _Stored) -> Values:
    return stored.grey.astype(np.int32) + stored.floor


def _plain(grey: NDArray[np.uint16], bits: int, window: tuple[float, float] | None = None) -> Film:
    return Film(grey, bits, Header(source="dicom"), window)


def _stored(pixels: NDArray[Any], dataset: Dataset) -> _Stored:
    if pixels.dtype.kind == "f":
        return _from_floats(pixels)
    bits = _bits(pixels, dataset)
    is_signed = pixels.dtype.kind == "i"
    floor = -(1 << (bits - 1)) if is_signed else 0
    if bits > 16:
        return _Stored(((pixels.astype(np.int64) - floor) >> (bits - 16)).astype(np.uint16), 16)
    return _Stored((pixels.astype(np.int32) - floor).astype(np.uint16), bits, floor)


def _bits(pixels: NDArray[Any], dataset: Dataset) -> int:
    """As many as the file says, or as a codec's values need where it says too few; pydicom has cut off what lies above
    in pixels that are not compressed, overlays among it."""
    container = 8 * pixels.dtype.itemsize
    bits = _number(dataset, "BitsStored", container)
    if not 1 <= bits <= container:
        return container
    low, high = int(pixels.min()), int(pixels.max())
    floor, top = (-(1 << (bits - 1)), 1 << (bits - 1)) if pixels.dtype.kind == "i" else (0, 1 << bits)
    return bits if floor <= low and high < top else container


def _from_floats(pixels: NDArray[Any]) -> _Stored:
    finite = np.nan_to_num(pixels.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    return _Stored(((finite - low) / max(high - low, 1e-12) * 65535).round().astype(np.uint16), 16)


def _rescale(dataset: Dataset) -> tuple[float, float]:
    try:
        slope, intercept = float(dataset.RescaleSlope), float(dataset.RescaleIntercept)
    except (AttributeError, TypeError, ValueError):
        return 1.0, 0.0
    return (slope, intercept) if slope and np.isfinite((slope, intercept)).all() else (1.0, 0.0)


def _window(dataset: Dataset, slope: float, intercept: float) -> tuple[float, float] | None:
    """The first one, in stored values."""
    centre, width = _first(dataset, "WindowCenter"), _first(dataset, "WindowWidth")
    if centre is None or width is None or width < 1:
        return None
    return (centre - intercept) / slope, width / abs(slope)


def _first(dataset: Dataset, keyword: str) -> float | None:
    try:
        found = value(dataset, keyword)
        number = float(found[0] if isinstance(found, pydicom.multival.MultiValue) else found)
    except (TypeError, ValueError, IndexError):
        return None
    return number if np.isfinite(number) else None


def _turned(film: Film) -> Film:
    """Bright is dense: where low values are, the greys and their window are mirrored."""
    top = (1 << film.bits) - 1
    window = None if film.window is None else (top + 1 - film.window[0], film.window[1])
    return replace(film, grey=(top - film.grey).astype(np.uint16), window=window)
