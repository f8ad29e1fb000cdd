"""What the header says of the film, in short codes and numbers. Nothing that names a person is looked at."""

import re
from typing import Any

from pydicom import Dataset

from radiology.inference.film import (
    ANTERO_POSTERIOR,
    GENERATED_BY,
    LATERAL,
    POSTERO_ANTERIOR,
    Header,
)

TAGS = (
    "Modality", "BodyPartExamined", "ViewPosition", "ViewCodeSequence", "ImageLaterality", "Laterality", "PatientAge",
    "PatientBirthDate", "StudyDate", "PixelSpacing", "ImagerPixelSpacing", "BurnedInAnnotation", "Manufacturer",
    "SOPClassUID",
)  # fmt: skip
_SHORT_CODE = re.compile(r"[A-Z0-9 _]{1,16}")
_VIEWS = {
    "PA": POSTERO_ANTERIOR, "AP": ANTERO_POSTERIOR, "LL": LATERAL, "RL": LATERAL, "LAT": LATERAL, "LATERAL": LATERAL,
    "272479007": POSTERO_ANTERIOR, "R-10214": POSTERO_ANTERIOR, "399348003": ANTERO_POSTERIOR,
    "R-10206": ANTERO_POSTERIOR, "399067008": LATERAL, "R-10236": LATERAL,
}  # fmt: skip
_AGE = re.compile(r"(\d{1,3})([DWMY])")
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_UNITS_A_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}
_OLDEST_YEARS = 125.0
_LARGEST_SPACING_MM = 10.0


def header(dataset: Dataset) -> Header:
    return Header(
        source="dicom",
        modality=_code(dataset, "Modality"),
        body_part=_code(dataset, "BodyPartExamined"),
        view=_view(dataset),
        laterality=_laterality(dataset),
        age_years=age_years(dataset),
        pixel_spacing_mm=_spacing(dataset, "PixelSpacing") or _spacing(dataset, "ImagerPixelSpacing"),
        has_burned_in_text={"YES": True, "NO": False}.get(_code(dataset, "BurnedInAnnotation")),
        is_generated=_text(dataset, "Manufacturer") == GENERATED_BY,
    )


def value(dataset: Dataset, keyword: str) -> Any:
    """What is written in a way that nobody can read counts as not said."""
    try:
        return dataset.get(keyword)
    except Exception:
        return None


def _text(dataset: Dataset, keyword: str) -> str:
    said = value(dataset, keyword)
    return str(said).strip() if said is not None else ""


def _code(dataset: Dataset, keyword: str) -> str:
    said = _text(dataset, keyword).upper()
    return said if _SHORT_CODE.fullmatch(said) else ""


def _view(dataset: Dataset) -> str:
    codes = [_text(item, "CodeValue") for item in value(dataset, "ViewCodeSequence") or [] if isinstance(item, Dataset)]
    named = [_VIEWS.get(code, "") for code in (_code(dataset, "ViewPosition"), *codes)]
    return next((view for view in named if view), "")


def _laterality(dataset: Dataset) -> str:
    sides = (_code(dataset, "ImageLaterality"), _code(dataset, "Laterality"))
    return next((side for side in sides if side in ("L", "R", "B")), "")


def age_years(dataset: Dataset) -> float | None:
    if found := _AGE.fullmatch(_text(dataset, "PatientAge").upper()):
        years = int(found[1]) / _UNITS_A_YEAR[found[2]]
    else:
        born, seen = _years(dataset, "PatientBirthDate"), _years(dataset, "StudyDate")
        years = seen - born if born and seen else -1.0
    return round(years, 2) if 0 <= years <= _OLDEST_YEARS else None


def _years(dataset: Dataset, keyword: str) -> float:
    found = _DATE.fullmatch(_text(dataset, keyword))
    return int(found[1]) + (int(found[2]) - 1) / 12 + (int(found[3]) - 1) / 365.25 if found else 0.0


def _spacing(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    try:
        rows, columns = (float(number) for number in value(dataset, keyword))
    except (TypeError, ValueError):
        return None
    return (rows, columns) if all(0 < size <= _LARGEST_SPACING_MM for size in (rows, columns)) else None
