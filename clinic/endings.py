"""Whoever waits for something of a case hears what became of it: a run has ended, a file in pieces is whole or was
discarded. Told in the transaction in which it happens, so that nobody can miss it. What wants more time than people
have is found by the clock. A capability registers from its `apps.py`.
"""

from typing import Any

from django.utils.module_loading import import_string

from clinic.authorization.actor import Actor
from clinic.models import Run, UploadSession

_of_runs: list[str] = []
_of_files: list[str] = []
_by_the_clock: list[str] = []


def hear_of_runs(listener: str) -> None:
    """`listener`: 'app.actions.module:function' (*, by, run), called however the run ended."""
    _of_runs.append(listener)


def hear_of_files(listener: str) -> None:
    """`listener`: 'app.actions.module:function' (*, by, session), of a session that has its upload or will never."""
    _of_files.append(listener)


def look_at_the_clock(listener: str) -> None:
    """`listener`: 'app.actions.module:function' () -> int, called about twice a second beside all other chores."""
    _by_the_clock.append(listener)


def run_ended(*, by: Actor, run: Run) -> None:
    for listener in _of_runs:
        _call(listener, by=by, run=run)


def session_ended(*, by: Actor, session: UploadSession) -> None:
    for listener in _of_files:
        _call(listener, by=by, session=session)


def time_passes() -> int:
    return sum(_call(listener) or 0 for listener in _by_the_clock)


def _call(listener: str, **told: Any) -> Any:
    return import_string(listener.replace(":", "."))(**told)
