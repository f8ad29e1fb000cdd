"""Writes the engine that corrections made of another: new weights, the old doubt, a card that says what changed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from classify.inference import engine
from classify.training import shipping
from classify.training.updating import Correction, Updated
from clinic.doubt.intervals import Figure
from clinic.engines import manifests


def version_of(base: str, corrections: Sequence[Correction]) -> str:
    """The same decisions give the same version, and with it the same hash of everything."""
    told = json.dumps(sorted((each.text, each.label) for each in corrections), ensure_ascii=False)
    return f"{base.partition('+')[0]}+{len(corrections)}.{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def write(updated: Updated, base: Path, out: Path, corrections: Sequence[Correction]) -> str:
    """The digest of what was written."""
    out.mkdir(parents=True, exist_ok=True)
    old = manifests.read(base)
    shipping.write_heads(out, updated.engine.heads)
    manifests.write_json(out / engine.CALIBRATION, updated.engine.doubt.as_json())
    kept = ("capability", "name", "backend", "precision", "seed")
    facts: dict[str, Any] = {name: old.told[name] for name in kept}
    facts |= {"version": version_of(old.version, corrections), "learned_on_top_of": old.digest}
    manifests.write_json(out / manifests.GOLDEN, shipping.golden(engine.load(out, facts)))
    manifests.write_json(
        out / manifests.CARD, _card(json.loads((base / manifests.CARD).read_text()), updated, old.digest)
    )
    return manifests.write(out, facts).digest


def _card(card: Mapping[str, Any], updated: Updated, base: str) -> dict[str, Any]:
    n = updated.after.n
    limits = [one for one in card["limits"] if not one.startswith(_LEARNED)]
    added = (f"{_LEARNED} {n} decisions of one site. How sure it is was measured before: probabilities and sets are "
             f"those of the engine it began with ({base[:12]}).")  # fmt: skip
    known = [one for one in card["metrics"] if one["name"] not in (_BEFORE, _AFTER)]
    return dict(card) | {
        "limits": [added, *limits],
        "metrics": [*known, _metric(_BEFORE, updated.before), _metric(_AFTER, updated.after)],
        "changed_by_corrections": {"decisions": n, "hold": updated.hold, "began_with": base},
    }


_LEARNED = "Learned on top of its training from"
_BEFORE = "right, of what people decided, before"
_AFTER = "right, of what people decided, as if not learned from"


def _metric(name: str, one: Figure) -> dict[str, Any]:
    return {"name": name, "n": one.n} | {part: round(getattr(one, part), 4) for part in ("value", "low", "high")}
