"""What is said of a film as DICOM for the archive it came from: a structured report (TID 1500) and a picture of the
map.

Preliminary unless it was signed. The codes are DICOM's own and SNOMED CT's; what neither has is ours, `99ROUNDS`.
"""

import io
import logging
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import highdicom as hd
import numpy as np
from highdicom import sr
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import DA, DT, TM

from radiology.inference.film_said import FilmSaid, Signature
from radiology.inference.findings import BACTERIAL_PNEUMONIA, NORMAL, VIRAL_PNEUMONIA

MAKER = "Rounds"
OURS = "99ROUNDS"
UTF_8 = "ISO_IR 192"
LONGEST_NAME = 64  # of a DICOM string
REPORT_SERIES, MAP_SERIES, FILM_SERIES = 901, 902, 1

logging.getLogger("highdicom").setLevel(logging.ERROR)  # it warns of its own names each time one is used

PNEUMONIA = sr.CodedConcept("233604007", "SCT", "Pneumonia")
BACTERIAL = sr.CodedConcept("53084003", "SCT", "Bacterial pneumonia")
VIRAL = sr.CodedConcept("75570004", "SCT", "Viral pneumonia")
NO_SIGNAL = sr.CodedConcept(NORMAL, OURS, "No pneumonia signal; not a clearance")
OTHER_FINDING = sr.CodedConcept("OTHER", OURS, "Other finding")
CHEST_FILM = sr.CodedConcept("399208008", "SCT", "Plain chest X-ray")

_CLASSES = {NORMAL: NO_SIGNAL, BACTERIAL_PNEUMONIA: BACTERIAL, VIRAL_PNEUMONIA: VIRAL}
# of each impression of a reader: what it says of pneumonia, and of what else
_READINGS: dict[str, tuple[tuple[Any, Any], ...]] = {
    "no_signal": ((PNEUMONIA, codes.SCT.Absent),),
    "bacterial": ((PNEUMONIA, codes.SCT.Present), (BACTERIAL, codes.SCT.Present)),
    "viral": ((PNEUMONIA, codes.SCT.Present), (VIRAL, codes.SCT.Present)),
    "other": ((codes.DCM.Finding, OTHER_FINDING),),
    "cannot_read": ((PNEUMONIA, codes.SCT.Undetermined),),
}
_SIDES = {"L": codes.SCT.Left, "R": codes.SCT.Right}


# --- the report -------------------------------------------------------------------------------------------------------


def report_file(said: FilmSaid) -> bytes:
    signed = said.signature
    made = sr.ComprehensiveSR(
        evidence=[_complete(said.header)], content=_content(said)[0], series_number=REPORT_SERIES, instance_number=1,
        series_instance_uid=said.uid("report series"), sop_instance_uid=said.uid(_which(said)),
        manufacturer=MAKER, institution_name=_short(said.site), specific_character_set=UTF_8,
        series_description=f"Chest film reading, {_standing(said)}", content_date=said.at.date(),
        content_time=said.at.time(), is_complete=bool(signed), is_final=bool(signed), is_verified=bool(signed),
        verifying_observer_name=_person(signed.name) if signed else None,
        verifying_organization=_short(said.site) if signed else None,
        performed_procedure_codes=[CHEST_FILM], transfer_syntax_uid=ExplicitVRLittleEndian,
    )  # fmt: skip
    if signed:
        first = made.VerifyingObserverSequence[0]
        first.VerificationDateTime = DT(signed.at)
        made.VerifyingObserverSequence.extend([_verifying_too(first, one) for one in said.cosigners])
    return _written(made)


def _which(said: FilmSaid) -> str:
    """Signed by one more it is another object, which replaces none that is in an archive already."""
    return " ".join(("report", _standing(said), *(one.at.isoformat() for one in said.cosigners)))


def _verifying_too(first: Dataset, cosigner: Signature) -> Dataset:
    made = deepcopy(first)
    made.VerifyingObserverName, made.VerificationDateTime = _person(cosigner.name), DT(cosigner.at)
    return made


def _standing(said: FilmSaid) -> str:
    return "signed" if said.signature else "preliminary"


def _content(said: FilmSaid) -> sr.MeasurementReport:
    return sr.MeasurementReport(
        observation_context=_observers(said), procedure_reported=CHEST_FILM, title=codes.DCM.ImagingMeasurementReport,
        imaging_measurements=[*_of_reader(said), *_of_engine(said)],
    )  # fmt: skip


def _observers(said: FilmSaid) -> sr.ObservationContext:
    person = device = None
    if said.reading:
        told = sr.PersonObserverIdentifyingAttributes(_person(said.reading.reader), organization_name=said.site)
        person = sr.ObserverContext(codes.DCM.Person, told)
    if said.engine:
        named = sr.DeviceObserverIdentifyingAttributes(
            said.uid(f"engine {said.engine.digest}"), name=said.engine.name, manufacturer_name=MAKER,
            model_name=f"{said.engine.name} {said.engine.version}", serial_number=said.engine.digest or None,
        )  # fmt: skip
        device = sr.ObserverContext(codes.DCM.Device, named)
    return sr.ObservationContext(person, device)


def _of_reader(said: FilmSaid) -> Iterator[Any]:
    """Her impression, and each place she marked."""
    if said.reading is None:
        return
    told = [sr.QualitativeEvaluation(name, value) for name, value in _READINGS[said.reading.impression]]
    yield _group(said, "reading", PNEUMONIA, qualitative_evaluations=told, finding_sites=[_site(said.side)])
    for number, box in enumerate(said.reading.boxes, 1):
        yield sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=_tracked(said, f"place {number}"), referenced_region=_region(said, box),
            finding_type=OTHER_FINDING if said.reading.impression == "other" else PNEUMONIA,
            finding_sites=[_site(said.side or side_of(box, goes_left=said.goes_left))], qualitative_evaluations=told,
        )  # fmt: skip


