"""`make faults`: real workers killed at random while they work a thousand runs; ends with a line of figures."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from tests.faults.installation import Installation, installation

if TYPE_CHECKING:  # at run time only when Django is set up
    from tests.faults.trial import Figures


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=30)
    options = parser.parse_args(words)
    with installation() as broken:
        figures = _try(broken, options.runs, options.kills)
    for complaint in figures.complaints:
        print(f"faults: {complaint}", file=sys.stderr)
    print(figures.line(), flush=True)
    return 1 if figures.complaints else 0


def _try(broken: Installation, runs: int, kills: int) -> "Figures":
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    import django

    django.setup()
    from tests.faults.ledger import Ledger
    from tests.faults.trial import Trial

    ledger = Ledger()
    broken.crew.start()
    return Trial(broken, ledger, runs=runs, kills=kills).go()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
