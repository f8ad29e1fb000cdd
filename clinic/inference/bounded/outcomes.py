"""How work in a child can end other than with a value. Codes and class names only: the rest may be patient data."""

import re
from dataclasses import dataclass
from typing import Any

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Refused(Exception):
    """Raised by a function that runs in a child, when it looked and will not take what it saw."""

    def __init__(self, code: str) -> None:
        if not CODE.fullmatch(code):
            raise ValueError("a refusal is a code: small letters, digits and _")
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function returned, and what it cost. `peak_bytes` includes the interpreter and its libraries."""

    value: Any
    wall_s: float
    cpu_s: float
    peak_bytes: int


class ChildError(Exception):
    """Base of all that follows; `code` is stable and safe to keep and show."""

    code = "child_error"

    def __init__(self, about: str = "") -> None:
        super().__init__(f"{self.code}: {about}" if about else self.code)
        self.about = about


class ChildUnavailable(ChildError):
    """No child could be started at all: nothing is wrong with what was to be parsed."""

    code = "child_unavailable"


class ChildTimeout(ChildError):
    """Over its wall time or its processor time."""

    code = "child_timeout"


class ChildOutOfMemory(ChildError):
    code = "child_out_of_memory"


class ChildOutputTooLarge(ChildError):
    code = "child_output_too_large"


class ChildFailed(ChildError):
    """It raised something nobody declared; `about` is the name of its class."""

    code = "child_failed"


class ChildCrashed(ChildError):
    code = "child_crashed"

    def __init__(self, signal: int) -> None:
        super().__init__(f"signal {signal}")
        self.signal = signal


class ChildRefused(ChildError):
    """The function's own Refused."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()
