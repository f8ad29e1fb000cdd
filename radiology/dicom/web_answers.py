"""What a DICOMweb server reads and says (PS3.18): questions, JSON, several parts, the answer to a storing.

Pure: no request, no database. Datasets are of our own keeping, bodies of requests are not.
"""

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from uuid import uuid4

from pydicom import Dataset
from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.uid import RE_VALID_UID

MOST_ANSWERS, MOST_PARTS = 1000, 100
JSON_TYPE, DICOM_TYPE = "application/dicom+json", "application/dicom"
STUDY_TAGS = (
    "StudyDate", "StudyTime", "AccessionNumber", "ModalitiesInStudy", "ReferringPhysicianName", "PatientName",
    "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyID", "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances", "StudyDescription",
)  # fmt: skip
SERIES_TAGS = (
    "Modality", "SeriesDescription", "SeriesInstanceUID", "SeriesNumber", "NumberOfSeriesRelatedInstances",
    "SeriesDate", "BodyPartExamined",
)  # fmt: skip
INSTANCE_TAGS = (
    "SOPClassUID", "SOPInstanceUID", "InstanceNumber", "Rows", "Columns", "BitsAllocated", "NumberOfFrames",
)  # fmt: skip
LEVELS = {"studies": STUDY_TAGS, "series": SERIES_TAGS, "instances": INSTANCE_TAGS}
SEARCHED = (*STUDY_TAGS, *SERIES_TAGS, *INSTANCE_TAGS)
COERCED = 0xB000  # PS3.18 I.2.2: some elements are not as they came
_TAG = re.compile(r"[0-9A-Fa-f]{8}")
_BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,./:=? -]{1,70}")


class BadRequest(Exception):
    """What the client sent is not what the standard asks for; the text says what, without quoting it."""


@dataclass(frozen=True)
class Query:
    filters: Mapping[str, str]  # by keyword
    limit: int = 100
    offset: int = 0
    include: tuple[str, ...] = ()


def query(asked: Mapping[str, list[str]], *, level: str) -> Query:
    """QIDO-RS parameters. A filter on what this level does not have is refused: an ignored one would show too much."""
    allowed = {*STUDY_TAGS, *LEVELS[level], "SeriesInstanceUID", "Modality"}
    filters: dict[str, str] = {}
    include: list[str] = []
    for name, values in asked.items():
        if name in ("limit", "offset", "fuzzymatching"):
            continue
        if name == "includefield":
            include += [_keyword(field) for value in values for field in value.split(",") if field != "all"]
            continue
        keyword = _keyword(name)
        if keyword not in allowed:
            raise BadRequest("a filter is on an attribute that is not searched here")
        filters[keyword] = values[-1]
    limit = min(_number(asked, "limit", 100), MOST_ANSWERS)
    return Query(filters, limit, _number(asked, "offset", 0), tuple(include))


def _keyword(name: str) -> str:
    tag = int(name, 16) if _TAG.fullmatch(name) else tag_for_keyword(name)
    keyword = keyword_for_tag(tag) if tag is not None else ""
    if not keyword:
        raise BadRequest("a name is no attribute of DICOM")
    return keyword


def _number(asked: Mapping[str, list[str]], name: str, default: int) -> int:
    said = (asked.get(name) or [str(default)])[-1]
    if not said.isdigit() or len(said) > 9:
        raise BadRequest(f"{name} must be a whole number")
    return int(said)


def matches(dataset: Dataset, asked: Query) -> bool:
    return all(_matches(dataset, keyword, wanted) for keyword, wanted in asked.filters.items())


def _matches(dataset: Dataset, keyword: str, wanted: str) -> bool:
    """Lists of UIDs, ranges of dates and times, * and ? in text; names without regard to case."""
    vr = dictionary_VR(keyword)
    element = dataset.get(keyword)
    held = [str(value) for value in element] if _is_list(element) else [str(element if element is not None else "")]
    if wanted in ("", "*"):
        return True
    if vr == "UI":
        return bool(set(held) & set(uids_in(wanted)))
    if vr in ("DA", "TM") and "-" in wanted:
        first, _, last = wanted.partition("-")
        return any(
            (not first or value >= first) and (not last or value[: len(last)] <= last) for value in held if value
        )
    pattern = wanted.replace("[", "[[]")
    return any(fnmatch.fnmatchcase(value.upper(), pattern.upper()) for value in held)


def uids_in(wanted: str) -> list[str]:
    return re.split(r"[,\\]", wanted)


