"""`make cord`: brings up a private installation, measures each promise there; a missed mark fails. QUICK=1 for a small
round, ONLY=stop for one part."""

import argparse
import os
import platform
import sys
from collections.abc import Iterable, Iterator

from benchmarks.doubt.report import Line
from benchmarks.installation import installation

FULL = {"stop": 5, "golden": 100, "replay": 200, "pack": 10_000, "monitors": 2_000}
QUICK = {"stop": 2, "golden": 10, "replay": 20, "pack": 500, "monitors": 300}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make cord", description=__doc__)
    parser.add_argument("only", nargs="*", help="without any, all of them")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    counts = QUICK if options.quick else FULL
    with installation() as at:
        import django  # after the installation has named its home

        django.setup()
        from benchmarks.cord import parts, world

        print(f"machine: {platform.machine()}, Python {platform.python_version()}; ready in {at.ready_s:.1f} s")
        here = world.make(at.home)
        wanted = [name for name in counts if name in options.only or not options.only]
        lines = [line for name in wanted for line in _told(parts.PARTS[name](here, counts[name]))]
    missed = [line for line in lines if not line.met]
    print(f"cord: {len(lines)} figures, {len(missed)} marks missed")
    return 1 if missed else 0


def _told(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        print(line, flush=True)
        yield line


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    sys.exit(main())
