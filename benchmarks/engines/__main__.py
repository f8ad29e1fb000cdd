"""`make engines`: changed bytes, rollbacks under load, what a shadow costs and how a trial ends, measured in a private
installation; a missed mark fails. QUICK=1 for a small round, ONLY=rollback for one part."""

import sys

from benchmarks.promises import measure

FULL = {"bytes": 500, "rollback": 10, "shadow": 500, "share": 600, "abort": 10}
QUICK = {"bytes": 100, "rollback": 2, "shadow": 60, "share": 120, "abort": 2}

if __name__ == "__main__":
    sys.exit(measure("engines", doc=__doc__, parts="benchmarks.engines.parts.PARTS", full=FULL, quick=QUICK))
