"""One byte is changed somewhere in a shipped engine: it is not opened, and says why."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string

from benchmarks.cord.world import World
from benchmarks.doubt.report import Line
from clinic.capabilities import capabilities
from clinic.engines import opening
from clinic.engines.unfit import Unfit
from clinic.models import Engine


@dataclass
class Loaders:
    """Whether any of the code that opens checked files was reached."""

    calls: int = 0
    held: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Loaders":
        for capability in capabilities():
            dotted = capability.loader.replace(":", ".")
            self.held.enter_context(mock.patch(dotted, self._counting(import_string(dotted))))
        return self

    def __exit__(self, *_: object) -> None:
        self.held.close()

    def _counting(self, real: object) -> mock.Mock:
        def count(*_: object) -> object:
            self.calls += 1
            return mock.DEFAULT

        return mock.Mock(wraps=real, side_effect=count)


def flipped_bytes(world: World, count: int) -> Iterator[Line]:
    engines = [Engine.objects.get(digest=each.manifest_sha256) for one in capabilities() for each in one.shipped]
    files = [(engine, path) for engine in engines for path in _copy(engine, world.home)]
    faults, where = Counter[str](), Counter[str]()
    with Loaders() as loaders:
        whole = sum(_fault(engine, world.home) == "" for engine in engines)
        opened = loaders.calls
        for engine, path, place, mask in _places(files, count):
            fault = _with_a_flip(engine, path, place, mask, world.home)
            faults[fault] += 1
            where[path.name] += 1
        loaded = loaders.calls - opened
        sound = sum(_fault(engine, world.home) == "" for engine in engines)
    refused = count - faults[""]
    told = ", ".join(f"{fault} {seen}" for fault, seen in faults.most_common() if fault)
    yield Line("bytes: as they ship, and put back after it, they open", f"{whole} and {sound} of {len(engines)}", "all",
               whole == sound == opened == len(engines))  # fmt: skip
    yield Line("bytes: one changed, refused with a named fault", f"{refused} of {count} in {len(files)} files ({told})",
               "all", refused == count == sum(where.values()))  # fmt: skip
    yield Line("bytes: of those the loader was asked for", str(loaded), "none", not loaded)


def _place_of(engine: Engine, home: Path) -> Path:
    return home / "flipped" / engine.digest[:12]


def _copy(engine: Engine, home: Path) -> list[Path]:
    folder = _place_of(engine, home)
    shutil.copytree(Path(settings.BASE_DIR, engine.folder), folder)
    return sorted(folder.iterdir())


def _places(files: list[tuple[Engine, Path]], count: int) -> Iterator[tuple[Engine, Path, int, int]]:
    """In every file equally often, from its first byte to its last, whatever its size; each with bits of its own."""
    chance = np.random.default_rng(7)
    for number in range(count):
        engine, path = files[number % len(files)]
        turn, turns = number // len(files), -(-count // len(files))
        last = path.stat().st_size - 1
        yield engine, path, round(turn * last / max(1, turns - 1)), int(chance.integers(1, 256))


def _with_a_flip(engine: Engine, path: Path, place: int, mask: int, home: Path) -> str:
    was = path.read_bytes()
    path.write_bytes(was[:place] + bytes([was[place] ^ mask]) + was[place + 1 :])
    try:
        return _fault(engine, home)
    finally:
        path.write_bytes(was)


def _fault(engine: Engine, home: Path) -> str:
    """Asked as a worker asks, its files lying there. Nothing, where it opened."""
    with mock.patch.object(opening, "folder_of", lambda held: _place_of(held, home)):
        opening.forget(engine)
        try:
            opening.open_engine(engine)
        except Unfit as why:
            return why.fault.value
        finally:
            opening.forget(engine)
    return ""
