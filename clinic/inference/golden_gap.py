"""How far an engine's numbers are from what it said when its sealed cases were made."""

from collections.abc import Mapping


def gap(wanted: Mapping[str, float] | None, found: Mapping[str, float] | None) -> float:
    """The largest difference of one number; without end where one has numbers that the other lacks."""
    if wanted is None or found is None or wanted.keys() != found.keys():
        return 0.0 if wanted == found else float("inf")
    return max((abs(wanted[name] - found[name]) for name in wanted), default=0.0)
