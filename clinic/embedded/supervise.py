"""`make run`: database, web, workers and scheduler as one process tree. Ctrl-C or SIGTERM ends all of it."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from clinic.embedded import preflight, readiness
from clinic.embedded.account import account
from clinic.embedded.crew import Crew, beside, run_to_end, say
from clinic.embedded.files import prepare_files
from clinic.embedded.logs import Logs
from clinic.embedded.plan import Plan, manage, plan_from_environment
from clinic.embedded.postgres import Embedded
from clinic.embedded.stuck import StuckWorkers
from clinic.embedded.unavailable import Unavailable

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK_SECONDS = 0.1


class Stopping(Exception):
    """Somebody asked us to end."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    say("stopping")
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not cut the clean stop in half
    raise Stopping


def listen_for_signals() -> None:
    for number in SIGNALS:
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # started under nohup
        signal.signal(number, _stop)


def main(words: list[str], make_plan: Callable[[str, int], Plan] = plan_from_environment) -> int:
    listen_for_signals()
    os.umask(0o077)
    try:
        options = _options(words)
        run(make_plan(options.host, options.port))
    except Stopping:
        say("stopped")
        return 0
    except Unavailable as why:
        say(str(why))
        return 1
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=port_number, default=8000)
    return parser.parse_args(words)


def port_number(words: str) -> int:
    if not (words.isascii() and words.isdecimal()) or not 1 <= int(words) <= 65535:
        raise Unavailable(f"PORT is {words!r}: a number from 1 to 65535 is needed")
    return int(words)


def run(plan: Plan) -> None:
    began = time.monotonic()
    preflight.check(plan)
    with only_one(plan), database(plan) as embedded:
        logins = prepare(plan)
        crew = Crew(plan.commands(), plan.environment(), Logs(plan.home / "log") if plan.is_demo else None)
        try:
            crew.start()
            readiness.wait_ready(plan, crew.fail_if_any_ended)
            announce(plan, time.monotonic() - began, logins)
            tend(plan, crew, embedded)
        finally:
            crew.stop()


@contextmanager
def only_one(plan: Plan) -> Iterator[None]:
    lock = preflight.take_lock(plan)
    try:
        preflight.check_port(plan, after_a_killed_run=bool(lock.left_behind))
        if plan.keeps_files_here:
            prepare_files(plan.home)
        tell_root(plan)
        lock.say(plan.address)
        yield
    finally:
        lock.release()


def tell_root(plan: Plan) -> None:
    if plan.needs_embedded and (who := account()).is_another:
        say(f"started as root: PostgreSQL runs as {who.name}, everything is kept in {plan.home}")


@contextmanager
def database(plan: Plan) -> Iterator[Embedded | None]:
    if not plan.needs_embedded:
        yield None
        return
    with Embedded(plan.home).running() as embedded:
        if embedded.process is None:
            raise Unavailable(
                f"the database in {plan.home} is in use by another command: wait until that one has ended"
            )
        yield embedded


def prepare(plan: Plan) -> str:
    environment = plan.environment()
    with beside(manage("collectstatic", "--noinput", "-v0"), environment):
        run_to_end(manage("migrate", "--database=owner", "-v0", "--skip-checks"), environment)
        run_to_end(manage("engines_install", "-v0"), environment)
        if not plan.is_demo:
            return ""
        return run_to_end(manage("demo", "--quiet-if-loaded"), environment, keeps_output=True)


def announce(plan: Plan, seconds: float, logins: str) -> None:
    if logins.strip():
        print(logins.rstrip(), flush=True)
    kept = f"; logs in {plan.home / 'log'}" if plan.is_demo else ""
    print(f"rounds: ready in {seconds:.1f} s: {plan.address} (Ctrl-C stops all of it{kept})", flush=True)


def tend(plan: Plan, crew: Crew, embedded: Embedded | None) -> None:
    stuck = StuckWorkers(plan.database_url or Embedded(plan.home).dsn("rounds_app"), crew.kill)
    while True:
        time.sleep(TICK_SECONDS)
        crew.tend()
        stuck.look()
        if embedded and embedded.is_gone:
            say("the database ended: starting it again")
            embedded.start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
