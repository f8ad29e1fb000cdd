"""What happens when: a heap of moments, and stories that wait for them.

A story is a generator. What it yields is a way to wait: a function that is given how to go on.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Generator

GoOn = Callable[[], None]
Wait = Callable[[GoOn], None]
Story = Generator[Wait, None, None]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self._moments: list[tuple[float, int, GoOn]] = []
        self._numbers = itertools.count()  # of two things at one moment the one that was asked for first

    def at(self, moment: float, do: GoOn) -> None:
        heapq.heappush(self._moments, (moment, next(self._numbers), do))

    def tell(self, story: Story) -> None:
        wait = next(story, None)
        if wait is not None:
            wait(lambda: self.tell(story))

    def run(self, until: float) -> None:
        moments = self._moments
        while moments and moments[0][0] <= until:
            self.now, _number, do = heapq.heappop(moments)
            do()
        self.now = until

    def after(self, seconds: float) -> Wait:
        """Time passes that computes nothing: a disk, a network, a person who thinks."""
        return lambda go_on: self.at(self.now + seconds, go_on)


class Slots:
    """Places of which each holds one at a time: threads of web servers, worker processes, the lock of the audit's
    chain. Who comes when all are taken waits in a row."""

    def __init__(self, clock: Clock, count: int) -> None:
        self.clock, self.count, self.free = clock, count, count
        self.row: deque[GoOn] = deque()
        self.busy_s, self.longest_row, self._since = 0.0, 0, 0.0

    def take(self) -> Wait:
        return self._take

    def _take(self, go_on: GoOn) -> None:
        if self.free:
            self._count()
            self.free -= 1
            go_on()
        else:
            self.row.append(go_on)
            self.longest_row = max(self.longest_row, len(self.row))

    def give_back(self) -> None:
        """To whoever has waited longest; not before whoever gives it back has come to her next wait."""
        if self.row:
            self.clock.at(self.clock.now, self.row.popleft())
        else:
            self._count()
            self.free += 1

    def _count(self) -> None:
        self.busy_s += (self.count - self.free) * (self.clock.now - self._since)
        self._since = self.clock.now

    def share_busy(self) -> float:
        self._count()
        return self.busy_s / (self.count * self.clock.now) if self.clock.now else 0.0


class Cores:
    """Cores that are shared evenly: of more than there are, each goes on that much more slowly.

    Everybody advances at the same pace, so one number tells how far: whoever came at 3 and wants 2 is done at 5.
    """

    def __init__(self, clock: Clock, count: float) -> None:
        self.clock, self.count = clock, count
        self.working: list[tuple[float, int, GoOn]] = []
        self.far, self.busy_s = 0.0, 0.0
        self._since, self._turn, self._numbers = 0.0, 0, itertools.count()

    def work(self, seconds: float) -> Wait:
        return lambda go_on: self._begin(seconds, go_on)

    def _begin(self, seconds: float, go_on: GoOn) -> None:
        self._advance()
        heapq.heappush(self.working, (self.far + seconds, next(self._numbers), go_on))
        self._plan()

    def _advance(self) -> None:
        passed, at_it = self.clock.now - self._since, len(self.working)
        self._since = self.clock.now
        if at_it:
            self.far += passed * min(1.0, self.count / at_it)
            self.busy_s += passed * min(at_it, self.count)

    def _plan(self) -> None:
        """Only the latest plan holds: whoever comes or goes changes the pace of all."""
        self._turn += 1
        if self.working:
            turn, pace = self._turn, min(1.0, self.count / len(self.working))
            left = max(0.0, self.working[0][0] - self.far)
            self.clock.at(self.clock.now + left / pace, lambda: self._end(turn))

    def _end(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._advance()
        due, _number, go_on = heapq.heappop(self.working)
        self.far = max(self.far, due)
        self._plan()
        go_on()

    def share_busy(self) -> float:
        self._advance()
        return self.busy_s / (self.count * self.clock.now) if self.clock.now else 0.0
