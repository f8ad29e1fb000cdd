"""Write the three locks from pyproject.toml (run, dev, docs), for every Python the project supports.

pip resolves, once per Python version; the first answer binds the later ones, so that a package has one version
everywhere where that is possible. Where it is not, the line carries a marker. No hashes and no local labels: the same
lock must accept a build of a package made for this machine (a CPU build of torch is one).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
HEADER = "# Made by `make lock` from pyproject.toml. Do not edit.\n"

# What a build of torch for graphics cards brings along. A build without them must not install them: each build asks for
# its own.
OF_THE_BUILD = ("nvidia-", "cuda-", "triton")

Pins = dict[str, str]


def find_python(version: str) -> str:
    """PYTHONS may name interpreters that are not on the PATH."""
    for candidate in (*os.environ.get("PYTHONS", "").split(), f"python{version}"):
        program = shutil.which(candidate)
        if program and ask_version(program) == version:
            return program
    sys.exit(f"lock: Python {version} is not here; name it: make lock PYTHONS='/path/python3.12 /path/python3.13'")


def ask_version(program: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([program, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def resolve(python: str, wanted: list[str], bound: Pins) -> Pins:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        subprocess.run([python, "-m", "venv", str(place / "venv")], check=True)
        pip = [str(place / "venv/bin/python"), "-m", "pip", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--upgrade", "pip"], check=True)
        (place / "bound").write_text(lines(bound))
        report = place / "report.json"
        subprocess.run(
            [
                *pip,
                "install",
                "--dry-run",
                "--ignore-installed",
                "--report",
                str(report),
                "-c",
                str(place / "bound"),
                *wanted,
            ],
            check=True,
        )
        return read_report(json.loads(report.read_text()))


def read_report(report: dict[str, Any]) -> Pins:
    found = (package["metadata"] for package in report["install"])
    pins = {canonical(data["name"]): data["version"].split("+")[0] for data in found}
    return {name: version for name, version in pins.items() if not name.startswith(OF_THE_BUILD)}


def canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def lines(pins: Pins) -> str:
    return "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))


def merge(answers: dict[str, Pins]) -> str:
    """One line per package and version; a marker where not every Python has it."""
    rows = []
    for name in sorted(set().union(*answers.values())):
        by_version: dict[str, list[str]] = {}
        for python, pins in answers.items():
            if name in pins:
                by_version.setdefault(pins[name], []).append(python)
        rows += [f"{name}=={version}{marker(pythons)}\n" for version, pythons in by_version.items()]
    return "".join(rows)


def marker(pythons: list[str]) -> str:
    if len(pythons) == len(VERSIONS):
        return ""
    return " ; " + " or ".join(f"python_version == '{python}'" for python in pythons)


def only_new(dev: dict[str, Pins], run: dict[str, Pins]) -> dict[str, Pins]:
    return {python: {n: v for n, v in pins.items() if n not in run[python]} for python, pins in dev.items()}


def resolve_all(wanted: list[str], bounds: dict[str, Pins]) -> dict[str, Pins]:
    answers: dict[str, Pins] = {}
    for version in VERSIONS:
        known = {name: pin for pins in answers.values() for name, pin in pins.items()}
        answers[version] = resolve(find_python(version), wanted, {**known, **bounds.get(version, {})})
    return answers


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run_wanted: list[str] = project["project"]["dependencies"]
    dev_wanted: list[str] = project["dependency-groups"]["dev"]
    docs_wanted: list[str] = project["dependency-groups"]["docs"]
    run = resolve_all(run_wanted, {})
    dev = resolve_all(run_wanted + dev_wanted, run)
    docs = resolve_all(docs_wanted, dev)
    (ROOT / "requirements.lock").write_text(HEADER + merge(run))
    (ROOT / "requirements-dev.lock").write_text(HEADER + "-r requirements.lock\n" + merge(only_new(dev, run)))
    (ROOT / "requirements-docs.lock").write_text(HEADER + merge(docs))


if __name__ == "__main__":
    main()
