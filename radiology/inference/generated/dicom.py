"""A drawn film as a DICOM file of the kind a chest machine sends, with a header that says that nobody is on it."""

import hashlib
import io
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
)

from radiology.inference.film import GENERATED_BY
from radiology.inference.generated.drawing import Drawn, levels
from radiology.inference.generated.marking import WORD

MONOCHROME1, MONOCHROME2 = "MONOCHROME1", "MONOCHROME2"
_CLASSES = {"DX": DigitalXRayImageStorageForPresentation, "CR": ComputedRadiographyImageStorage}
_FIELD_MM = 300.0  # what the plate of the drawn machine measures from top to bottom
_DAY = "20200101"


@dataclass(frozen=True)
class Patient:
    """Whose film it is said to be; by default visibly nobody's."""

    name: str = f"{WORD}^NOBODY"
    number: str = WORD
    birth_date: str = ""
    sex: str = ""


def as_dicom(
    drawn: Drawn,
    *,
    modality: str = "DX",
    photometric: str = MONOCHROME2,
    bits: int = 12,
    patient: Patient | None = None,
    study_date: str = _DAY,
) -> bytes:
    """`modality` DX or CR; `bits` 8 to 16. The same arguments give the same bytes."""
    if not 8 <= bits <= 16:
        raise ValueError(f"films have 8 to 16 bits, not {bits}")
    data = Dataset()
    _identity(data, drawn, modality, patient or Patient(), study_date)
    _acquisition(data, drawn, modality)
    _pixels(data, drawn, photometric, bits)
    return _as_bytes(data)


def uid(*parts: object) -> str:
    """The same for the same parts, and of nobody's number space."""
    digest = hashlib.sha256("/".join(map(str, (WORD, *parts))).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def _identity(data: Dataset, drawn: Drawn, modality: str, patient: Patient, study_date: str) -> None:
    data.SOPClassUID = _CLASSES[modality]
    data.StudyInstanceUID = uid("study", drawn.seed, patient.number, study_date)
    data.SeriesInstanceUID = uid("series", drawn.seed, patient.number, study_date, modality)
    data.SOPInstanceUID = uid("image", drawn.kind, drawn.seed, patient.number, study_date, modality)
    data.PatientName, data.PatientID = patient.name, patient.number
    data.PatientBirthDate, data.PatientSex = patient.birth_date, patient.sex
    data.PatientAge = f"{int(drawn.film.header.age_years or 0):03d}Y"
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = data.ContentDate = study_date
    data.StudyTime = data.ContentTime = "120000"
    data.StudyID, data.SeriesNumber, data.InstanceNumber = "1", 1, 1
    data.AccessionNumber, data.ReferringPhysicianName = "", ""
    data.Manufacturer, data.StudyDescription = GENERATED_BY, f"{WORD} chest film"
    data.ImageComments = f"{WORD}: {drawn.kind.value}, seed {drawn.seed}. Drawn by a program, of no person."


def _acquisition(data: Dataset, drawn: Drawn, modality: str) -> None:
    spacing = _FIELD_MM / drawn.film.shape[0]
    data.Modality, data.BodyPartExamined = modality, "CHEST"
    data.ImageType = ["DERIVED", "PRIMARY"]
    data.ViewPosition = "LL" if drawn.film.header.view == "LATERAL" else drawn.film.header.view
    data.PatientOrientation = ["L", "F"]
    data.BurnedInAnnotation, data.LossyImageCompression = "NO", "00"
    data.ImagerPixelSpacing = data.PixelSpacing = [f"{spacing:.6f}"] * 2
    if modality == "DX":
        data.ImageLaterality, data.PresentationIntentType = "U", "FOR PRESENTATION"


def _pixels(data: Dataset, drawn: Drawn, photometric: str, bits: int) -> None:
    stored = levels(drawn.density, bits)
    if photometric == MONOCHROME1:
        stored = np.asarray(2**bits - 1 - stored, dtype=np.uint16)
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, photometric
    data.Rows, data.Columns = drawn.film.shape
    data.BitsAllocated = 8 if bits == 8 else 16
    data.BitsStored, data.HighBit, data.PixelRepresentation = bits, bits - 1, 0
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = "0", "1", "US"
    data.PresentationLUTShape = "INVERSE" if photometric == MONOCHROME1 else "IDENTITY"
    data.WindowCenter, data.WindowWidth = str(2 ** (bits - 1)), str(2**bits)
    raw = stored.astype("u1" if bits == 8 else "<u2").tobytes()
    data.PixelData = raw + b"\0" * (len(raw) % 2)


def _as_bytes(data: Dataset) -> bytes:
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    stored = io.BytesIO()
    data.save_as(stored, enforce_file_format=True)
    return stored.getvalue()
