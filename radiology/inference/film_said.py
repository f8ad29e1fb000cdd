"""All that is said of one film before it is written as DICOM: no library that writes is needed to gather it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydicom import Dataset
from pydicom.uid import SecondaryCaptureImageStorage


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A person's last word on the film. Boxes are shares of the file as it came."""

    reader: str
    impression: str
    boxes: tuple[Mapping[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class EngineSaid:
    name: str
    version: str
    digest: str
    label: str
    probabilities: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Signature:
    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FilmSaid:
    """All that one report is made of. `header`: the film's, of a study whose UIDs the house gave. `uid` makes further
    ones from what they are for: the same report has the same again."""

    header: Dataset
    rows: int
    columns: int
    site: str
    at: datetime
    uid: Callable[[str], str] = field(repr=False)
    reading: Reading | None = None
    engine: EngineSaid | None = None
    signature: Signature | None = None
    cosigners: tuple[Signature, ...] = ()  # who signed the same version too, the first first
    side: str = ""  # L or R, where the film is of one
    goes_left: bool = False  # the file says that its columns run to the patient's left


def header_of_picture(*, uid: Callable[[str], str], study: str, patient: str, at: datetime, rows: int,
                      columns: int) -> Dataset:  # fmt: skip
    """Of a film that came without any."""
    made = Dataset()
    made.Rows, made.Columns = rows, columns
    made.SOPClassUID, made.SOPInstanceUID = SecondaryCaptureImageStorage, uid("film")
    made.StudyInstanceUID, made.SeriesInstanceUID = study, uid("film series")
    made.PatientID, made.StudyDate, made.StudyTime = patient, f"{at:%Y%m%d}", f"{at:%H%M%S}"
    return made
