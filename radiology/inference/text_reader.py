"""RapidOCR with the models in its wheel, no network. Runs in a bounded child: the nursery has loaded it once."""

from typing import Any, BinaryIO

import cv2
import numpy as np
from rapidocr import RapidOCR

LONGEST_SIDE = 1600
_SETTINGS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "critical", "Global.use_cls": False, "Global.text_score": 0.5,
}  # fmt: skip

cv2.setNumThreads(1)
_READER: Any = RapidOCR(params=_SETTINGS)


def read(payload: BinaryIO, *, rows: int, columns: int) -> list[dict[str, Any]]:
    grey: Any = np.frombuffer(payload.read(), np.uint8).reshape(rows, columns)
    shrink = min(1.0, LONGEST_SIDE / max(rows, columns))
    if shrink < 1:
        grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    said = _READER(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if said.boxes is None:
        return []
    found = zip(said.boxes, said.txts, said.scores, strict=True)
    return [{"box": _upright(corners / shrink), "text": text, "score": float(score)} for corners, text, score in found]


def _upright(corners: Any) -> list[int]:
    left, top = np.floor(corners.min(axis=0))
    right, bottom = np.ceil(corners.max(axis=0))
    return [int(top), int(left), int(bottom), int(right)]
