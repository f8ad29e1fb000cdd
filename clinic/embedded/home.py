"""Where an installation keeps its things, and which folders there may be read by whom."""

import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from clinic.embedded.account import Account
from clinic.embedded.unavailable import Unavailable

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_MAX_BYTES = 107 if sys.platform == "linux" else 103
PLAIN_PATH = re.compile(r"[\w./+@~-]+")  # the queue's client joins its connection string without quotes
FREE_SPACE_MIN_MB = 500


def default_home() -> Path:
    """ROUNDS_HOME; else var/ of the checkout. For root a folder that the service user can reach, one per checkout."""
    if named := os.environ.get("ROUNDS_HOME", "").strip():
        return Path(named).expanduser().absolute()
    if os.geteuid() != 0:
        return CHECKOUT / "var"
    return Path("/var/lib/rounds") / _digest(CHECKOUT, 8)


def _digest(path: Path, length: int) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:length]


def make_home(home: Path) -> None:
    """Private for a normal user; for root it lets the service user pass through, but not look around."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        for folder in reversed([place for place in (home, *home.parents) if not place.exists()]):
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
    except OSError as problem:
        raise Unavailable(f"{home} cannot be made ({problem.strerror}): set ROUNDS_HOME to a folder of yours") from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise Unavailable(f"{home} cannot be written: set ROUNDS_HOME to a folder of yours")


def check_space(home: Path) -> None:
    free_mb = shutil.disk_usage(home).free // 1_000_000
    if free_mb < FREE_SPACE_MIN_MB:
        raise Unavailable(f"only {free_mb} MB are free in {home}, {FREE_SPACE_MIN_MB} MB are needed: make room")


def check_reachable(home: Path, account: Account) -> None:
    """Root passes every door; the service user does not. No mode of a folder that was there is changed for it."""
    closed = [place for place in (home, *home.parents) if account.is_another and not _may_pass(place, account)]
    if closed:
        raise Unavailable(
            f"{closed[-1]} is closed to {account.name}, who runs the database when you are root: "
            "set ROUNDS_HOME to a folder it can reach, such as /var/lib/rounds-trial"
        )


def _may_pass(place: Path, account: Account) -> bool:
    state = place.stat()
    return bool(state.st_mode & (stat.S_IXUSR if state.st_uid == account.uid else stat.S_IXOTH))


def socket_folder(home: Path) -> Path:
    """Beside the data where the path allows it, else a private folder under the system's temporary one."""
    candidates = (home / "run", Path(tempfile.gettempdir()) / f"rounds-{os.geteuid()}-{_digest(home, 16)}")
    for folder in candidates:
        if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_MAX_BYTES and PLAIN_PATH.fullmatch(str(folder)):
            return folder
    raise Unavailable(
        f"{candidates[-1]} is too long or too unusual for a socket ({SOCKET_PATH_MAX_BYTES} bytes): "
        "set ROUNDS_HOME to a short path"
    )


def make_private(folder: Path, account: Account) -> None:
    """Made aside and moved into place, so that a stop in between leaves nothing that belongs to the wrong user."""
    if not folder.is_symlink() and not folder.exists():
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".draft-"))
        os.chown(draft, account.uid, account.gid)
        draft.rename(folder)
    check_private(folder, account)


def check_private(folder: Path, account: Account) -> None:
    """Anybody may make folders under a temporary one: what we find there has to be ours, and closed."""
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != account.uid or state.st_mode & 0o077:
        raise Unavailable(
            f"{folder} is not a private folder of {account.name}: was it started as another user before? "
            "Start as that one, or set ROUNDS_HOME to a new folder"
        )
