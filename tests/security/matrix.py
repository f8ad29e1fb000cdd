"""Who may pass which door. `matrix.txt` says it, a line a route, to be read; here it is held against what happens.

    python -m tests.security.matrix          prints the lines as the doors have them now
    make matrix                              asks every cell over the wire of the test client, and foreign ids besides

A letter is a role; `-` nobody; `*` everybody, signed in or not; `.` no such method behind the door.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from clinic.authorization.roles import ROLES, Role
from clinic.doors import Door, door_of

FILE = Path(__file__).with_name("matrix.txt")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LETTERS = {
    Role.CLINICIAN: "C", Role.RADIOLOGIST: "R", Role.REVIEWER: "V", Role.ENGINEER: "E", Role.LEAD: "L",
    Role.AUDITOR: "A", Role.ADMIN: "D",
}  # fmt: skip
NOBODY, EVERYBODY, NO_METHOD, CLOSED = "-", "*", ".", "closed"


@dataclass(frozen=True)
class Gate:
    """A route with its door. `view` is what stands behind it."""

    route: str
    name: str
    door: Door | None
    view: Any

    @property
    def is_api(self) -> bool:
        return hasattr(self.view, "cls")

    def may(self, role: Role, method: str) -> bool:
        """As the door says it: of a page for every method alike, of the API method by method."""
        held = ROLES[role].permissions
        if self.is_api and not self.door_is_public:
            needs = self.view.cls.needs.get(method)
            return needs is not None and all(bool(_any_of(need) & held) for need in needs)
        return self.door is not None and (self.door.permission is None or self.door.permission in held)

    @property
    def door_is_public(self) -> bool:
        return self.door is not None and self.door.is_public


def _any_of(need: Any) -> frozenset[Any]:
    return need if isinstance(need, frozenset) else frozenset({need})


def gates(resolver: URLResolver | None = None, before: str = "/") -> Iterator[Gate]:
    for pattern in (resolver or get_resolver()).url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from gates(pattern, here)
        elif isinstance(pattern, URLPattern):
            yield Gate(here, pattern.name or "", door_of(pattern.callback, pattern.name), pattern.callback)


def methods_of(gate: Gate) -> tuple[str, ...]:
    """Those that do not answer 405. Of a page its decorators decide, which only asking tells: all are listed then."""
    if not gate.is_api:
        return METHODS
    return tuple(method for method in METHODS if method in gate.view.cls.needs or gate.door_is_public)


def line_of(gate: Gate) -> str:
    if gate.door is None:
        return f"{gate.route} {CLOSED}"
    if gate.door_is_public:
        return f"{gate.route} {EVERYBODY}"
    if not gate.is_api:
        return f"{gate.route} {_letters(gate, 'GET')}"
    told = (f"{method}={_letters(gate, method) if method in methods_of(gate) else NO_METHOD}" for method in METHODS)
    return f"{gate.route} {' '.join(told)}"


def _letters(gate: Gate, method: str) -> str:
    return "".join(letter for role, letter in LETTERS.items() if gate.may(role, method)) or NOBODY


def lines() -> list[str]:
    return sorted({line_of(gate) for gate in gates()})


def written() -> list[str]:
    return [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]


def may_by_file() -> dict[str, str]:
    """By route: what stands behind it in the file."""
    return dict(line.partition(" ")[::2] for line in written())


def allowed(told: str, role: Role | None, method: str) -> bool:
    """Whether the file lets this principal pass; None is a stranger."""
    if told == EVERYBODY:
        return True
    if told == CLOSED or role is None:
        return False
    if "=" not in told:
        return LETTERS[role] in told
    by_method = dict(part.split("=") for part in told.split())
    return LETTERS[role] in by_method[method]


def main() -> int:
    import django

    django.setup()
    sys.stdout.write("\n".join(lines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
