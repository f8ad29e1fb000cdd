"""An engine's folder with nets that learned nothing: as large and as fast as the real one, where no weights are."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from clinic.doubt.calibration import Calibrator, Method
from clinic.doubt.conformal import PredictionSets
from clinic.engines import manifests
from radiology.inference import arithmetic, nets
from radiology.inference.findings import FINDINGS
from radiology.inference.quantising import packed

_ROWS = 60


def write_untrained(folder: Path, size: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    for name in nets.MEMBERS:
        save_file(packed(nets.build(name).state_dict()), folder / f"{name}.safetensors")
    (folder / "calibration.json").write_text(json.dumps(_no_calibration()))
    (folder / manifests.CARD).write_text(json.dumps({"purpose": "To measure time. It has learned nothing."}))
    manifests.write(folder, _facts(size))
    return folder


def _no_calibration() -> dict[str, Any]:
    classes = len(FINDINGS)
    told = np.random.default_rng(1).dirichlet(np.ones(classes), _ROWS)
    sets = PredictionSets.fit(told, np.arange(_ROWS) % classes)
    calibrator = Calibrator(Method.TEMPERATURE, classes, _ROWS, (1.0,) * classes, (0.0,) * classes)
    return {"calibrator": calibrator.as_json(), "sets": sets.as_json()}


def _facts(size: int) -> dict[str, Any]:
    shares = dict(zip(nets.MEMBERS, (0.4, 0.6), strict=True))
    return {
        "capability": "radiology.chest",
        "name": "Untrained pair",
        "version": "0",
        "backend": "torch",
        "arithmetic": list(arithmetic.PRECISIONS),
        "findings": list(FINDINGS),
        "calibration": "calibration.json",
        "members": {
            name: {"file": f"{name}.safetensors", "size": size, "share": share} for name, share in shares.items()
        },
    }
