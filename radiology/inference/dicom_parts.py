"""Of a kept DICOM file what other viewers ask for apart: its header, and its frames unpacked. In a bounded child."""

import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

import pydicom
from pydicom import Dataset

from clinic.inference import child
from radiology.inference.deidentify.cleaning import METHOD
from radiology.inference.film import Unreadable
from radiology.inference.opening.bounded import CPU_S, FILM_BYTES, MEMORY_BYTES, WALL_S, in_child, refusing
from radiology.inference.opening.codestream_sizes import demand_codestreams_fit
from radiology.inference.opening.dicom import read
from radiology.inference.opening.limits import demand_size

_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
_PIXELS = 0x7FE0
_LONGEST_ELEMENT = 256 * 1024  # a look-up table fits; more is no header


@dataclass(frozen=True)
class Described:
    """Empty where the file did not lose its patient here: such a file is handed to nobody."""

    study: str = ""
    series: str = ""
    instance: str = ""
    header: dict[str, Any] = field(default_factory=dict)  # in DICOM's JSON, without pixels

    def __bool__(self) -> bool:
        return bool(self.study and self.series and self.instance)


def described_bounded(payload: child.Payload) -> Described:
    said = in_child(
        "radiology.inference.dicom_parts:describe_in_child", payload, wall_s=WALL_S, cpu_s=CPU_S,
        memory_bytes=MEMORY_BYTES,
    )  # fmt: skip
    try:
        return Described(str(said["study"]), str(said["series"]), str(said["instance"]), dict(said["header"]))
    except (TypeError, KeyError, ValueError) as fault:
        raise Unreadable("broken") from fault


def describe_in_child(payload: BinaryIO) -> dict[str, Any]:
    with refusing():
        return asdict(described(payload.read()))


def described(data: bytes) -> Described:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = read(data)
        if dataset.get("DeidentificationMethod") != METHOD:
            return Described()
        study, series, instance = (str(dataset.get(name, "")) for name in _UIDS)
        return Described(study, series, instance, _header(dataset))


def _header(dataset: Dataset) -> dict[str, Any]:
    kept = Dataset()
    for element in dataset:
        is_short = not isinstance(element.value, bytes) or len(element.value) <= _LONGEST_ELEMENT
        if element.tag.group != _PIXELS and is_short:
            kept.add(element)
    return dict(kept.to_json_dict())


def frames_bounded(payload: child.Payload, numbers: Sequence[int]) -> list[bytes]:
    """From 1 on, as the standard counts; little endian, one after the other, whatever the file packs them in."""
    said = in_child(
        "radiology.inference.dicom_parts:frames_in_child", payload, wall_s=WALL_S, cpu_s=CPU_S,
        memory_bytes=MEMORY_BYTES, output_bytes=FILM_BYTES, args={"numbers": list(numbers)},
    )  # fmt: skip
    return [bytes(frame) for frame in said]


def frames_in_child(payload: BinaryIO, *, numbers: list[int]) -> list[bytes]:
    with refusing():
        return frames(payload.read(), numbers)


def frames(data: bytes, numbers: Sequence[int]) -> list[bytes]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = _unpacked(data)
    pixels = dataset.Rows * dataset.Columns * int(dataset.get("SamplesPerPixel", 1))
    size, count = pixels * dataset.BitsAllocated // 8, int(dataset.get("NumberOfFrames") or 1)
    if "PixelData" not in dataset or dataset.BitsAllocated % 8 or not all(1 <= number <= count for number in numbers):
        raise Unreadable("no_picture")
    return [bytes(dataset.PixelData[size * (number - 1) : size * number]) for number in numbers]


def _unpacked(data: bytes) -> pydicom.FileDataset:
    dataset = read(data)
    demand_codestreams_fit(dataset)
    demand_size(int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0))
    if not dataset.file_meta.TransferSyntaxUID.is_compressed:
        return dataset
    if int(dataset.get("SamplesPerPixel", 1)) != 1:
        raise Unreadable("unsupported_pixels")  # its header tells of colours as they are packed
    dataset.decompress(generate_instance_uid=False)
    return dataset
