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
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

from django.utils.module_loading import import_string

from benchmarks.installation import ROOT
from benchmarks.load import figures, paper
from benchmarks.load.figures import Told

PARTS = {  # what measures each; `installation` or `workers_only` makes its house
    "people": "benchmarks.load.at_work.measure",
    "workers": "benchmarks.load.workers.measure",
    "films": "benchmarks.load.films.measure",
    "cases": "benchmarks.load.cases.measure",
    "simulation": "benchmarks.load.simulation.simulate",
}
WITHOUT_HOUSE = ("workers", "simulation")  # they make their own, or need none


def main(words: list[str]) -> int:
    wish = options(words)
    kept = Path(wish.keep) if wish.keep else figures.KEPT
    only = wish.only or list(PARTS)
    if len(only) == 1:
        told = one(only[0], wish, kept)
        figures.keep(only[0], told, kept)
    else:
        failed = [part for part in only if _in_a_process(part, words, wish)]
        if failed:
            print(f"load: not measured: {', '.join(failed)}", file=sys.stderr)
            return 1
    if not wish.keep:
        paper.write()
    return 0


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("only", nargs="*", choices=[[], *PARTS], help="without any, all of them")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--alone", type=int, default=20, help="times each request is asked while nobody else is there")
    parser.add_argument("--rounds", type=int, default=5, help="of one worker against two")
    parser.add_argument("--documents", type=int, default=120, help="queued for each side of a round")
    parser.add_argument("--films", type=int, default=500, help="in the batch")
    parser.add_argument("--reads", type=int, default=40, help="films read at once, idle and beside the batch")
    parser.add_argument("--cases", default="1000,10000,100000", help="in the database")
    parser.add_argument("--blocks", type=int, default=4, help="at each size")
    parser.add_argument("--block", type=int, default=15, help="cases worked on in a block")
    parser.add_argument("--keep", default="", help="another file than docs/figures/capacity.json; no page is written")
    return parser.parse_args(words)


def _in_a_process(part: str, words: list[str], wish: argparse.Namespace) -> int:
    """A house is bound to the process that made it."""
    rest = [word for word in words if word not in wish.only]
    print(f"load: {part}", flush=True)
    return subprocess.run([sys.executable, "-m", "benchmarks.load", part, *rest], cwd=ROOT, check=False).returncode


def one(part: str, wish: argparse.Namespace, kept: Path) -> Told:
    """What else the machine did is told when the house is gone: only then is all it computed known to be ours."""
    wish.kept, others = kept, figures.Others()
    told = _measured(part, wish)
    return figures.circumstances(command_of(part, wish)) | {"others_cores": others.cores()} | told


def _measured(part: str, wish: argparse.Namespace) -> Told:
    measure = PARTS[part]
    if part in WITHOUT_HOUSE:
        return cast(Told, import_string(measure)(wish))
    from benchmarks.installation import installation

    os.environ["ROUNDS_API_REQUESTS_PER_MINUTE"] = "100000"  # one person stands for many
    with installation() as at:
        import django

        django.setup()
        return cast(Told, import_string(measure)(at, wish))


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
