"""RapidOCR with the models in its wheel, no network. Runs in a bounded child: the nursery has loaded it once."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Line:
    text: str
    score: float
    box: tuple[int, int, int, int]  # top, left, bottom, right, in pixels


def read(payload: BinaryIO, *, rows: int, columns: int) -> list[dict[str, Any]]:
    grey: Any = np.frombuffer(payload.read(), np.uint8).reshape(rows, columns)
    return [{"box": list(line.box), "text": line.text, "score": line.score} for line in lines(grey)]


def lines(grey: Any) -> list[Line]:
    """From top to bottom, and from left to right where they stand side by side."""
    shrink = min(1.0, LONGEST_SIDE / max(grey.shape))
    if shrink < 1:
        grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    said = _READER(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if said.boxes is None:
        return []
    found = zip(said.boxes, said.txts, said.scores, strict=True)
    return [Line(text, float(score), _upright(corners / shrink)) for corners, text, score in found]


def _upright(corners: Any) -> tuple[int, int, int, int]:
    left, top = np.floor(corners.min(axis=0))
    right, bottom = np.ceil(corners.max(axis=0))
    return int(top), int(left), int(bottom), int(right)
