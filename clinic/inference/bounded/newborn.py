"""The life of a child: settle, put up the walls, run the one function, say what came of it, end."""

import fcntl
import gc
import os
import tempfile
from collections.abc import Callable
from typing import Any, NoReturn

from clinic.inference.bounded import messages
from clinic.inference.bounded.confine import Limits, Walls, confine
from clinic.inference.bounded.outcomes import Refused

EXIT_UNSPOKEN = 70  # it could not even say what went wrong
ANSWER_HANDLE = 3


def grow_up(
    function: Callable[..., Any], request: dict[str, Any], walls: Walls, nursery: int, *, payload: int, answer: int
) -> NoReturn:
    try:
        _settle(payload=payload, answer=answer)
        confine(Limits(**request["limits"]), walls, parent=nursery)
        _say(_run(function, request["args"]))
    except BaseException:
        os._exit(EXIT_UNSPOKEN)
    os._exit(0)


def _settle(*, payload: int, answer: int) -> None:
    """A group of its own, and no handle but payload, answer and nothing."""
    os.setsid()
    os.umask(0o077)
    tempfile.tempdir = os.curdir
    nothing = os.open(os.devnull, os.O_RDWR)
    answer, payload, nothing = (fcntl.fcntl(handle, fcntl.F_DUPFD, 10) for handle in (answer, payload, nothing))
    for handle, place in ((payload, 0), (nothing, 1), (nothing, 2), (answer, ANSWER_HANDLE)):
        os.dup2(handle, place)
    os.closerange(ANSWER_HANDLE + 1, os.sysconf("SC_OPEN_MAX"))


def _run(function: Callable[..., Any], args: dict[str, Any]) -> list[bytes | memoryview]:
    """The answer, packed. Whatever was half-built is let go before an answer about the lack of memory is made."""
    try:
        with open(0, "rb", closefd=False) as payload:
            return messages.pack({"returned": function(payload, **args)})
    except Refused as refusal:
        return messages.pack({"refused": refusal.code})
    except MemoryError:
        problem = ""
    except BaseException as fault:
        problem = type(fault).__name__
    gc.collect()
    return messages.pack({"raised": problem} if problem else {"out_of_memory": True})


def _say(answer: list[bytes | memoryview]) -> None:
    for piece in answer:
        view = memoryview(piece)
        while view:
            view = view[os.write(ANSWER_HANDLE, view) :]
