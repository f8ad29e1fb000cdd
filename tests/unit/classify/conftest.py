from pathlib import Path

import pytest

from classify.inference import engine
from classify.inference.engine import LinearDocuments
from clinic.engines import manifests

SHIPPED = Path(__file__).parents[3] / "classify" / "weights" / "specialty-1"


@pytest.fixture(scope="session")
def shipped() -> LinearDocuments:
    manifest = manifests.read(SHIPPED)
    manifests.check_files(SHIPPED, manifest)
    return engine.load(SHIPPED, manifest.told)
