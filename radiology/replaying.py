"""A film's answer is computed again in the precision in which it was given, whichever is this machine's own."""

from collections.abc import Mapping
from typing import Any

from clinic.pipeline import NotHere
from radiology.inference.engine import ChestPair, PrecisionMissing


def as_recorded(asked: ChestPair, told: Mapping[str, Any]) -> ChestPair:
    recorded = str(told.get("precision") or asked.identity.precision)
    try:
        return asked.at(recorded)
    except PrecisionMissing as why:
        raise NotHere(recorded) from why