def _is_list(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes) and not hasattr(value, "components")


def answer(dataset: Dataset, *, level: str, include: Iterable[str] = ()) -> dict[str, Any]:
    """One match in the DICOM JSON model: the level's attributes and those above it, pixels never."""
    names = list(LEVELS)[: list(LEVELS).index(level) + 1]
    wanted = {keyword for name in names for keyword in LEVELS[name]} | set(include)
    chosen = Dataset()
    for element in dataset:
        if element.keyword in wanted and element.tag.group != 0x7FE0:
            chosen.add(element)
    return chosen.to_json_dict()


def metadata(dataset: Dataset, *, bulk_url: str) -> dict[str, Any]:
    """WADO-RS metadata: all of the header; bytes are named by an address instead."""
    chosen = Dataset()
    for element in dataset:
        if element.tag.group != 0x7FE0:
            chosen.add(element)
    said = chosen.to_json_dict(
        bulk_data_threshold=1024, bulk_data_element_handler=lambda one: f"{bulk_url}/{one.tag:08x}"
    )
    if "PixelData" in dataset:
        said["7FE00010"] = {"vr": str(dataset["PixelData"].VR), "BulkDataURI": f"{bulk_url}/frames"}
    return said


def demand_uids(*uids: str) -> None:
    """Before anything is looked up: an address's parts are what the standard says a UID is."""
    if not all(len(uid) <= 64 and re.match(RE_VALID_UID, uid) for uid in uids):
        raise BadRequest("an address names something that is no UID")


@dataclass(frozen=True)
class Parts:
    content_type: str
    body: Iterator[bytes]


def several(
    files: Iterable[Iterable[bytes]], *, part_type: str = DICOM_TYPE, boundary: str = "", syntax: str = ""
) -> Parts:
    """multipart/related, piece by piece: an answer is never whole in memory."""
    line, each = boundary or uuid4().hex, f"{part_type}; transfer-syntax={syntax}" if syntax else part_type
    return Parts(f'multipart/related; type="{part_type}"; boundary={line}', _several(files, each, line))


def _several(files: Iterable[Iterable[bytes]], part_type: str, line: str) -> Iterator[bytes]:
    for file in files:
        yield f"--{line}\r\nContent-Type: {part_type}\r\n\r\n".encode()
        yield from file
        yield b"\r\n"
    yield f"--{line}--\r\n".encode()


def parts_of(body: bytes, content_type: str) -> list[bytes]:
    """The files of a STOW-RS request."""
    said = Message()
    said["Content-Type"] = content_type
    boundary = str(said.get_param("boundary") or "")
    if said.get_content_type() != "multipart/related" or said.get_param("type") != DICOM_TYPE:
        raise BadRequest(f"the body must be multipart/related of type {DICOM_TYPE}")
    if not _BOUNDARY.fullmatch(boundary):
        raise BadRequest("the boundary between the parts is missing")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise BadRequest("the body ends before its last boundary")
    if len(pieces) - 2 > MOST_PARTS:
        raise BadRequest(f"more than {MOST_PARTS} files in one request")
    return [_content(piece) for piece in pieces[1:-1]]


def _content(piece: bytes) -> bytes:
    head, gap, content = piece.partition(b"\r\n\r\n")
    if not gap or DICOM_TYPE.encode() not in head.lower():
        raise BadRequest(f"each part must be of type {DICOM_TYPE}")
    return content


@dataclass(frozen=True)
class Stored:
    """What became of one file; `reason` is DICOM's number where it was not kept."""

    sop_class: str
    instance: str
    url: str = ""
    reason: int = 0
    is_changed: bool = False  # it is kept without its patient, under other UIDs: the address has them


def store_answer(files: Iterable[Stored]) -> tuple[int, dict[str, Any]]:
    """The HTTP status and the JSON of a STOW-RS answer: 200 all, 202 some, 409 none."""
    files = list(files)
    kept, failed = [one for one in files if not one.reason], [one for one in files if one.reason]
    said = Dataset()
    if kept:
        said.ReferencedSOPSequence = [_referenced(one) for one in kept]
    if failed:
        said.FailedSOPSequence = [_referenced(one) for one in failed]
    status = 200 if not failed else 202 if kept else 409
    return status, said.to_json_dict()


def _referenced(one: Stored) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = one.sop_class, one.instance
    if one.reason:
        item.FailureReason = one.reason
    else:
        item.RetrieveURL = one.url
        if one.is_changed:
            item.WarningReason = COERCED
    return item
