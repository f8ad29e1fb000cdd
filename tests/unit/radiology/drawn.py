"""Films drawn here, and a small net that stands for the large ones where only its training is asked about."""

import csv
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from benchmarks.untrained import write_untrained
from clinic.engines import manifests
from radiology.inference import engine, nets
from radiology.inference.engine import ChestPair
from radiology.training.films import Films

LABELS = ("NORMAL", "BACTERIAL", "VIRAL")


def drawn_frame(label: int, seed: int, side: int = 224) -> np.ndarray:
    """Two dark lungs; a bright patch in one of them is bacterial, a fine bright pattern in both is viral."""
    dice = np.random.default_rng(seed)
    down, across = np.mgrid[0:side, 0:side] / side
    film = np.full((side, side), 190.0)
    for middle in (0.3, 0.7):
        film[((across - middle) / 0.15) ** 2 + ((down - 0.5) / 0.32) ** 2 < 1] = 60
    if label == 1:
        film[((across - 0.3) / 0.1) ** 2 + ((down - 0.6) / 0.15) ** 2 < 1] = 200
    if label == 2:
        film[(film < 100) & (np.sin(down * 40) > 0)] = 150
    return (film + dice.normal(0, 12, film.shape)).clip(0, 255).astype(np.uint8)


def drawn_films(patients: int = 60) -> Films:
    labels = np.arange(patients) % 3
    frames = np.stack([drawn_frame(int(label), seed) for seed, label in enumerate(labels)])
    names = np.array([f"p{number:03d}" for number in range(patients)])
    return Films(frames, labels, names, (np.arange(patients) // 3) % 5)


class SmallNet(nn.Module):
    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 5, stride=4), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2), nn.ReLU()
        )
        self.drop = nn.Dropout(0.1)
        self.classifier = nn.Linear(32, 3)

    def forward(self, films: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.drop(self.features(films).mean(dim=(2, 3))))


def write_archive(folder: Path, films: Films) -> tuple[Path, Path]:
    """As the training films come: an archive of pictures and a table."""
    images, index = folder / "images.tar", folder / "index.csv"
    with tarfile.open(images, "w") as archive, index.open("w", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["file", "label3", "group", "fold5"])
        for number, frame in enumerate(films.frames):
            stored = io.BytesIO()
            Image.fromarray(frame).save(stored, "PNG")
            member = tarfile.TarInfo(f"{number}.png")
            member.size = len(stored.getvalue())
            archive.addfile(member, io.BytesIO(stored.getvalue()))
            rows.writerow([member.name, LABELS[films.labels[number]], films.patients[number], films.folds[number]])
    return images, index


def small_pair(folder: Path, patch: pytest.MonkeyPatch, size: int = 64) -> ChestPair:
    """An opened engine of two small nets that learned nothing."""
    patch.setattr(nets, "_BUILDERS", dict.fromkeys(nets.MEMBERS, SmallNet))
    write_untrained(folder, size)
    return engine.load(folder, manifests.read(folder).told)
