"""From the bytes of a DICOM file to the bytes of one that tells nothing of whom it shows.

A new dataset is filled with what may stay; nothing is left over from the old file: no preamble, no file header, no
private or unknown element, nothing after the end. Whatever cannot be read is not kept.
"""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydicom import DataElement, Dataset, FileDataset
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import ExplicitVRLittleEndian

from radiology.inference.deidentify import pixels, profile, secrets, texts
from radiology.inference.dicom_files import written
from radiology.inference.film import GENERATED_BY, Unreadable
from radiology.inference.opening.dicom import read
from radiology.inference.opening.header import age_years

METHOD = f"PS3.15 {profile.EDITION} basic profile; unlisted text removed"
BASIC, CLEAN_PIXELS, CLEAN_DESCRIPTORS, MODIFIED_DATES, CHARACTERISTICS = (
    "113100",
    "113101",
    "113105",
    "113107",
    "113108",
)
_MEANINGS = {
    BASIC: "Basic Application Confidentiality Profile", CLEAN_PIXELS: "Clean Pixel Data Option",
    CLEAN_DESCRIPTORS: "Clean Descriptors Option",
    MODIFIED_DATES: "Retain Longitudinal Temporal Information Modified Dates Option",
    CHARACTERISTICS: "Retain Patient Characteristics Option",
}  # fmt: skip
_DESCRIPTIONS = frozenset({"StudyDescription", "SeriesDescription", "ProtocolName", "AcquisitionProtocolDescription"})
_NEVER_DATES = frozenset({"PatientBirthDate"})
_DUMMY_TEXT, _DUMMY_TIME = "ANONYMIZED", "000000"
_BINARY_NUMBERS = frozenset({"US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT", "US or SS"})
_TEXTS = frozenset({"LO", "SH", "ST", "LT", "UT", "UC", "PN"})
_DATES = frozenset({"DA", "DT"})
_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
_DEEPEST = 16


@dataclass(frozen=True)
class Rules:
    key: bytes  # the patient's own: see `patient_key`
    keeps_age_and_sex: bool = False
    mask: tuple[tuple[int, int, int, int], ...] = ()  # top, left, bottom, right: blackened


@dataclass(frozen=True)
class Deidentified:
    data: bytes
    pseudonym: str
    study: str  # its new UID, as those of series and object
    series: str
    instance: str
    removed: int  # elements of the old file, nested ones counted
    kept: int


def deidentified(data: bytes, rules: Rules) -> Deidentified:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they quote values of the header
        return _Cleaner(rules).clean(read(data))