def _of_engine(said: FilmSaid) -> Iterator[Any]:
    """Each class with its calibrated probability; the one it named is present, as it says."""
    if said.engine is None:
        return
    program = sr.AlgorithmIdentification(said.engine.name, said.engine.version, manufacturer=MAKER)
    for name in {said.engine.label: 0, **said.engine.probabilities}:
        chance = said.engine.probabilities.get(name)
        measured = [] if chance is None else [
            sr.Measurement(codes.DCM.Probability, round(float(chance), 6), codes.UCUM.NoUnits)
        ]  # fmt: skip
        of = _CLASSES.get(name) or sr.CodedConcept(_short(name), OURS, _short(name))
        named = [sr.QualitativeEvaluation(codes.DCM.Finding, of)] if name == said.engine.label else []
        yield _group(said, f"engine {name}", of, algorithm_id=program, measurements=measured,
                     qualitative_evaluations=named)  # fmt: skip


def _group(said: FilmSaid, what: str, finding: Any, **more: Any) -> sr.MeasurementsAndQualitativeEvaluations:
    source = sr.SourceImageForMeasurementGroup(said.header.SOPClassUID, said.header.SOPInstanceUID)
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracked(said, what), finding_type=finding, source_images=[source], **more
    )


def _tracked(said: FilmSaid, what: str) -> sr.TrackingIdentifier:
    return sr.TrackingIdentifier(uid=said.uid(f"tracking {what}"), identifier=what)


def _site(side: str) -> sr.FindingSite:
    return sr.FindingSite(codes.SCT.Lung, laterality=_SIDES.get(side))


def side_of(box: Mapping[str, float], *, goes_left: bool) -> str:
    """Of a place that lies in one half of a film whose file says how it is oriented; else nobody knows."""
    if goes_left and box["left"] + box["width"] <= 0.5:
        return "R"
    return "L" if goes_left and box["left"] >= 0.5 else ""


def _region(said: FilmSaid, box: Mapping[str, float]) -> sr.ImageRegion:
    left, top = box["left"] * said.columns, box["top"] * said.rows
    right, bottom = left + box["width"] * said.columns, top + box["height"] * said.rows
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
    return sr.ImageRegion("POLYLINE", corners.clip(0, (said.columns, said.rows)),
                          sr.SourceImageForRegion(said.header.SOPClassUID, said.header.SOPInstanceUID))  # fmt: skip


# --- pictures ---------------------------------------------------------------------------------------------------------


def map_file(said: FilmSaid, picture: NDArray[np.uint8]) -> bytes:
    """The film as it stands upright with the map on it, in the film's own study."""
    made = _capture(said, picture, what=f"map {_standing(said)}", number=MAP_SERIES,
                    about=f"Where the engine looked, {_standing(said)}")  # fmt: skip
    made.DerivationDescription = "The film with the map of the engine's answer on it. No diagnosis."
    made.SourceImageSequence = [_reference(said.header)]
    return _written(made)


def film_file(said: FilmSaid, picture: NDArray[Any]) -> bytes:
    """A film that came as a picture: what its report and its map refer to."""
    made = _capture(said, picture, what="film", number=FILM_SERIES, about="Chest film")
    made.SeriesInstanceUID = said.header.SeriesInstanceUID
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = said.header.SOPInstanceUID
    return _written(made)


def _capture(said: FilmSaid, picture: NDArray[Any], *, what: str, number: int, about: str) -> hd.sc.SCImage:
    made = hd.sc.SCImage.from_ref_dataset(
        _complete(said.header), picture, photometric_interpretation="RGB" if picture.ndim == 3 else "MONOCHROME2",
        bits_allocated=8 * picture.dtype.itemsize, coordinate_system="PATIENT", patient_orientation=("L", "F"),
        series_instance_uid=said.uid(f"{what} series"), series_number=number, sop_instance_uid=said.uid(what),
        instance_number=1, manufacturer=MAKER, series_description=about, specific_character_set=UTF_8,
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )  # fmt: skip
    made.PatientOrientation = []  # nobody has said
    made.BurnedInAnnotation = "NO"
    made.DateOfSecondaryCapture, made.TimeOfSecondaryCapture = DA(said.at.date()), TM(said.at.time())
    return made


# --- what both need ---------------------------------------------------------------------------------------------------


def _complete(header: Dataset) -> Dataset:
    """What the standard wants in every object, empty where the house keeps nothing of it."""
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID",
                    "StudyDate", "StudyTime", "ReferringPhysicianName"):  # fmt: skip
        if keyword not in header:
            setattr(header, keyword, "")
    if header.PatientName and "^" not in str(header.PatientName):
        header.PatientName = f"{header.PatientName}^"  # the same name, with nothing after its first part
    return header


def _reference(header: Dataset) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = header.SOPClassUID, header.SOPInstanceUID
    return made


def _person(name: str) -> str:
    """As DICOM writes names; ours are not taken apart into family and given."""
    return f"{_short(''.join(' ' if letter in '^=' else letter for letter in name))}^"


def _short(text: str) -> str:
    return text.replace("\\", " ")[:LONGEST_NAME]


def _written(made: Dataset) -> bytes:
    stored = io.BytesIO()
    made.save_as(stored, enforce_file_format=True)
    return stored.getvalue()
