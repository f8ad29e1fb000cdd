"""Tables, and figures that never stand without their interval and their n."""

from collections.abc import Iterable, Mapping
from typing import Any

Told = Mapping[str, Any]
Row = tuple[Any, ...]
NOT_MEASURED = "Not measured yet."


def table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines) + "\n"


def figure(told: Told, digits: int = 2) -> str:
    value, low, high = (f"{told[name]:,.{digits}f}" for name in ("value", "low", "high"))
    return f"{value} ({low} to {high}, n={told['n']:,})"
