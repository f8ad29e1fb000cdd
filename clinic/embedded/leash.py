"""Children that do not outlive us: what `make run` started ends with it, even when it is killed."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

PR_SET_PDEATHSIG = 1
# Looked up here: between fork and exec nothing may be loaded.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def spawn(command: list[str], *, death_signal: int, **arguments: Any) -> subprocess.Popen[bytes]:
    """In a session of its own: the terminal's Ctrl-C reaches the supervisor alone, which stops things in order.

    The tie follows the thread that starts the child: call it from the main one. Only Linux has it; elsewhere a killed
    supervisor leaves its children, and the next start ends a database it finds so.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_tie(death_signal),  # not earlier: the change of user would clear it
        **arguments,
    )


def _tie(death_signal: int) -> Callable[[], None] | None:
    if _prctl is None:
        return None
    parent, prctl = os.getpid(), _prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # it ended before we were tied
            os._exit(1)

    return tie
