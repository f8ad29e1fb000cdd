"""Engines of letters for tests: a copy of the shipped one, signed by this installation, to be bent."""

import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from clinic.engines import manifests, trust

SHIPPED = settings.BASE_DIR / "clinic" / "weights"


def copied(into: Path, *, of: str = "letters-1", version: str = "2.0.0", signed: bool = True, **facts: Any) -> Path:
    """Another version, so that it is another engine."""
    folder = into / f"{of}-{version}"
    shutil.copytree(SHIPPED / of, folder)
    return resealed(folder, version=version, signed=signed, **facts)


def resealed(folder: Path, *, signed: bool = True, **facts: Any) -> Path:
    """After something in it was changed: with a manifest and a signature that fit again."""
    told = json.loads((folder / manifests.MANIFEST).read_text())
    kept = {name: value for name, value in told.items() if name not in ("format", "files")}
    manifest = manifests.write(folder, kept | facts)
    if signed:
        trust.sign(folder, manifest)
    return folder


def with_card(folder: Path, **changes: Any) -> Path:
    path = folder / manifests.CARD
    card = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({name: value for name, value in card.items() if value is not None}))
    return resealed(folder)
