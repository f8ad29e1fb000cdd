"""The parts by name."""

from collections.abc import Callable, Iterator

from benchmarks.cord.world import World
from benchmarks.doubt.report import Line
from benchmarks.engines.flipping import flipped_bytes
from benchmarks.engines.rollback import rollback
from benchmarks.engines.shadow import shadow
from benchmarks.engines.trial import abort, share

PARTS: dict[str, Callable[[World, int], Iterator[Line]]] = {
    "bytes": flipped_bytes, "rollback": rollback, "shadow": shadow, "share": share, "abort": abort,
}  # fmt: skip
