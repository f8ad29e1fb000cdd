"""A film with boxes of it blackened, as a new file: the old one is not changed. In a bounded child."""

import hashlib
import io
import json
import warnings
from collections.abc import Sequence
from typing import Any, BinaryIO

from PIL import Image, ImageDraw, ImageOps
from pydicom import Dataset
from pydicom.dataset import FileDataset
from pydicom.uid import ExplicitVRLittleEndian

from clinic.inference import child
from clinic.inference.picture_work import is_endless
from radiology.inference.deidentify import pixels
from radiology.inference.dicom_files import written
from radiology.inference.film import Unreadable
from radiology.inference.framing import FORMATS
from radiology.inference.opening.bounded import CPU_S, FILM_BYTES, MEMORY_BYTES, WALL_S, in_child, refusing
from radiology.inference.opening.dicom import read
from radiology.inference.opening.limits import demand_size

Box = tuple[float, float, float, float]  # top, left, bottom, right in shares of the film as it came
_CLEAN_PIXELS = ("113101", "DCM", "Clean Pixel Data Option")
_PREFIX = b"DICM"


def masked_bounded(payload: child.Payload, boxes: Sequence[Box]) -> bytes:
    said = in_child(
        "radiology.inference.masking:mask_in_child", payload, wall_s=WALL_S, cpu_s=2 * CPU_S,
        memory_bytes=MEMORY_BYTES, output_bytes=FILM_BYTES, args={"boxes": [list(box) for box in boxes]},
    )  # fmt: skip
    return bytes(said)


def mask_in_child(payload: BinaryIO, *, boxes: list[list[float]]) -> bytes:
    with refusing():
        return masked(payload.read(), [(top, left, bottom, right) for top, left, bottom, right in boxes])


def masked(data: bytes, boxes: Sequence[Box]) -> bytes:
    if not boxes:
        raise Unreadable("broken", "nothing to mask")
    return _dicom(data, boxes) if data[128:132] == _PREFIX else _picture(data, boxes)


def _picture(data: bytes, boxes: Sequence[Box]) -> bytes:
    if is_endless(data):
        raise Unreadable("too_large", "scans")
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        demand_size(opened.height, opened.width)
        shown = ImageOps.exif_transpose(opened).copy()  # as it is opened for people and engines
    shown = shown if shown.mode in ("L", "I;16", "RGB") else shown.convert("RGB")
    pen = ImageDraw.Draw(shown)
    for top, left, bottom, right in _in_pixels(boxes, shown.height, shown.width):
        pen.rectangle((left, top, right - 1, bottom - 1), fill=0)
    told = io.BytesIO()
    shown.save(told, "PNG")  # what stood beside the pixels is not carried over
    return told.getvalue()


def _dicom(data: bytes, boxes: Sequence[Box]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = read(data)
        new = _without_pixels(old)
        mask = _in_pixels(boxes, int(old.get("Rows") or 0), int(old.get("Columns") or 0))
        syntax = old.file_meta.get("TransferSyntaxUID") or ExplicitVRLittleEndian
        target = pixels.carry(old, new, syntax, mask)
        _sign(new, data, boxes)
        return written(new, target)


def _without_pixels(old: FileDataset) -> Dataset:
    new = Dataset()
    for element in old:
        if element.keyword not in pixels.CARRIED:
            new.add(element)
    return new


def _sign(new: Dataset, data: bytes, boxes: Sequence[Box]) -> None:
    """Another picture is another object of the same series."""
    told = hashlib.sha256(hashlib.sha256(data).digest() + json.dumps(list(boxes)).encode()).digest()
    new.SOPInstanceUID = f"2.25.{int.from_bytes(told[:16], 'big')}"
    new.BurnedInAnnotation = "NO"
    item: Any = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = _CLEAN_PIXELS
    new.DeidentificationMethodCodeSequence = [*(new.get("DeidentificationMethodCodeSequence") or []), item]


def _in_pixels(boxes: Sequence[Box], rows: int, columns: int) -> list[tuple[int, int, int, int]]:
    """Rounded outwards."""
    return [
        (int(top * rows), int(left * columns), -int(-bottom * rows // 1), -int(-right * columns // 1))
        for top, left, bottom, right in boxes
    ]
