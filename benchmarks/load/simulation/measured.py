"""What was measured in a small house, as the simulation draws from it. Nothing here is chosen: it is read."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.load.people import DOCUMENT, FACTS

SENT_BY_SYSTEMS = (f"send {DOCUMENT}", f"send {FACTS}")  # each document that another system sends: sorted, and read


@dataclass(frozen=True)
class Draw:
    """Seconds, drawn between measured quantiles: as often long and as often short as they were seen."""

    quantiles_ms: Sequence[float]

    def __call__(self, chance: random.Random) -> float:
        at = chance.random() * (len(self.quantiles_ms) - 1)
        low = int(at)
        below, above = self.quantiles_ms[low], self.quantiles_ms[min(low + 1, len(self.quantiles_ms) - 1)]
        return (below + (at - low) * (above - below)) / 1000

    @property
    def mean_s(self) -> float:
        """Of what is drawn, so that sizes are reckoned with what is played."""
        ends = self.quantiles_ms
        return sum(ends[1:-1], (ends[0] + ends[-1]) / 2) / (len(ends) - 1) / 1000


@dataclass(frozen=True)
class Share:
    """Of a second that something takes alone: what its own process computes, what the database does, and events it
    leaves in the audit. The rest passes without computing."""

    own: float
    database: float
    events: float


@dataclass(frozen=True)
class Measured:
    requests: Mapping[str, Draw]
    weights: Mapping[str, float]
    chains: Mapping[str, Sequence[str]]
    runs: Mapping[str, tuple[str, Draw]]  # kind: lane, seconds
    reading: Share
    sending: Share
    running: Share
    chain_s: float  # that an event holds the one chain of the audit
    idle_cores: float  # what the house takes for itself
    client_s: float  # what the people's own process computes for a request
    gap_s: float  # between two runs of a worker
    think_s: float
    cores: int

    def share_of(self, name: str) -> Share:
        return self.sending if name.startswith("send ") else self.reading

    def chain_of(self, name: str) -> Sequence[str]:
        return [kind for kind in self.chains.get(name, ()) if kind in self.runs]


def read(people: Mapping[str, Any]) -> Measured:
    """From what `people` kept. A request that was seen in the load but never alone cannot be drawn and is left out."""
    alone = people["alone"]
    reading, sending = alone["reading"], alone["sending"]
    requests = {name: Draw(told["ms"]) for told_of in (reading, sending) for name, told in told_of["requests"].items()}
    weights = {name: float(told["n"]) for name, told in people["names"].items() if name in requests}
    count = max(1, sum(told["n"] for told in people["names"].values()))
    return Measured(
        requests=requests, weights=weights, chains=sending["chains"],
        runs={kind: (told["lane"], Draw(told["ms"])) for kind, told in sending["runs"].items()},
        reading=_reading(reading), sending=_sending(sending), running=_running(sending),
        chain_s=1 / alone["chain_per_s"], idle_cores=sum(alone["idle"].values()),
        client_s=people["people_cpu_s"] / count, gap_s=people["runs"]["gap_ms"] / 1000,
        think_s=people["think_s"], cores=people["cores"],
    )  # fmt: skip


def _reading(told: Mapping[str, Any]) -> Share:
    count = sum(each["n"] for each in told["requests"].values())
    seconds, cpu = told["requests_s"], told["cpu_s"]
    return Share(cpu["web"] / seconds, cpu["database"] / seconds, told["audit_events"] / count)


def _sending(told: Mapping[str, Any]) -> Share:
    """Database and audit are shared between what was sent and the runs it asked for, by their seconds and numbers."""
    return Share(told["cpu_s"]["web"] / told["requests_s"], _database(told), _events(told))


def _running(told: Mapping[str, Any]) -> Share:
    return Share(told["cpu_s"]["workers"] / max(told["runs_s"], 1e-9), _database(told), _events(told))


def _database(told: Mapping[str, Any]) -> float:
    return float(told["cpu_s"]["database"] / (told["requests_s"] + told["runs_s"]))


def _events(told: Mapping[str, Any]) -> float:
    count = sum(each["n"] for part in ("requests", "runs") for each in told[part].values())
    return float(told["audit_events"] / count)
