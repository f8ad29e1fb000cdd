"""Pixels are carried over as they are: not one is changed unless a mask asks, and nothing hides beside them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom import FileDataset
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from radiology.inference.deidentify.codestreams import without_comments
from radiology.inference.film import Unreadable
from radiology.inference.opening.codestream_sizes import demand_codestreams_fit
from radiology.inference.opening.limits import demand_size
from radiology.inference.opening.tables import table_entries

TABLES = tuple(
    f"{kind}{colour}PaletteColorLookupTableData" for colour in ("Red", "Green", "Blue") for kind in ("", "Segmented")
)
FLOATS = ("FloatPixelData", "DoubleFloatPixelData")
CARRIED = frozenset({"PixelData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths", *FLOATS, *TABLES})


def carry(old: FileDataset, new: Dataset, syntax: Any, mask: Sequence[tuple[int, int, int, int]]) -> str:
    """The transfer syntax of what was carried."""
    swapped = syntax == ExplicitVRBigEndian
    if str(old.get("PhotometricInterpretation")) == "PALETTE COLOR":
        _carry_palettes(old, new, swapped=swapped)
    kind = next((keyword for keyword in ("PixelData", *FLOATS) if keyword in old), None)
    if kind is None:
        return ExplicitVRLittleEndian
    if mask:
        return _masked(old, new, mask)
    if syntax.is_compressed and not syntax.is_deflated:
        frames = generate_frames(old.PixelData, number_of_frames=_count(old, "NumberOfFrames", 1))
        _put(new, "PixelData", "OB", encapsulate([without_comments(frame) for frame in frames]))
        return str(syntax)
    _carry_plain(old, new, kind, swapped=swapped)
    return ExplicitVRLittleEndian


def _carry_palettes(old: FileDataset, new: Dataset, *, swapped: bool) -> None:
    """At most as many entries of two bytes as a palette can have."""
    for keyword in TABLES:
        if keyword in old:
            raw = bytes(old[keyword].value or b"")[:131072]
            _put(new, keyword, "OW", _swapped(raw, 2) if swapped else raw)


def put_table(old: Dataset, new: Dataset) -> None:
    """Of a look-up table its numbers, as many as it says."""
    if "LUTDescriptor" not in old or "LUTData" not in old:
        return
    try:
        entries = table_entries(old)
    except (TypeError, ValueError, KeyError, AttributeError):
        return
    _put(new, "LUTData", "OW", entries.astype("<u2").tobytes())


def _carry_plain(old: FileDataset, new: Dataset, keyword: str, *, swapped: bool) -> None:
    bits = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}.get(keyword) or _count(old, "BitsAllocated", 8)
    raw = bytes(old[keyword].value or b"")[: _bytes(old, bits)]
    raw = _swapped(raw, bits // 8) if swapped and bits > 8 else raw
    vr = {"FloatPixelData": "OF", "DoubleFloatPixelData": "OD"}.get(keyword) or ("OB" if bits <= 8 else "OW")
    _put(new, keyword, vr, raw)


def _bytes(old: FileDataset, bits: int) -> int:
    """What the frames take: more behind them is not of the picture."""
    samples = _count(old, "SamplesPerPixel", 1)
    pixels = _count(old, "Rows", 0) * _count(old, "Columns", 0) * _count(old, "NumberOfFrames", 1)
    if samples == 3 and str(old.get("PhotometricInterpretation")) == "YBR_FULL_422":
        samples = 2
    return (pixels * samples * bits + 7) // 8


def _put(new: Dataset, keyword: str, vr: str, raw: bytes) -> None:
    setattr(new, keyword, raw + b"\0" * (len(raw) % 2))
    new[keyword].VR = vr


def _count(old: FileDataset, keyword: str, default: int) -> int:
    try:
        return max(int(old.get(keyword) or default), 0)
    except (TypeError, ValueError):
        return default


def _swapped(raw: bytes, size: int) -> bytes:
    return np.frombuffer(raw[: len(raw) // size * size], f">u{size}").astype(f"<u{size}").tobytes()


def _masked(old: FileDataset, new: Dataset, mask: Sequence[tuple[int, int, int, int]]) -> str:
    """Boxes become black, whatever black is in this file; the pixels are stored uncompressed for it."""
    demand_size(_count(old, "Rows", 0) * max(_count(old, "NumberOfFrames", 1), 1), _count(old, "Columns", 0))
    if str(old.get("PhotometricInterpretation")) == "PALETTE COLOR":
        raise Unreadable("unsupported_pixels", "a mask on a palette")
    demand_codestreams_fit(old)
    shown = old.pixel_array.copy()
    rows, columns = _count(old, "Rows", 0), _count(old, "Columns", 0)
    samples = _count(old, "SamplesPerPixel", 1)
    frames = shown.reshape(-1, rows, columns, samples)
    black = shown.max() if str(old.PhotometricInterpretation) == "MONOCHROME1" else shown.min() if samples == 1 else 0
    for top, left, bottom, right in mask:
        frames[:, max(top, 0) : bottom, max(left, 0) : right] = black
    if samples == 3:
        new.PhotometricInterpretation, new.PlanarConfiguration = "RGB", 0
    new.BitsAllocated = 8 * shown.dtype.itemsize
    _put(
        new,
        "PixelData",
        "OB" if shown.dtype.itemsize == 1 else "OW",
        frames.astype(shown.dtype.newbyteorder("<")).tobytes(),
    )
    return ExplicitVRLittleEndian
