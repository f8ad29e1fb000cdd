"""The processes of an installation as Linux tells of them: what each part has computed, and which are its workers."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PARTS = {"gunicorn": "web", "celery": "workers", "postgres": "database"}
BESIDE = "beside"  # supervisor, scheduler, listener
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    cpu_s: float  # its own and that of its children that have ended
    words: tuple[str, ...]


def all_processes() -> Iterator[Process]:
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            words = (path / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it ended while we looked
        yield Process(int(path.name), int(fields[1]), sum(map(int, fields[11:15])) / _TICKS, tuple(words))


def tree(root: int) -> list[Process]:
    every = {one.pid: one for one in all_processes()}
    ours = {root} & set(every)
    while more := {one.pid for one in every.values() if one.parent in ours} - ours:
        ours |= more
    return [every[pid] for pid in ours]


def part_of(process: Process, every: Mapping[int, Process], root: int) -> str:
    """That of the child of the root it descends from: a backend is the database's, a forked server the web's."""
    above = process
    while above.parent != root and above.parent in every:
        above = every[above.parent]
    told = " ".join(above.words)
    return next((part for word, part in PARTS.items() if word in told and above.pid != root), BESIDE)


def cpu_by_part(root: int) -> dict[str, float]:
    every = {one.pid: one for one in tree(root)}
    spent = dict.fromkeys((*PARTS.values(), BESIDE), 0.0)
    for one in every.values():
        spent[part_of(one, every, root)] += one.cpu_s
    return spent


def cpu_seconds(root: int) -> float:
    return sum(cpu_by_part(root).values())


def between(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {part: after[part] - before[part] for part in after}


def workers(root: int) -> dict[str, int]:
    """Name and process id. A worker is a child of the supervisor, started as `... -n NAME@%h ...`."""
    return {worker_name(one.words): one.pid for one in tree(root) if one.parent == root and "celery" in one.words}


def worker_name(words: tuple[str, ...]) -> str:
    return words[words.index("-n") + 1].partition("@")[0]
