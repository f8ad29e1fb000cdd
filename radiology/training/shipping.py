"""Makes an engine's folder of what was trained: rounded weights, calibration, card, manifest.

Everything is measured on the rounded weights, read back from the folder as a worker reads them.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from clinic.engines import manifests
from radiology.inference import arithmetic, engine, ensemble, golden, nets
from radiology.inference.ensemble import Ensemble
from radiology.inference.findings import FINDINGS
from radiology.inference.quantising import packed
from radiology.inference.scoring import Probabilities, probabilities
from radiology.training import adults, calibrating, cards, measuring
from radiology.training.adults import Adults
from radiology.training.calibrating import Doubt
from radiology.training.cards import Measured
from radiology.training.films import Films
from radiology.training.learning import Split, Trained

SHARES = {nets.CONVNEXT_TINY: 0.4, nets.EFFICIENTNET_V2_S: 0.6}
_CALIBRATION = "calibration.json"

Told = Mapping[str, Probabilities]


def ship(
    trained: Sequence[Trained],
    split: Split,
    adult_sets: Sequence[Adults],
    out: Path,
    runs: Path,
    *,
    version: str,
    say: Callable[[str], None] = print,
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    facts = _facts(trained, version)
    _write_weights(trained, out)
    members = [ensemble.member(out, name, told) for name, told in facts["members"].items()]
    on_calibration = {member.name: member.says(split.calibrated.frames) for member in members}
    doubt = calibrating.fit(ensemble.mean(on_calibration, SHARES), split.calibrated)
    manifests.write_json(out / _CALIBRATION, {"calibrator": doubt.calibrator.as_json(), "sets": doubt.sets.as_json()})
    shipped = ensemble.load(out, facts)
    measured = _measured(shipped, doubt, trained, split, adult_sets, on_calibration)
    manifests.write_json(out / manifests.CARD, cards.card(trained, split, measured))
    exact = engine.opened(out, facts, digest="", precision=arithmetic.FLOAT32)
    manifests.write_json(out / manifests.GOLDEN, golden.golden(exact))
    manifest = manifests.write(out, facts)
    report = cards.report(trained, split, measured)
    (runs / "report.md").write_text(report)
    say(report)
    say(f"{out} {manifest.digest}")


def _facts(trained: Sequence[Trained], version: str) -> dict[str, Any]:
    """What the manifest says beside its files; precision and backend are part of the engine's identity."""
    sizes = {one.member: one.size for one in trained}
    return {
        "capability": "radiology.chest",
        "name": "Chest film pair",
        "version": version,
        "backend": "torch",
        "precision": "weights int8 per channel; arithmetic bfloat16 where native, else float32",
        "arithmetic": list(arithmetic.PRECISIONS),
        "findings": list(FINDINGS),
        "ages": list(cards.AGES),
        "calibration": _CALIBRATION,
        "seed": trained[0].plan.recipe.seed,
        "members": {
            name: {"file": f"{name}.safetensors", "size": sizes[name], "share": SHARES[name]} for name in nets.MEMBERS
        },
    }


def _write_weights(trained: Sequence[Trained], out: Path) -> None:
    for one in trained:
        save_file(packed(one.net.state_dict()), out / f"{one.member}.safetensors")


def _measured(
    shipped: Ensemble,
    doubt: Doubt,
    trained: Sequence[Trained],
    split: Split,
    adult_sets: Sequence[Adults],
    on_calibration: Told,
) -> Measured:
    films = split.measured
    first, second = (on_calibration[name] for name in nets.MEMBERS)
    told = shipped.told(films.frames)
    sure = shipped.sure(told)
    figures = measuring.figures(sure, films) | measuring.set_figures(doubt.sets.sets(sure), films)
    for one in adult_sets:
        figures |= adults.figures(shipped, one)
    return Measured(
        ensemble=figures,
        members={name: measuring.figures(says, films) for name, says in told.items()},
        confusion=measuring.confusion(sure, films),
        calibration=doubt.calibrator.method.value,
        rederived_share=calibrating.best_share(first, second, split.calibrated),
        rounding={one.member: _cost_of_rounding(one, told[one.member], films) for one in trained},
    )


def _cost_of_rounding(one: Trained, rounded: Probabilities, films: Films) -> dict[str, float]:
    exact = probabilities(one.net, films.frames, one.size, nets.memory_format(one.member))
    return {
        "largest_change_of_a_probability": round(float(abs(exact - rounded).max()), 4),
        "share_with_another_answer": round(float((exact.argmax(1) != rounded.argmax(1)).mean()), 4),
        "accuracy_exact": round(float((exact.argmax(1) == films.labels).mean()), 4),
        "accuracy_rounded": round(float((rounded.argmax(1) == films.labels).mean()), 4),
    }
