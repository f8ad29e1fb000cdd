import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.embedded.postgres import Embedded
from clinic.storage.local import LocalObjectStore

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a service user")


def throwaway(home: Path) -> Embedded:
    return Embedded(home, is_throwaway=True)


def _quick_place() -> str | None:
    """In memory where there is room for it: these tests start some twenty servers."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > 2_000_000_000
    return str(memory) if has_room else None


def make_folder() -> Path:
    """Not tmp_path: that one lies in a folder closed to the service user which runs the database for root."""
    folder = Path(tempfile.mkdtemp(prefix="rounds-test-", dir=_quick_place()))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


@pytest.fixture
def empty_home() -> Iterator[Path]:
    folder = make_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def stopped_home() -> Iterator[Path]:
    folder = make_folder()
    LocalObjectStore.prepare(folder / "files")
    with throwaway(folder).running():
        pass
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(stopped_home: Path, empty_home: Path) -> Path:
    """A home that was started once: copied, because making a database takes longer than most tests."""
    subprocess.run(["cp", "-a", f"{stopped_home}/.", str(empty_home)], check=True)
    return empty_home


@pytest.fixture(scope="session")
def server(stopped_home: Path) -> Iterator[Embedded]:
    folder = make_folder()
    subprocess.run(["cp", "-a", f"{stopped_home}/.", str(folder)], check=True)
    with throwaway(folder).running() as embedded:
        yield embedded
    shutil.rmtree(folder, ignore_errors=True)
