"""Runs in a network of its own that has loopback and nothing else, with names asked of this process: what anybody here
wanted of the outside is counted by the kernel and by who answers for names, whatever language it is written in.

`OutNoRoutes` counts each packet and each connection that had nowhere to go, of every process of this network.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

NAMES_PORT = 53
READY_WITHIN_S = 900.0
PAGES = ("/account/login/", "/health/live", "/health/ready", "/static/img/favicon.svg")


@dataclass
class Wanted:
    outgoing: int = 0
    dns: int = 0


class NoNames(threading.Thread):
    """Answers nothing, and counts who asked."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: list[bytes] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", NAMES_PORT))

    def run(self) -> None:
        while True:
            self.asked.append(self.socket.recv(2048))


def no_routes() -> int:
    """IPv4 and IPv6, since this network began."""
    names, numbers = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line[:3] == "Ip:"]
    sixes = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return int(numbers[names.index("OutNoRoutes")]) + int(sixes.get("Ip6OutNoRoutes", 0))


def is_counting() -> bool:
    """The counters move when somebody tries: without that a zero would say nothing."""
    before = no_routes()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.settimeout(1)
        try:
            tried.connect(("192.0.2.1", 443))
        except OSError:
            return no_routes() > before
    return False


def asks_are_seen(names: NoNames) -> bool:
    before = len(names.asked)
    asked = "import socket\ntry: socket.getaddrinfo('rounds.invalid', 443)\nexcept OSError: pass"
    subprocess.run(["timeout", "3", sys.executable, "-c", asked], check=False)
    return len(names.asked) > before


def main(place: str, wheels: str, group: str, *tests: str) -> int:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    resolver = Path(place) / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", str(resolver), os.path.realpath("/etc/resolv.conf")], check=True)
    names = NoNames()
    names.start()
    if not is_counting() or not asks_are_seen(names):
        print("airplane: this machine's counters do not move, so nothing can be shown here", file=sys.stderr)
        return 1
    told: dict[str, object] = {}
    base = (no_routes(), len(names.asked))
    checkout = Path(place) / "checkout"
    without_net = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels, "PIP_CONFIG_FILE": os.devnull}
    began = time.monotonic()
    subprocess.run(["make", f"{group}-environment"], cwd=checkout, env=without_net, check=True)
    told["installed_s"] = round(time.monotonic() - began)
    _house(checkout, without_net, told)
    told["house"] = asdict(Wanted(no_routes() - base[0], len(names.asked) - base[1]))
    if tests:
        before = (no_routes(), len(names.asked))
        run = subprocess.run(["make", "browser", f"ONLY={' '.join(tests)}"], cwd=checkout, env=without_net, check=False)
        told["browser_rc"] = run.returncode
        told["browser"] = asdict(Wanted(no_routes() - before[0], len(names.asked) - before[1]))
    told["names_asked"] = sorted({_name_in(asked) for asked in names.asked[base[1] :]})
    (Path(place) / "told.json").write_text(json.dumps(told))
    return 0


def _house(checkout: Path, environment: dict[str, str], told: dict[str, object]) -> None:
    """`make run`, as a newcomer starts it, until all parts answer; then some pages, then it is ended."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    began = time.monotonic()
    tree = subprocess.Popen(["make", "run", f"PORT={port}"], cwd=checkout, env=environment, start_new_session=True)
    try:
        while not _is_there(f"http://127.0.0.1:{port}/health/ready"):
            if time.monotonic() - began > READY_WITHIN_S or tree.poll() is not None:
                raise RuntimeError("the house does not get ready without a network")
            time.sleep(1)
        told["ready_s"] = round(time.monotonic() - began)
        told["pages"] = sum(_is_there(f"http://127.0.0.1:{port}{path}") for path in PAGES)
        if told["pages"] != len(PAGES):
            raise RuntimeError("a page does not answer without a network")
        time.sleep(30)  # what periodic work would ask for
    finally:
        tree.terminate()
        tree.wait(90)


def _is_there(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _name_in(asked: bytes) -> str:
    """The name of a question: labels from the twelfth byte on."""
    labels, at = [], 12
    while at < len(asked) and (length := asked[at]):
        labels.append(asked[at + 1 : at + 1 + length].decode("ascii", "replace"))
        at += length + 1
    return ".".join(labels)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
