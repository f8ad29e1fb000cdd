"""A DICOM file around pixels: for films that this product draws, and for what is sent to be looked at elsewhere."""

import io
from collections.abc import Mapping
from typing import Any

import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

from radiology.inference.film import GENERATED_BY

IMPLEMENTATION_UID = UID("2.25.166193071264231986413914210653914063441")
IMPLEMENTATION_NAME = "ROUNDS"


def dicom_file(
    pixels: NDArray[Any], *, photometric: str = "MONOCHROME2", bits: int = 0, more: Mapping[str, Any] | None = None
) -> bytes:
    """One grey or colour image, uncompressed. `more` adds attributes by keyword, or replaces them."""
    return written(dataset_of(pixels, photometric=photometric, bits=bits, more=more))


def dataset_of(
    pixels: NDArray[Any], *, photometric: str = "MONOCHROME2", bits: int = 0, more: Mapping[str, Any] | None = None
) -> Dataset:
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = DigitalXRayImageStorageForPresentation, generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
    made.Modality, made.BodyPartExamined, made.ViewPosition, made.Manufacturer = "DX", "CHEST", "PA", GENERATED_BY
    made.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    made.PhotometricInterpretation = photometric
    made.Rows, made.Columns = pixels.shape[:2]
    made.BitsAllocated = 8 * pixels.dtype.itemsize
    made.BitsStored = bits or made.BitsAllocated
    made.HighBit = made.BitsStored - 1
    made.PixelRepresentation = int(pixels.dtype.kind == "i")
    if pixels.ndim == 3:
        made.PlanarConfiguration = 0
    raw = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    made.PixelData = raw + b"\0" * (len(raw) % 2)
    made["PixelData"].VR = "OB" if made.BitsAllocated <= 8 else "OW"
    for keyword, value in (more or {}).items():
        setattr(made, keyword, value)
    return made


def written(dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """Part 10 with a file header of our own and an empty preamble."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.ImplementationClassUID = IMPLEMENTATION_UID
    dataset.file_meta.ImplementationVersionName = IMPLEMENTATION_NAME
    stored = io.BytesIO()
    dataset.save_as(stored, enforce_file_format=True)
    return stored.getvalue()


def compressed(data: bytes, syntax: str) -> bytes:
    """The same file with its pixels in another transfer syntax."""
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.compress(syntax, generate_instance_uid=False)
    stored = io.BytesIO()
    dataset.save_as(stored, enforce_file_format=True)
    return stored.getvalue()
