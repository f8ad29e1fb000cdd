"""`make tamper`: what the database's owner does to the audit, and what is found of it; ends with a line of figures."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic.embedded.postgres import Embedded
from tests.tamper.installation import installation
from tests.tamper.mutants import survivors

if TYPE_CHECKING:  # at run time only when Django is set up
    pass

TOOL = Path(__file__).parents[2] / "tools" / "verify_audit.py"
Figures = dict[str, Any]


def main(words: list[str]) -> int:
    options = _options(words)
    began = time.monotonic()
    figures, complaints = _mutants()
    with installation() as server:
        for found, wrong in _on_a_database(server, options):
            figures |= found
            complaints += wrong
    figures["seconds"] = round(time.monotonic() - began, 1)
    for complaint in complaints:
        print(f"tamper: {complaint}", file=sys.stderr)
    print(" ".join(f"{name}={value}" for name, value in figures.items()), flush=True)
    return 1 if complaints else 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make tamper", description=__doc__)
    parser.add_argument("--attacks", type=int, default=200, help="of each kind")
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--crashes", type=int, default=10)
    parser.add_argument("--requests", type=int, default=50, help="while the audit cannot be written, each way")
    return parser.parse_args(words)


def _mutants() -> tuple[Figures, list[str]]:
    made, left = survivors(TOOL.read_text())
    return {"mutants": made, "killed": made - len(left)}, [f"no case finds: {mutant.what}" for mutant in left]


def _on_a_database(server: Embedded, options: argparse.Namespace) -> list[tuple[Figures, list[str]]]:
    import django

    django.setup()
    from tests.tamper import attacks, crashes, forks, unwritable
    from tests.tamper.house import House

    house: House = House(server)
    return [
        attacks.trial(house, options.attacks),
        unwritable.trial(house, options.requests),
        forks.trial(house, options.writers),
        crashes.trial(house, options.crashes),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
