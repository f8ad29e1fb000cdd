"""Make .venv (or .venv-docs) and keep it in step with the lock. Run by tools/bootstrap; needs nothing but Python.

A stamp with the hash of the lock is written last: an install that failed or was cut off is done again, one that is
up to date costs a few milliseconds.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / (".venv-docs" if sys.argv[1:] == ["docs"] else ".venv")
PYTHON = PLACE / "bin" / "python"
FILES_ONLY = "requirements-files.lock"
LOCKS = {
    "run": ("requirements.lock",),
    "dev": ("requirements.lock", "requirements-dev.lock"),
    "docs": ("requirements-docs.lock",),  # all of it, in a place of its own
}
NO_VENV = (
    "this Python cannot make an environment (no ensurepip, no pip). Debian and Ubuntu: apt-get install python3-venv; "
    "or name another: make run PYTHON=/path/to/python3.12"
)


def refuse(sentence: str) -> None:
    sys.exit(f"rounds: {sentence}")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two makes at once would install over each other. The kernel drops the lock, however we end."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def is_sound() -> bool:
    """The marker says it was made to the end; the interpreter it points to may have been upgraded away since."""
    if not (PLACE / ".made").exists():
        return False
    code = (
        "import sys; print(sys.base_prefix, *sys.version_info[:2]);"
        "sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    )
    try:
        found = subprocess.run([PYTHON, "-c", code], capture_output=True, check=False)
    except OSError:
        return False
    return found.returncode == 0 and is_the_one_named(found.stdout.decode().strip())


def is_the_one_named(found: str) -> bool:
    """Whoever names a Python gets that one, also where the environment was made with another before."""
    return not os.environ.get("PYTHON") or found == " ".join(map(str, (sys.base_prefix, *sys.version_info[:2])))


def make() -> None:
    print(f"rounds: making the environment with Python {sys.version.split()[0]}, once", file=sys.stderr, flush=True)
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir()  # a folder that cannot be written is told as such, not as a Python without venv
    plain = [sys.executable, "-m", "venv", str(PLACE)]
    # Debian splits ensurepip off. With a pip of the system's own, an empty environment is enough.
    if (
        importlib.util.find_spec("ensurepip")
        and subprocess.run(plain, capture_output=True, check=False).returncode == 0
    ):
        (PLACE / ".made").touch()
        return
    shutil.rmtree(PLACE, ignore_errors=True)
    bare = subprocess.run([*plain, "--without-pip"], capture_output=True, check=False).returncode == 0
    if not bare or importlib.util.find_spec("pip") is None:
        shutil.rmtree(PLACE, ignore_errors=True)
        refuse(NO_VENV)
    (PLACE / ".made").touch()


def pip() -> list[str]:
    own = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    return [str(PYTHON), "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def fingerprint(group: str) -> str:
    words = b"".join((ROOT / name).read_bytes() for name in (*LOCKS[group], *_files_only(group)))
    return hashlib.sha256(words).hexdigest()


def _files_only(group: str) -> tuple[str, ...]:
    """Wheels of which only files are used: what else they ask for stays away."""
    return (FILES_ONLY,) if group != "docs" and (ROOT / FILES_ONLY).exists() else ()


def is_current(group: str) -> bool:
    stamp = PLACE / f".installed-{group}"
    return stamp.exists() and stamp.read_text() == fingerprint(group)


def install(group: str) -> None:
    print("rounds: installing packages, about a minute the first time", file=sys.stderr, flush=True)
    for stamp in PLACE.glob(".installed-*"):
        stamp.unlink()
    options = ["install", "-qq", "--no-input", "--disable-pip-version-check"]
    for wanted in (["-r", LOCKS[group][-1]], *(["--no-deps", "-r", name] for name in _files_only(group))):
        if subprocess.run([*pip(), *options, *wanted], cwd=ROOT, check=False).returncode:
            refuse("the packages could not be installed (the lines above say why); nothing was started")
    for known in ("run", "dev") if group == "dev" else (group,):
        draft = PLACE / ".draft"
        draft.write_text(fingerprint(known))
        draft.rename(PLACE / f".installed-{known}")


def main(group: str) -> None:
    with one_at_a_time():
        if not is_sound():
            make()
        if not is_current(group):
            install(group)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except OSError as problem:
        refuse(f"the environment in {PLACE} could not be made: {problem.strerror}")
    except KeyboardInterrupt:
        refuse("stopped while making the environment; the next start goes on from there")
