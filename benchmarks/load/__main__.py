"""`make load`: measures an installation of this size part by part, simulates a larger one, writes docs/capacity.md.

    make load                            all of it, 20 minutes on two idle cores
    make load ONLY=people                people at work while workers are killed: PEOPLE=100 SECONDS=600 KILLS=4
    make load ONLY=workers               one worker process against two
    make load ONLY=films                 a film read at once while FILMS=500 are read in the batch lane
    make load ONLY=cases                 cost of a case with CASES=1000,10000,100000 in the database
    make load ONLY=simulation            from what was measured: a million documents a day, ten thousand people

Each part has a private installation and a process of its own; its figures replace those kept in
docs/figures/capacity.json, and the page is written from what is kept there.
"""

import argparse
import logging
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string

from benchmarks.installation import ROOT
from benchmarks.load import figures, paper

PARTS = {
    "people": "benchmarks.load.at_work.measure",
    "films": "benchmarks.load.films.measure",
    "cases": "benchmarks.load.cases.measure",
    "workers": "benchmarks.load.workers.measure",
    "simulation": "benchmarks.load.simulation.simulate",
}
IN_A_HOUSE = ("people", "films", "cases")  # with its demo, one after the other; the rest make what they need
GROUPS = (IN_A_HOUSE, ("workers",), ("simulation",))  # a house is bound to the process that made it


def main(words: list[str]) -> int:
    wish = options(words)
    only = wish.only or list(PARTS)
    groups = [part for part in ([name for name in group if name in only] for group in GROUPS) if part]
    if len(groups) == 1:
        failed = _measure(groups[0], wish)
    else:
        failed = sum(_in_a_process(group, words, wish) for group in groups)
    if not wish.keep:
        paper.write()
    return 1 if failed else 0


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("only", nargs="*", choices=[[], *PARTS], help="without any, all of them")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--alone", type=int, default=15, help="times each request is asked while nobody else is there")
    parser.add_argument("--rounds", type=int, default=6, help="of one worker against two")
    parser.add_argument("--documents", type=int, default=60, help="queued for each side of a round")
    parser.add_argument("--films", type=int, default=500, help="in the batch")
    parser.add_argument("--reads", type=int, default=24, help="films read at once, idle and beside the batch")
    parser.add_argument("--cases", default="1000,10000,100000", help="in the database")
    parser.add_argument("--blocks", type=int, default=4, help="at each size")
    parser.add_argument("--block", type=int, default=10, help="cases worked on in a block")
    parser.add_argument("--keep", default="", help="another file than docs/figures/capacity.json; no page is written")
    return parser.parse_args(words)


def _in_a_process(parts: list[str], words: list[str], wish: argparse.Namespace) -> int:
    rest = [word for word in words if word not in wish.only]
    return subprocess.run([sys.executable, "-m", "benchmarks.load", *parts, *rest], cwd=ROOT, check=False).returncode


def _measure(parts: list[str], wish: argparse.Namespace) -> int:
    """How many failed: one that cannot be measured keeps nobody else from it."""
    wish.kept = Path(wish.keep) if wish.keep else figures.KEPT
    if parts[0] not in IN_A_HOUSE:
        return sum(not _kept(part, wish) for part in parts)
    from benchmarks.installation import installation

    os.environ["ROUNDS_API_REQUESTS_PER_MINUTE"] = "100000"  # one person stands for many
    with installation() as at:
        import django

        django.setup()
        logging.getLogger("rounds").setLevel(logging.CRITICAL)  # pages are asked for in this process, too
        return sum(not _kept(part, wish, at) for part in parts)


def _kept(part: str, wish: argparse.Namespace, *house: Any) -> bool:
    print(f"load: {part}", flush=True)
    others, began = figures.Others(), time.monotonic()
    try:
        told = import_string(PARTS[part])(*house, wish)
    except (Exception, SystemExit):
        traceback.print_exc()
        print(f"load: {part} was not measured", flush=True)
        return False
    around = figures.circumstances(command_of(part, wish)) | {"others_cores": others.cores()}
    figures.keep(part, around | told, wish.kept)
    print(f"load: {part} took {time.monotonic() - began:.0f} s", flush=True)
    return True


def command_of(part: str, wish: argparse.Namespace) -> str:
    said = {
        "people": f"PEOPLE={wish.people} SECONDS={wish.seconds:.0f} KILLS={wish.kills}",
        "workers": f"ARGS='--rounds {wish.rounds} --documents {wish.documents}'",
        "films": f"FILMS={wish.films} ARGS='--reads {wish.reads}'",
        "cases": f"CASES={wish.cases} ARGS='--blocks {wish.blocks} --block {wish.block}'",
    }.get(part, "")
    return f"make load ONLY={part} {said}".strip()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    sys.exit(main(sys.argv[1:]))
