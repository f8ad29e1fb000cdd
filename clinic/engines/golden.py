"""An engine is asked its sealed cases: does it still say what it said when it was made? In workers only."""

import json
import time
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from clinic.capabilities import capability_named
from clinic.engines import manifests, opening
from clinic.engines.unfit import Unfit
from clinic.models import Engine

NO_CASES = "no_cases"


@dataclass(frozen=True)
class Asked:
    """How many cases it was asked, and which came out otherwise. An engine that cannot be opened fails all of them."""

    cases: int
    failed: tuple[dict[str, Any], ...]
    seconds: float

    @property
    def is_ok(self) -> bool:
        return self.cases > 0 and not self.failed


def ask(engine: Engine, *, only_first: bool = False) -> Asked:
    """Its files are checked anew, byte for byte, whatever this process holds open."""
    began = time.monotonic()
    try:
        opening.forget(engine)
        asked = opening.open_engine(engine)
        cases = cases_of(engine)[: 1 if only_first else None]
        failed = _differing(engine, asked, cases)
    except Unfit as why:
        return Asked(0, ({"fault": why.fault.value, "about": why.about},), time.monotonic() - began)
    return Asked(len(cases), tuple(failed), time.monotonic() - began)


def cases_of(engine: Engine) -> list[dict[str, Any]]:
    """Only what the manifest names, so that nobody slips easier cases in."""
    if manifests.GOLDEN not in engine.manifest["files"]:
        return []
    told = json.loads((opening.folder_of(engine) / manifests.GOLDEN).read_text())
    cases: list[dict[str, Any]] = told["cases"]
    return cases


def _differing(engine: Engine, asked: Any, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not cases:
        return [{"fault": NO_CASES, "about": ""}]
    differs = import_string(capability_named(engine.capability).golden.replace(":", "."))
    return [found for case in cases if (found := _ask_one(differs, asked, case))]


def _ask_one(differs: Any, asked: Any, case: dict[str, Any]) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] | None = differs(asked, case)
    except Exception as problem:  # an engine that breaks on a case it once answered has failed it
        return {"id": case["id"], "fault": type(problem).__name__}
    return found
