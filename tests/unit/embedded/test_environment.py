"""The environment every recipe makes: the right Python, the whole lock, or one line."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import lock

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose lock is empty, so that nothing is fetched."""
    shutil.copytree(CHECKOUT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text("# nothing\n")
    return tmp_path


@pytest.fixture
def as_on_debian(tmp_path: Path) -> dict[str, str]:
    """A Python whose ensurepip is split off: the other way an environment is made, and a much faster one."""
    (tmp_path / "split").mkdir()
    (tmp_path / "split" / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\n")
    return {"PYTHONPATH": str(tmp_path / "split")}


def bootstrap(
    checkout: Path, *, python: str = sys.executable, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "tools" / "bootstrap", "run"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": python} | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def program(place: Path, script: str) -> str:
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    return str(place)


def test_bootstrap_when_no_python_fits_then_one_line(checkout: Path, tmp_path: Path) -> None:
    done = bootstrap(checkout, python=program(tmp_path / "old", "exit 1"))

    assert done.returncode == 1
    assert done.stderr.startswith("rounds: needs Python 3.11, 3.12 or 3.13")
    assert done.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


@pytest.mark.slow
def test_bootstrap_when_done_then_the_next_does_nothing(checkout: Path) -> None:
    first, second = bootstrap(checkout), bootstrap(checkout)

    assert (first.returncode, second.returncode) == (0, 0)
    assert "making the environment" in first.stderr
    assert second.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize(("is_named", "is_remade"), [(True, True), (False, False)])
def test_bootstrap_when_made_with_another_python_then_remade_for_who_names_one(
    checkout: Path, as_on_debian: dict[str, str], is_named: bool, is_remade: bool
) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / ".made").touch()
    program(checkout / ".venv" / "bin" / "python", "echo /elsewhere 3 12")
    stamp = hashlib.sha256((checkout / "requirements.lock").read_bytes()).hexdigest()
    (checkout / ".venv" / ".installed-run").write_text(stamp)

    done = bootstrap(checkout, python=sys.executable if is_named else "", env=as_on_debian)

    assert done.returncode == 0
    assert ("making the environment" in done.stderr) is is_remade
    assert "/elsewhere" in (checkout / ".venv" / "bin" / "python").read_text("latin-1") or is_remade


@pytest.mark.slow
def test_bootstrap_when_an_install_fails_then_no_stamp_and_the_next_tries_again(
    checkout: Path, as_on_debian: dict[str, str]
) -> None:
    (checkout / "requirements.lock").write_text("./no-such-package.whl\n")
    failed = bootstrap(checkout, env=as_on_debian)
    stamps = list((checkout / ".venv").glob(".installed-*"))
    (checkout / "requirements.lock").write_text("# nothing again\n")

    mended = bootstrap(checkout, env=as_on_debian)

    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("rounds: the packages could not be installed")
    assert stamps == []
    assert mended.returncode == 0
    assert "making the environment" not in mended.stderr


def test_bootstrap_when_the_folder_cannot_be_written_then_one_line(checkout: Path) -> None:
    (checkout / ".venv").write_text("a file in its place")

    done = bootstrap(checkout)

    assert done.returncode == 1
    assert "could not be made: File exists" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_lock_when_one_python_needs_another_version_then_the_line_has_a_marker() -> None:
    everywhere = dict.fromkeys(lock.VERSIONS, "1.0")
    answers = {python: {"same": version} for python, version in everywhere.items()}
    answers["3.11"]["backport"] = "2.0"

    assert lock.merge(answers) == "backport==2.0 ; python_version == '3.11'\nsame==1.0\n"


def test_lock_when_read_from_a_report_then_without_local_labels() -> None:
    report = {"install": [{"metadata": {"name": "Some_Package", "version": "2.13.0+cpu"}}]}

    assert lock.read_report(report) == {"some-package": "2.13.0"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_when_committed_then_only_names_and_pins(name: str) -> None:
    for line in (CHECKOUT / name).read_text().splitlines():
        words = line.split(" ; ")[0]
        is_pin = words.count("==") == 1 and "+" not in words and "/" not in words
        assert is_pin or line.startswith("#") or line == "-r requirements.lock", line
