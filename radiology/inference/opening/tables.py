"""Look-up tables of the modality and of the values of interest: stored value in, shown value out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from radiology.inference.film import Unreadable
from radiology.inference.opening.header import value


@dataclass(frozen=True)
class Table:
    first: int
    entries: NDArray[np.uint16]
    bits: int

    def __call__(self, values: NDArray[np.int32]) -> NDArray[np.uint16]:
        found: NDArray[np.uint16] = self.entries[(values - self.first).clip(0, len(self.entries) - 1)]
        return found


def table(dataset: Dataset, sequence: str) -> Table | None:
    """The first of several, as viewers do; None where there is none, or none that can be read."""
    items = value(dataset, sequence)
    if not items or not value(items[0], "LUTDescriptor"):
        return None
    try:
        _, first, bits = (int(number) for number in items[0].LUTDescriptor)
        entries = table_entries(items[0])
    except (TypeError, ValueError, KeyError, AttributeError) as fault:
        raise Unreadable("broken", "look-up table") from fault
    if not 8 <= bits <= 16 or not len(entries):
        raise Unreadable("broken", "look-up table")
    return Table(first, entries & np.uint16((1 << bits) - 1), bits)


def table_entries(item: Dataset) -> NDArray[np.uint16]:
    count = int(item.LUTDescriptor[0]) or 65536
    return _entries(item["LUTData"].value, count, little=item.original_encoding[1] is not False)


def _entries(data: object, count: int, *, little: bool) -> NDArray[np.uint16]:
    """Two bytes each; some files pack tables of few bits into one byte each."""
    if isinstance(data, bytes):
        kind = "u1" if len(data) in (count, count + 1) else "<u2" if little else ">u2"
        return np.frombuffer(data, kind, count=min(count, len(data) // np.dtype(kind).itemsize)).astype(np.uint16)
    return np.asarray(data, dtype=np.int64).reshape(-1)[:count].astype(np.uint16)
