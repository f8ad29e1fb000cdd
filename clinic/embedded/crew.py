"""The processes of one run: started together, brought back when they die, stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field

from clinic.embedded import leash
from clinic.embedded.home import CHECKOUT
from clinic.embedded.logs import Logs
from clinic.embedded.unavailable import Unavailable

QUICK_DEATH_SECONDS = 5.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 30.0
ENDED_ON_PURPOSE = 75  # a worker whose run was cancelled or over its time ends itself: no reason to wait


@dataclass
class Member:
    name: str
    command: list[str]
    environment: dict[str, str]
    logs: Logs | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_deaths: int = 0
    start_again_at: float | None = None

    def start(self) -> None:
        self.started_at, self.start_again_at = time.monotonic(), None
        with self.logs.open(self.name) if self.logs else nullcontext() as log:
            self.process = leash.spawn(
                self.command, death_signal=signal.SIGTERM, cwd=CHECKOUT, env=self.environment, stdout=log, stderr=log
            )

    @property
    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def tend(self, now: float) -> None:
        """A worker may die of its work, that is what it is for. One that dies at once waits longer each time."""
        if self.start_again_at is not None:
            if now >= self.start_again_at:
                self.start()
        elif (code := self.exit_code) is not None:
            wait = self._wait_seconds(code, now - self.started_at)
            self.start_again_at = now + wait
            say(f"{self.name} ended with {described(code)}: starting it again in {wait:.1f} s")

    def _wait_seconds(self, code: int, lived_seconds: float) -> float:
        is_quick = lived_seconds < QUICK_DEATH_SECONDS and code != ENDED_ON_PURPOSE
        self.quick_deaths = self.quick_deaths + 1 if is_quick else 0
        if not self.quick_deaths:
            return 0.0
        return float(min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (self.quick_deaths - 1)))


@dataclass
class Crew:
    commands: dict[str, list[str]]
    environment: dict[str, str]
    logs: Logs | None = None
    members: list[Member] = field(default_factory=list)

    def start(self) -> None:
        for name, command in self.commands.items():
            member = Member(name, command, self.environment, self.logs)
            self.members.append(member)
            member.start()

    def fail_if_any_ended(self) -> None:
        for member in self.members:
            if member.exit_code is not None:
                why = f": {self.logs.last_words(member.name)}" if self.logs else ""
                raise Unavailable(f"{member.name} ended with {described(member.exit_code)} while starting{why}")

    def tend(self) -> None:
        now = time.monotonic()
        for member in self.members:
            member.tend(now)
        if self.logs:
            self.logs.keep_short()

    def kill(self, name: str, process_id: int) -> None:
        """Name and number have to fit: a number alone may belong to somebody else by now."""
        for member in self.members:
            is_meant = member.name == name and member.process and member.process.pid == process_id
            if member.process and is_meant and member.exit_code is None:
                say(f"{member.name} has been silent for too long: ending it")
                end_now(member.process)

    def stop(self, patience_seconds: float = 15) -> None:
        """A run that does not end in time is taken up again at the next start."""
        stop([member.process for member in self.members if member.process], patience_seconds)


def stop(processes: list[subprocess.Popen[bytes]], patience_seconds: float) -> None:
    until = time.monotonic() + patience_seconds
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            end_now(process)


def end_now(process: subprocess.Popen[bytes]) -> None:
    """With what it has started: each child of ours leads a group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_to_end(command: list[str], environment: dict[str, str], *, keeps_output: bool = False) -> str:
    """A step of the start. What it says on standard error goes to the terminal."""
    with beside(command, environment, keeps_output=keeps_output) as step:
        words, _ = step.communicate()
    return words.decode() if words else ""


@contextmanager
def beside(
    command: list[str], environment: dict[str, str], *, keeps_output: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A step at work while we go on; we leave together."""
    output = subprocess.PIPE if keeps_output else None
    process = leash.spawn(command, death_signal=signal.SIGTERM, cwd=CHECKOUT, env=environment, stdout=output)
    try:
        yield process
        process.wait()
    finally:
        stop([process], 5)
    if process.returncode:
        raise Unavailable(f"`{' '.join(command[1:])}` ended with {described(process.returncode)}")


def described(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def say(words: str) -> None:
    print(f"rounds: {words}", file=sys.stderr, flush=True)
