"""From an answer to a level of risk. Below 70 % no level is named: the answer is too unsure to stand for one."""

from radiology.inference.findings import BACTERIAL_PNEUMONIA, NORMAL, VIRAL_PNEUMONIA

SURE_ENOUGH = 0.7
NONE, MEDIUM, HIGH, INDETERMINATE = "none", "medium", "high", "indeterminate"
_LEVELS = {NORMAL: NONE, VIRAL_PNEUMONIA: MEDIUM, BACTERIAL_PNEUMONIA: HIGH}


def level(prediction: str, confidence: float) -> str:
    """`confidence` is the calibrated probability of the prediction."""
    return _LEVELS[prediction] if confidence >= SURE_ENOUGH else INDETERMINATE
