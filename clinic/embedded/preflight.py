"""What is asked before anything is started, so that a start that cannot work leaves nothing half-started."""

import errno
import signal
import socket
import sys
import time

from clinic.embedded import leash
from clinic.embedded.account import account
from clinic.embedded.crew import stop
from clinic.embedded.home import CHECKOUT, check_reachable, check_space, make_home, socket_folder
from clinic.embedded.lock import Lock
from clinic.embedded.plan import Plan
from clinic.embedded.unavailable import Unavailable

PYTHON_MIN, PYTHON_MAX = (3, 11), (3, 13)
OLD_LISTENER_SECONDS = 10.0


def check(plan: Plan) -> None:
    check_python(sys.version_info[:2])
    check_settings(plan)
    make_home(plan.home)
    check_space(plan.home)
    if plan.needs_embedded:
        check_reachable(plan.home, account())
        socket_folder(plan.home)


def check_settings(plan: Plan) -> None:
    """In a process of their own, which tells what is wrong with them. They import Django; this process lives long."""
    judge = [sys.executable, "-m", "clinic.settings", "migrate"]
    process = leash.spawn(judge, death_signal=signal.SIGTERM, cwd=CHECKOUT, env=plan.environment())
    try:
        process.wait()
    finally:
        stop([process], 5)
    if process.returncode:
        raise SystemExit(abs(process.returncode))


def check_python(version: tuple[int, int]) -> None:
    if not PYTHON_MIN <= version <= PYTHON_MAX:
        raise Unavailable(f"this is Python {version[0]}.{version[1]}: 3.11, 3.12 or 3.13 is needed")


def take_lock(plan: Plan) -> Lock:
    lock = Lock(plan.home / "run.lock")
    if not lock.acquire():
        raise Unavailable(f"it is already running here: {lock.read()} (data in {plan.home})")
    return lock


def check_port(plan: Plan, *, after_a_killed_run: bool) -> None:
    """The web server of a run that was killed needs a moment to go; anybody else's port is taken."""
    until = time.monotonic() + (OLD_LISTENER_SECONDS if after_a_killed_run else 0)
    while (problem := _cannot_bind(plan.host, plan.port)) is not None:
        if time.monotonic() >= until:
            raise Unavailable(problem)
        time.sleep(0.2)


def _cannot_bind(host: str, port: int) -> str | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        return f"port {port} is for root only: make run PORT=8123"
    except socket.gaierror:
        return f"{host} is no address of this machine: make run HOST=127.0.0.1"
    except OSError as why:
        if why.errno == errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: make run HOST=127.0.0.1"
        return f"port {port} is taken: make run PORT={port + 1 if port < 65535 else 8123}"
    return None
