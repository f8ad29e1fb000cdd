"""`make hostile`: everything that hostile bytes, words and addresses may try, in full; prints figures line by line.

Sizes: MUTANTS of each format into children, UPLOADS of each format through the house. ONLY=mutants for one part.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
FULL = {"MUTANTS": "2000", "UPLOADS": "40", "FULL": "1"}


def main() -> int:
    """By pytest, whose tests have a database to themselves."""
    files = sorted(path for path in HERE.glob("test_*.py") if os.environ.get("ONLY", "") in path.name)
    environment = {**FULL, **os.environ}
    sizes = " ".join(f"{name}={environment[name]}" for name in FULL)
    print(f"hostile: {len(files)} files of tests, {sizes}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-n0", "-p", "no:logging", "--tb=short", *map(str, files)]
    began = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, errors="replace") as trial:
        for line in trial.stdout or ():
            if line.strip(".\n") and not line.lstrip(".").startswith("{"):  # the product's own log
                print(line.rstrip(), flush=True)
    print(f"hostile: ended with {trial.returncode} after {time.monotonic() - began:.0f} s", flush=True)
    return trial.returncode


if __name__ == "__main__":
    sys.exit(main())
