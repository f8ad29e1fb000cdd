"""The product's settings, laid over once for tests: a home of their own, and nothing taken from the environment.

Each test session has a home to itself, so that two at once do not meet: the first free of a few kept ones, which keep
their database server and its template for the next session.
"""

import os
from itertools import count
from pathlib import Path

from clinic.embedded.home import default_home, make_home
from clinic.embedded.lock import Lock

_OURS = ("ROUNDS_", "DATABASE_", "CELERY_BROKER_")
_OF_BROWSER_TESTS = ("ROUNDS_CHROMIUM", "ROUNDS_SKIP_BROWSER", "ROUNDS_SCREENSHOTS")  # no settings of the product
_HANDED_ON = "ROUNDS_TEST_HOME"  # from the session's first process to its xdist workers
_locks: list[Lock] = []  # held until the process ends


def _free_home() -> Path:
    os.environ.pop("ROUNDS_HOME", None)
    for number in count():
        home = default_home() / "test" / str(number)
        make_home(home)
        lock = Lock(home / "session.lock")
        if lock.acquire():
            _locks.append(lock)
            return home
    raise AssertionError("unreachable")


HOME = Path(os.environ.get(_HANDED_ON) or _free_home())
for _name in [name for name in os.environ if name.startswith(_OURS) and name not in _OF_BROWSER_TESTS]:
    del os.environ[_name]
# There is a test process a core: pools of threads in each mostly spin for one another. Read when numpy is imported.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
os.environ |= {_HANDED_ON: str(HOME), "ROUNDS_HOME": str(HOME), "ROUNDS_MODE": "test"}

from clinic.settings import *  # noqa: E402, F403

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
FILES_FOLDER = HOME / f"files-{_WORKER}"
ENGINES_FOLDER = HOME / f"engines-{_WORKER}"
SWEEP_SECONDS = 1
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  (the static files' middleware wants it there)
