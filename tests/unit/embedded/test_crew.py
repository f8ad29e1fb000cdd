"""Processes that die, that will not die, and that must not outlive us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from clinic.embedded import crew as crew_module
from clinic.embedded.crew import Crew, Member, described, run_to_end, stop
from clinic.embedded.unavailable import Unavailable

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN_CODE = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
STUBBORN = [sys.executable, "-c", STUBBORN_CODE]
LEASHED = """
import signal, sys, time
from clinic.embedded.leash import spawn
child = spawn([sys.executable, "-c", "import time; time.sleep(60)"], death_signal=signal.SIGTERM)
print(child.pid, flush=True)
time.sleep(60)
"""


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def member(command: list[str]) -> Member:
    return Member("worker", command, dict(os.environ))


def test_member_when_it_dies_then_is_started_again() -> None:
    one = member(SLEEPER)
    one.start()
    assert one.process
    first = one.process.pid
    one.process.kill()
    one.process.wait()

    assert wait_until(lambda: one.tend(time.monotonic()) or (one.process is not None and one.process.pid != first))  # type: ignore[func-returns-value]

    stop([one.process], 5)


def test_member_when_it_dies_at_once_again_and_again_then_waits_longer_up_to_a_limit() -> None:
    one = member([])

    waits = [one._wait_seconds(1, lived_seconds=0.1) for _ in range(12)]

    assert waits[:4] == [0.2, 0.4, 0.8, 1.6]
    assert waits[-1] == crew_module.LONGEST_WAIT_SECONDS


def test_member_when_it_lived_long_or_ended_on_purpose_then_waits_not_at_all() -> None:
    one = member([])
    one._wait_seconds(1, lived_seconds=0.1)

    assert one._wait_seconds(-9, lived_seconds=60) == 0.0
    assert one._wait_seconds(crew_module.ENDED_ON_PURPOSE, lived_seconds=0.1) == 0.0


def test_crew_when_a_member_ends_while_starting_then_names_it() -> None:
    crew = Crew({"web": [sys.executable, "-c", "raise SystemExit(3)"]}, dict(os.environ))
    crew.start()
    process = crew.members[0].process
    assert process
    process.wait()

    with pytest.raises(Unavailable, match="web ended with exit code 3 while starting"):
        crew.fail_if_any_ended()


def test_crew_when_told_to_kill_then_ends_that_member_only() -> None:
    crew = Crew({"a": SLEEPER, "b": SLEEPER}, dict(os.environ))
    crew.start()
    first, second = (one.process for one in crew.members)
    assert first and second

    crew.kill("a", first.pid)
    crew.kill("b", first.pid)
    crew.kill("b", os.getpid())

    assert (first.poll(), second.poll()) == (-signal.SIGKILL, None)
    crew.stop()


def test_stop_when_one_will_not_go_then_it_is_ended_after_the_patience() -> None:
    stubborn = subprocess.Popen(STUBBORN, start_new_session=True, stdout=subprocess.PIPE)
    assert stubborn.stdout
    stubborn.stdout.readline()

    stop([stubborn], patience_seconds=0.3)

    assert stubborn.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties children to their parent")
def test_spawn_when_the_parent_is_killed_then_the_child_ends() -> None:
    parent = subprocess.Popen([sys.executable, "-c", LEASHED], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    assert wait_until(lambda: not is_alive(child))


def test_step_when_it_fails_then_says_which() -> None:
    with pytest.raises(Unavailable, match="ended with exit code 2"):
        run_to_end([sys.executable, "-c", "raise SystemExit(2)"], dict(os.environ))


def test_step_when_its_output_is_wanted_then_returns_it() -> None:
    words = run_to_end([sys.executable, "-c", "print('logins')"], dict(os.environ), keeps_output=True)

    assert words == "logins\n"


def test_described_when_signal_or_code_then_says_which() -> None:
    assert (described(-9), described(4)) == ("SIGKILL", "exit code 4")
