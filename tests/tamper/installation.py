"""A private installation whose database may be tampered with and killed: its server and its tables, nothing else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from clinic.embedded.crew import run_to_end
from clinic.embedded.home import default_home, make_home
from clinic.embedded.plan import Plan, manage
from clinic.embedded.postgres import Embedded
from clinic.storage.local import LocalObjectStore


@contextmanager
def installation() -> Iterator[Embedded]:
    """This process's environment names the new home, so that Django, once set up, works there."""
    home = default_home() / f"tamper-{os.getpid()}"
    make_home(home)
    LocalObjectStore.prepare(home / "files")
    os.environ |= {"ROUNDS_HOME": str(home), "ROUNDS_MODE": "demo", "ROUNDS_LOG_LEVEL": "ERROR",
                   "ROUNDS_LOCK_TIMEOUT_SECONDS": "1", "DJANGO_SETTINGS_MODULE": "clinic.settings"}  # fmt: skip
    try:
        with Embedded(home).running() as server:
            for command in (("migrate", "--database=owner", "-v0"), ("collectstatic", "--noinput", "-v0")):
                run_to_end(manage(*command), Plan(home=home).environment())
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)
