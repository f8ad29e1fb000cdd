"""Promises as figures: a private installation is brought up, each part measured in it, and a missed mark fails."""

import argparse
import logging
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.module_loading import import_string

from benchmarks.doubt.report import Line
from benchmarks.installation import installation

Parts = Mapping[str, Callable[[Any, int], Iterable[Line]]]


def measure(name: str, *, doc: str | None, parts: str, full: Mapping[str, int], quick: Mapping[str, int]) -> int:
    """`parts` is dotted: what it names can only be imported once the installation has told its home."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    options = _options(name, doc)
    counts = quick if options.quick else full
    with installation() as at:
        import django

        django.setup()
        logging.getLogger("rounds").setLevel(logging.CRITICAL)  # what is broken on purpose is told by the figures
        from benchmarks.cord import world

        print(f"machine: {platform.machine()}, Python {platform.python_version()}; ready in {at.ready_s:.1f} s")
        held: Parts = import_string(parts)
        here = world.make(at.home)
        wanted = [part for part in counts if part in options.only or not options.only]
        lines = [line for part in wanted for line in _told(held[part](here, counts[part]))]
    missed = [line for line in lines if not line.met]
    print(f"{name}: {len(lines)} figures, {len(missed)} marks missed")
    return 1 if missed else 0


def _options(name: str, doc: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"make {name}", description=doc)
    parser.add_argument("only", nargs="*", help="without any, all of them")
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


def _told(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        print(line, flush=True)
        yield line
