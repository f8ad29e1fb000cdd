"""The training films: an archive of pictures and a table that says what each shows, whose it is and in which fold."""

import csv
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radiology.inference.films import Frame, frame_from_bytes
from radiology.inference.findings import BACTERIAL_AT, NORMAL_AT, VIRAL_AT

_LABELS = {"NORMAL": NORMAL_AT, "BACTERIAL": BACTERIAL_AT, "VIRAL": VIRAL_AT}


class SharedPatient(ValueError):
    """A patient on both sides of a split would make every figure too good."""


@dataclass(frozen=True)
class Films:
    frames: Frame
    labels: NDArray[np.int64]
    patients: NDArray[np.str_]
    folds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def of_folds(self, folds: Iterable[int]) -> "Films":
        return self._where(np.isin(self.folds, list(folds)))

    def without_folds(self, folds: Iterable[int]) -> "Films":
        return self._where(~np.isin(self.folds, list(folds)))

    def _where(self, chosen: NDArray[np.bool_]) -> "Films":
        return Films(self.frames[chosen], self.labels[chosen], self.patients[chosen], self.folds[chosen])


def load(images_tar: Path, index_csv: Path) -> Films:
    rows = _rows(index_csv)
    frames = frames_from_tar(images_tar, [row["file"] for row in rows])
    return Films(
        frames,
        np.array([_LABELS[row["label3"]] for row in rows]),
        np.array([row["group"] for row in rows]),
        np.array([int(row["fold5"]) for row in rows]),
    )


def frames_from_tar(images_tar: Path, names: Sequence[str]) -> Frame:
    frames = []
    with tarfile.open(images_tar) as archive:
        for name in names:
            member = archive.extractfile(name)
            if member is None:
                raise ValueError(f"{name} is not a file in {images_tar}")
            frames.append(frame_from_bytes(member.read()))
    return np.stack(frames)


def refuse_shared_patients(*parts: Films) -> None:
    seen: set[str] = set()
    for part in parts:
        patients = set(part.patients.tolist())
        shared = seen & patients
        if shared:
            raise SharedPatient(f"{len(shared)} patients are in more than one part")
        seen |= patients


def _rows(index_csv: Path) -> list[dict[str, str]]:
    with index_csv.open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))
