"""A house of web servers, workers, one database and one chain of the audit, and the people and documents in it."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from benchmarks.load.people import LONGEST_THINK_S
from benchmarks.load.simulation.clock import Clock, Cores, Slots, Story
from benchmarks.load.simulation.measured import SENT_BY_SYSTEMS, Measured, Share

WEB_THREADS = 8  # of a machine: two processes of four


@dataclass(frozen=True)
class Size:
    web_machines: int
    cores_a_machine: int
    database_cores: int
    workers: Mapping[str, int]  # by lane
    is_one_machine: bool = False  # everything, the people too, on the cores of one


@dataclass
class Seen:
    requests: list[float] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=dict)  # of runs for a worker, by lane
    ends: dict[str, list[float]] = field(default_factory=dict)  # from being asked for to being done


class House:
    def __init__(self, measured: Measured, size: Size, seed: int) -> None:
        self.measured, self.size, self.chance = measured, size, random.Random(seed)
        self.clock, self.seen, self.counts_from = Clock(), Seen(), 0.0
        own = size.cores_a_machine - (measured.idle_cores if size.is_one_machine else 0)
        self.web = [Cores(self.clock, own) for _ in range(size.web_machines)]
        self.threads = [Slots(self.clock, WEB_THREADS) for _ in range(size.web_machines)]
        self.database = self.web[0] if size.is_one_machine else Cores(self.clock, size.database_cores)
        self.lanes = {lane: Slots(self.clock, count) for lane, count in size.workers.items()}
        self.chain, self.turn = Slots(self.clock, 1), 0
        self.names = list(measured.weights)
        self.odds = list(accumulate(measured.weights.values()))

    def play(self, *, people: int, documents_per_s: float, seconds: float, warm_up_s: float) -> Seen:
        self.counts_from = warm_up_s
        for _ in range(people):
            self.clock.tell(self._person())
        if documents_per_s:
            self.clock.tell(self._documents(documents_per_s))
        self.clock.run(warm_up_s + seconds)
        return self.seen

    # --- who comes ----------------------------------------------------------------------------------------------------

    def _person(self) -> Story:
        think_s = self.measured.think_s
        yield self.clock.after(self.chance.uniform(0, think_s))
        while True:
            yield from self._request(self.chance.choices(self.names, cum_weights=self.odds)[0])
            yield self.clock.after(min(self.chance.expovariate(1 / think_s), LONGEST_THINK_S))

    def _documents(self, per_s: float) -> Story:
        """From other systems, at any moment: each is sent to be sorted, and again for its facts."""
        names = [name for name in SENT_BY_SYSTEMS if name in self.measured.requests]
        while True:
            yield self.clock.after(self.chance.expovariate(per_s))
            for name in names:
                self.clock.tell(self._request(name, lane_of=_batch))

    # --- what is done for them ----------------------------------------------------------------------------------------

    def _request(self, name: str, lane_of: Callable[[str], str] = str) -> Story:
        """In its turn of the machines, as a proxy deals them out."""
        came, share = self.clock.now, self.measured.share_of(name)
        self.turn = (self.turn + 1) % len(self.web)
        cores, threads, seconds = (
            self.web[self.turn],
            self.threads[self.turn],
            self.measured.requests[name](self.chance),
        )
        client_s = min(self.measured.client_s, seconds)
        if self.size.is_one_machine:
            yield cores.work(client_s)
        yield threads.take()
        yield cores.work(seconds * share.own)
        yield from self._in_the_database(seconds, share, also_s=client_s)
        threads.give_back()
        if self.clock.now >= self.counts_from:
            self.seen.requests.append(self.clock.now - came)
        if kinds := self.measured.chain_of(name):
            self.clock.tell(self._runs(kinds, lane_of))

    def _in_the_database(self, seconds: float, share: Share, also_s: float) -> Story:
        """The work, the place in the audit's chain, and what is left of the time it takes alone."""
        yield self.database.work(seconds * share.database)
        held_s = share.events * self.measured.chain_s
        if held_s:
            yield self.chain.take()
            yield self.clock.after(held_s)
            self.chain.give_back()
        left = seconds * (1 - share.own - share.database) - held_s - also_s
        if left > 0:
            yield self.clock.after(left)

    def _runs(self, kinds: Sequence[str], lane_of: Callable[[str], str]) -> Story:
        """Each when the one before is done."""
        share = self.measured.running
        for kind in kinds:
            own_lane, draw = self.measured.runs[kind]
            lane, seconds, asked = lane_of(own_lane), draw(self.chance), self.clock.now
            yield self.lanes[lane].take()
            started = self.clock.now
            computed = seconds * min(1.0, share.own)
            yield self.web[0].work(computed) if self.size.is_one_machine else self.clock.after(computed)
            yield from self._in_the_database(seconds, share, also_s=0)
            if self.clock.now >= self.counts_from:
                self.seen.waits.setdefault(lane, []).append(started - asked)
                self.seen.ends.setdefault(lane, []).append(self.clock.now - asked)
            self.clock.tell(self._let_go(lane))

    def _let_go(self, lane: str) -> Story:
        yield self.clock.after(self.measured.gap_s)
        self.lanes[lane].give_back()


def _batch(lane: str) -> str:
    return lane if lane.endswith("_batch") else f"{lane}_batch"
