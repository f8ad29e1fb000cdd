"""`make cord`: brings up a private installation, measures each promise there; a missed mark fails. QUICK=1 for a small
round, ONLY=stop for one part."""

import sys

from benchmarks.promises import measure

FULL = {"stop": 5, "golden": 100, "replay": 200, "pack": 10_000, "monitors": 2_000}
QUICK = {"stop": 2, "golden": 10, "replay": 20, "pack": 500, "monitors": 300}

if __name__ == "__main__":
    sys.exit(measure("cord", doc=__doc__, parts="benchmarks.cord.parts.PARTS", full=FULL, quick=QUICK))
