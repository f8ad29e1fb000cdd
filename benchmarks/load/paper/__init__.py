"""docs/capacity.md, written from the kept figures and from nothing else. A part without figures says so."""

from collections.abc import Callable, Mapping

from benchmarks.installation import ROOT
from benchmarks.load.figures import KEPT, kept
from benchmarks.load.paper import parts
from benchmarks.load.paper.markdown import NOT_MEASURED, Told
from benchmarks.load.paper.promises import promises
from benchmarks.load.paper.simulated import simulation

PAPER = ROOT / "docs" / "capacity.md"
QUIET_CORES = 0.15
HEAD = """# Capacity

What an installation of this size does, and what a larger one would need. `make load` measures and writes this page
from `docs/figures/capacity.json`; nobody writes here by hand. Each part says when it was measured, on what, with what
number and what 95 % interval; `make load ONLY=people` (or `workers`, `films`, `cases`, `simulation`) measures one anew.
Web servers, workers, database and the people themselves share one machine, so what the people cost is in it. How it is
done and why: [decision 0203](decisions/0203-load-by-threads.md); how an installation grows: [deploying](deploying.md).
"""
PARTS: dict[str, tuple[str, Callable[[Told], str]]] = {
    "people": ("People at work", parts.people), "workers": ("One worker, two workers", parts.workers),
    "films": ("Films beside a batch of films", parts.films), "cases": ("Cases in the database", parts.cases),
    "simulation": ("A larger house, simulated", simulation),
}  # fmt: skip


def write() -> None:
    PAPER.write_text(paper(kept(KEPT)))


def paper(every: Mapping[str, Told]) -> str:
    told = (_part(title, every.get(name), tell) for name, (title, tell) in PARTS.items())
    return "\n".join([HEAD, promises(every), *told])


def _part(title: str, told: Told | None, tell: Callable[[Told], str]) -> str:
    if told is None:
        return f"## {title}\n{NOT_MEASURED}\n"
    return f"## {title}\n{_circumstances(told)}\n\n{tell(told).strip()}\n"


def _circumstances(told: Told) -> str:
    others, how = told["others_cores"], "Simulated" if "from" in told else "Measured"
    return (
        f"{how} {told['at']} at {told['commit']} by `{told['command']}`: {told['cores']} cores, {told['machine']}. "
        f"Other work on the machine took {others:.2f} cores meanwhile"
        + ("." if others < QUIET_CORES else ": no figures to rely on.")
    )
