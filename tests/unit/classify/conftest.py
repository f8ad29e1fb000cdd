from pathlib import Path

import pytest

from classify.inference import engine
from classify.inference.engine import LinearDocuments
from classify.training import learning
from classify.training.learning import Plan, Trained
from clinic.engines import manifests
from tests.unit.classify.made import SMALL, made

SHIPPED = Path(__file__).parents[3] / "classify" / "weights" / "specialty-1"


@pytest.fixture(scope="session")
def shipped() -> LinearDocuments:
    manifest = manifests.read(SHIPPED)
    manifests.check_files(SHIPPED, manifest)
    return engine.load(SHIPPED, manifest.told)


@pytest.fixture(scope="session")
def trained() -> Trained:
    return learning.train(learning.split(made(120), 1, lambda line: None), Plan(SMALL), lambda line: None)
