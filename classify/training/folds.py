"""Folds that part no group, with the labels spread over them alike."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

FOLDS = 5

Ints = npt.NDArray[np.int64]


def fold_of_each(labels: Sequence[str], groups: Sequence[str], seed: int, folds: int = FOLDS) -> Ints:
    places = np.zeros(len(labels), dtype=np.int64)
    parted = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for number, (_, held) in enumerate(parted.split(np.zeros(len(labels)), list(labels), list(groups))):
        places[held] = number
    return places