class _Cleaner:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._pseudonym = secrets.pseudonym(rules.key)
        self._removed = self._kept = 0

    def clean(self, old: FileDataset) -> Deidentified:
        syntax = old.file_meta.get("TransferSyntaxUID") or ExplicitVRLittleEndian
        new = self._dataset(old, depth=0)
        if self._rules.keeps_age_and_sex and "PatientAge" not in new:
            _put_age(old, new)
        if "SOPClassUID" not in new or "SOPInstanceUID" not in new:
            raise Unreadable("broken", "no identity")
        self._sign(new)
        target = pixels.carry(old, new, syntax, self._rules.mask)
        study, series, instance = (str(new.get(name, "")) for name in _UIDS)
        data = written(new, target)
        return Deidentified(data, self._pseudonym, study, series, instance, self._removed, self._kept)

    def _dataset(self, old: Dataset, *, depth: int) -> Dataset:
        new = Dataset()
        for element in _elements(old):
            kept = self._element(element, depth) if element is not None else None
            self._kept += kept is not None
            self._removed += kept is None
            if kept is not None:
                new.add(kept)
        _put_code(old, new)
        pixels.put_table(old, new)
        return new

    def _element(self, old: DataElement, depth: int) -> DataElement | None:
        tag, keyword = old.tag, old.keyword
        if keyword in pixels.CARRIED and depth == 0:
            return None  # pixels go another way
        if not _is_of_the_standard(tag) or keyword in (*texts.CODE_KEYWORDS, "LUTData"):
            return None
        vr = dictionary_VR(tag)
        special = self._special(keyword, old)
        if special is not None:
            return DataElement(tag, vr, special) if special else None
        if vr == "SQ":
            return self._sequence(old, depth)
        if vr in _DATES and keyword not in _NEVER_DATES:
            return _of(tag, vr, [secrets.shifted(self._rules.key, str(value)) for value in _values(old)])
        if (action := profile.actions().get(int(tag))) and action != profile.RENAME:
            return _listed(tag, vr, action)
        return self._unlisted(old, vr)

    def _special(self, keyword: str, old: DataElement) -> str | None:
        """What this product decides for itself; empty is removed, None is decided by others."""
        if keyword in ("PatientName", "PatientID"):
            return self._pseudonym
        if keyword in _DESCRIPTIONS:
            return texts.description(str(old.value))
        if self._rules.keeps_age_and_sex and keyword == "PatientAge":
            return texts.age(str(old.value))
        if self._rules.keeps_age_and_sex and keyword == "PatientSex":
            return str(old.value) if str(old.value) in ("F", "M", "O") else ""
        return None

    def _sequence(self, old: DataElement, depth: int) -> DataElement | None:
        action = profile.actions().get(int(old.tag))
        if action in (profile.EMPTY, profile.DUMMY):
            return DataElement(old.tag, "SQ", [])
        if action == profile.REMOVE or depth >= _DEEPEST:
            return None
        items = [self._dataset(item, depth=depth + 1) for item in old.value]
        items = [item for item in items if len(item)]
        return DataElement(old.tag, "SQ", items) if items else None

    def _unlisted(self, old: DataElement, vr: str) -> DataElement | None:
        """The profile keeps what it does not list. Text of people's own is not kept here; see docs/decisions."""
        if vr == "UI":
            return _of(old.tag, vr, [secrets.renamed(self._rules.key, str(value)) for value in _values(old)])
        if vr in ("DS", "IS"):
            return _of(old.tag, vr, texts.numbers(_values(old)))
        if vr == "CS":
            return _of(old.tag, vr, texts.terms(_values(old)))
        is_number = old.VR in _BINARY_NUMBERS and vr in (*_BINARY_NUMBERS, "US or OW", "US or SS or OW")
        return DataElement(old.tag, old.VR, old.value) if is_number else _manufacturer(old)

    def _sign(self, new: Dataset) -> None:
        rules = self._rules
        new.PatientName = new.PatientID = self._pseudonym
        new.PatientIdentityRemoved = "YES"
        new.LongitudinalTemporalInformationModified = "MODIFIED"
        new.DeidentificationMethod = METHOD
        codes = [BASIC, CLEAN_DESCRIPTORS, MODIFIED_DATES]
        codes += [CHARACTERISTICS] if rules.keeps_age_and_sex else []
        codes += [CLEAN_PIXELS] if rules.mask else []
        new.DeidentificationMethodCodeSequence = [_method(code) for code in codes]
        if rules.mask:
            new.BurnedInAnnotation = "NO"


def _elements(old: Dataset) -> Iterator[DataElement | None]:
    """None in place of one that nobody can read."""
    for tag in sorted(old.keys()):
        try:
            yield old[tag]
        except Exception:
            yield None


def _is_of_the_standard(tag: BaseTag) -> bool:
    """Overlays and curves may hold text; groups below 8 are not of a file's dataset."""
    return tag.group >= 8 and not tag.is_private and tag.group >> 8 not in (0x50, 0x60) and dictionary_has_tag(tag)


def _values(old: DataElement) -> list[Any]:
    if old.value is None or old.value == "":
        return []
    return list(old.value) if isinstance(old.value, MultiValue | list | tuple) else [old.value]


def _of(tag: BaseTag, vr: str, values: Iterable[str]) -> DataElement | None:
    kept = list(values)
    return DataElement(tag, vr, kept if len(kept) > 1 else kept[0]) if kept and all(kept) else None


def _listed(tag: BaseTag, vr: str, action: str) -> DataElement | None:
    if action == profile.REMOVE:
        return None
    if action == profile.DUMMY and vr in _TEXTS:
        return DataElement(tag, vr, _DUMMY_TEXT)
    if action == profile.DUMMY and vr == "TM":
        return DataElement(tag, vr, _DUMMY_TIME)
    return DataElement(tag, vr, None) if vr in _TEXTS or vr in ("TM", "DA", "CS", "AS") else None


def _manufacturer(old: DataElement) -> DataElement | None:
    """Films that this product drew stay known as such."""
    return old if old.keyword == "Manufacturer" and old.value == GENERATED_BY else None


def _put_code(old: Dataset, new: Dataset) -> None:
    if "CodeValue" in old and (known := texts.code(old)):
        new.CodeValue, new.CodingSchemeDesignator, new.CodeMeaning = known


def _put_age(old: Dataset, new: Dataset) -> None:
    """The birth date goes, so the age it gave is written down."""
    years = age_years(old)
    if years is not None:
        new.PatientAge = texts.age(f"{int(years):03d}Y" if years >= 2 else f"{int(years * 12):03d}M")


def _method(code: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", _MEANINGS[code]
    return item
