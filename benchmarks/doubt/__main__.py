"""`make doubt`: every promise of `clinic.doubt` with its measured figure; ends 1 when a mark is missed.

One core, fixed seeds, no database. `--quick` is a smaller round of the same for every change.
"""

import platform
import sys
import time
from collections.abc import Iterator

import numpy as np
import scipy

from benchmarks.doubt.accepting import accept_rules
from benchmarks.doubt.agreeing import agreement
from benchmarks.doubt.drifting import drift
from benchmarks.doubt.living import live_coverage
from benchmarks.doubt.promoting import promotion
from benchmarks.doubt.report import Line
from benchmarks.doubt.stated import calibration, sets


def chapters(quick: bool) -> dict[str, Iterator[Line]]:
    if quick:
        return {
            "Calibration": calibration(2),
            "Prediction sets": sets(40),
            "Accept rules": accept_rules(60),
            "Live coverage": live_coverage(60),
            "Drift": drift(streams=100, length=1500, shifted=60, late=1500, real=4),
            "Promotion": promotion(60),
            "Agreement": agreement(400),
        }
    return {
        "Calibration": calibration(20),
        "Prediction sets": sets(500),
        "Accept rules": accept_rules(1000),
        "Live coverage": live_coverage(500),
        "Drift": drift(streams=1000, length=10_000, shifted=200, late=9500, real=40),
        "Promotion": promotion(1000),
        "Agreement": agreement(3000),
    }


def main() -> int:
    quick = "--quick" in sys.argv[1:]
    began = time.monotonic()
    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}; fixed seeds")
    lines = []
    for title, found in chapters(quick).items():
        since = time.monotonic()
        print(title, flush=True)
        for line in found:
            print(line, flush=True)
            lines.append(line)
        print(f"  ({time.monotonic() - since:.0f} s)")
    missed = [line for line in lines if not line.met]
    marks = sum(bool(line.mark) for line in lines)
    told = "; ".join(line.short for line in lines if line.short)
    print(f"doubt: {marks - len(missed)} of {marks} marks met in {time.monotonic() - began:.0f} s: {told}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
