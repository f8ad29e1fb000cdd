"""Real films as small squares, in three parts by patient: to learn from, to set limits on, to measure on."""

import csv
import hashlib
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 128
CHILDREN = "cxr_paediatric"
ADULTS = ("cxr_adult_nih", "cxr_adult_hannover")
SETS = (CHILDREN, *ADULTS)


class Part(IntEnum):
    LEARNED, LIMITS, MEASURED = range(3)


@dataclass(frozen=True)
class Listed:
    """One film of a set: its name in the archive, whose it is, and which part that puts it in."""

    name: str
    patient: str
    part: Part


@dataclass(frozen=True)
class Squares:
    squares: NDArray[np.uint8]
    sets: NDArray[np.int64]
    parts: NDArray[np.int64]

    def of(self, part: Part) -> "Squares":
        chosen = self.parts == part
        return Squares(self.squares[chosen], self.sets[chosen], self.parts[chosen])


def listed(folder: Path, name: str) -> list[Listed]:
    with (folder / name / "index.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return [_listed(row, name) for row in rows]


def pictures(folder: Path, name: str, part: Part | None = None) -> Iterator[tuple[Listed, Image.Image]]:
    with tarfile.open(folder / name / "images.tar") as archive:
        for one in listed(folder, name):
            if part is None or one.part == part:
                stored = archive.extractfile(one.name)
                assert stored is not None, one.name  # noqa: S101 - an archive of files only
                yield one, Image.open(io.BytesIO(stored.read())).convert("L")


def load(folder: Path) -> Squares:
    squares, sets, parts = [], [], []
    for number, name in enumerate(SETS):
        for one, picture in pictures(folder, name):
            squares.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
            sets.append(number)
            parts.append(one.part)
    return Squares(np.stack(squares), np.array(sets), np.array(parts))


def _listed(row: dict[str, str], name: str) -> Listed:
    if name == CHILDREN:
        return Listed(row["file"], row["group"], _PARTS_OF_FOLDS[int(row["fold5"])])
    return Listed(row["file"], row["patient_id"], _by_patient(f"{name}/{row['patient_id']}"))


_PARTS_OF_FOLDS = (Part.LEARNED, Part.LEARNED, Part.LEARNED, Part.LIMITS, Part.MEASURED)


def _by_patient(patient: str) -> Part:
    """Fixed for ever, whatever other patients there are."""
    return _PARTS_OF_FOLDS[hashlib.sha256(patient.encode()).digest()[0] % len(_PARTS_OF_FOLDS)]
