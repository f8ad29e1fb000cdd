"""PostgreSQL, RabbitMQ, Redis, an object store and nginx as ordinary processes of a folder of their own, on loopback.

Programs are those of Debian's packages, with the settings they come with but for place and port. Each may be killed,
and is started again as a supervisor would. Objects: tests/production/objects.py, which says why.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from clinic.embedded import binaries, leash
from clinic.embedded.account import Account, account
from tests.production import certificates

ROOT = Path(__file__).resolve().parent.parent.parent
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
NGINX, REDIS, EPMD = (shutil.which(name, path=SYSTEM_PATH) for name in ("nginx", "redis-server", "epmd"))
PACKAGES = {"rabbitmq-server": RABBIT.exists() and bool(EPMD), "redis-server": bool(REDIS), "nginx": bool(NGINX)}
STARTS_WITHIN_S = 120.0
Command = list[str]


def missing() -> list[str]:
    """Debian's packages that this machine lacks."""
    return [name for name, is_here in PACKAGES.items() if not is_here]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@dataclass
class Part:
    """A process that may be killed. `spawn` has to be called by the main thread: children are tied to it."""

    name: str
    command: Command
    log: Path
    is_ready: Callable[[], bool]
    environment: dict[str, str] = field(default_factory=dict)
    who: dict[str, Any] = field(default_factory=dict)
    cwd: Path = ROOT
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = leash.spawn(
                self.command, death_signal=signal.SIGTERM, cwd=self.cwd, stdout=log, stderr=log,
                env={"PATH": SYSTEM_PATH, "LC_ALL": "C.UTF-8", **self.environment}, **self.who,
            )  # fmt: skip

    def wait_ready(self) -> None:
        """Killed processes leave things behind that the next one stumbles over once: it is started again."""
        until = time.monotonic() + STARTS_WITHIN_S
        while not self.is_ready():
            if self.process is None or self.process.poll() is not None:
                self.start()
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name} does not get ready: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """With all it has started, as a host that loses its power does."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, patience_s: float = 20) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def postgres_programs(folder: Path, who: Account) -> tuple[Path, str]:
    """Debian's where pgvector stands beside it; else the server of our wheel, which has it, and that is said."""
    for bin_folder in sorted(DEBIAN_POSTGRES.glob("*/bin"), reverse=True):
        version = bin_folder.parent.name
        if Path(f"/usr/share/postgresql/{version}/extension/vector.control").exists() and int(version) >= 15:
            return bin_folder, f"PostgreSQL {version} of Debian"
    return binaries.binaries(folder, who), "PostgreSQL 18 of the wheel (Debian's has no pgvector here)"


def postgres(folder: Path, password: str) -> tuple[Part, int, str]:
    who, data, port = account(), folder / "postgres", free_port()
    programs, words = postgres_programs(folder, who)
    data.mkdir(mode=0o700)
    secret = folder / "postgres.first"
    secret.write_text(password)
    for place in (data, secret):
        os.chown(place, who.uid, who.gid)
    made = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", f"--pwfile={secret}", "--encoding=UTF8",
            "--auth-local=reject", "--auth-host=scram-sha-256", "--locale=C.UTF-8"]  # fmt: skip
    subprocess.run(made, cwd="/", check=True, stdout=subprocess.DEVNULL, **who.process_arguments())
    secret.unlink()
    settings = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": "", "timezone": "UTC"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    dsn = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    server = Part("postgresql", [str(programs / "postgres"), "-D", str(data), *options], folder / "postgresql.log",
                  lambda: _answers(dsn), who=who.process_arguments())  # fmt: skip
    return server, port, words


def _answers(dsn: str) -> bool:
    with suppress(psycopg.Error), psycopg.connect(dsn, connect_timeout=2):
        return True
    return False


# --- RabbitMQ and Redis -----------------------------------------------------------------------------------------------


def rabbit(folder: Path, login: str) -> tuple[list[Part], int]:
    """The second of the two is the broker; the first only tells its nodes where they are."""
    home, port, names_port = folder / "rabbitmq", free_port(), free_port()
    (home / "mnesia").mkdir(parents=True)
    (home / "rabbitmq.conf").write_text(f"{login}listeners.tcp.1 = 127.0.0.1:{port}\nloopback_users = none\n")
    (home / "plugins").write_text("[].\n")
    environment = {
        "HOME": str(home), "RABBITMQ_NODENAME": f"rounds-{os.getpid()}@localhost",
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"), "RABBITMQ_LOG_BASE": str(home / "log"), "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq"), "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_DIST_PORT": str(free_port()), "ERL_EPMD_PORT": str(names_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
    }  # fmt: skip
    names = Part("epmd", [str(EPMD), "-address", "127.0.0.1", "-port", str(names_port)], folder / "epmd.log",
                 lambda: listens(names_port))  # fmt: skip
    broker = Part("rabbitmq", [str(RABBIT)], folder / "rabbitmq.log", lambda: listens(port), environment)
    return [names, broker], port


def redis(folder: Path, password: str) -> tuple[Part, int]:
    home, port = folder / "redis", free_port()
    home.mkdir()
    config = home / "redis.conf"
    config.write_text(
        f'bind 127.0.0.1\nport {port}\ndir {home}\nappendonly yes\nsave ""\nrequirepass {password}\ndaemonize no\n'
    )
    return Part("redis", [str(REDIS), str(config)], folder / "redis.log", lambda: listens(port)), port


# --- objects ----------------------------------------------------------------------------------------------------------


def objects(folder: Path, bucket: str) -> tuple[Part, int]:
    port = free_port()
    command = [sys.executable, "-m", "tests.production.objects", str(folder / "objects"), str(port), bucket]
    return Part("objects", command, folder / "objects.log", lambda: listens(port)), port


# --- nginx ------------------------------------------------------------------------------------------------------------


def nginx(folder: Path, host: str, upstreams: list[int]) -> tuple[Part, int, Path]:
    """With the configuration that is deployed; the certificate vouches for `host` alone."""
    home, port, plain_port = folder / "nginx", free_port(), free_port()
    home.mkdir()
    home.chmod(0o755)
    authority = certificates.write(home, host)
    config = home / "nginx.conf"
    config.write_text(rendered((ROOT / "deploy/proxy/nginx.conf").read_text(), home, port, plain_port, upstreams))
    command = [str(NGINX), "-c", str(config), "-g", "daemon off;"]
    return Part("nginx", command, folder / "nginx.log", lambda: listens(port)), port, authority


def rendered(text: str, home: Path, port: int, plain_port: int, upstreams: list[int]) -> str:
    """As docs/deploying.md says for a machine without containers: the servers by number, and no resolver."""
    servers = "".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=5s;" for one in upstreams)
    changes = [
        (r"\n    resolver [^\n]*", ""), (r"server web:8000 resolve [^;]*;", servers),
        (r"/etc/nginx/tls/", f"{home}/"), (r" /tmp/", f" {home}/"),
        (r"listen 8080;", f"listen 127.0.0.1:{plain_port};"),
    ]  # fmt: skip
    if nginx_version() >= (1, 25, 1):
        changes.append((r"listen 8443 ssl;", f"listen 127.0.0.1:{port} ssl;"))
    else:  # Debian 12: HTTP/2 is a word of `listen` there
        changes += [(r"listen 8443 ssl;", f"listen 127.0.0.1:{port} ssl http2;"), (r"\n        http2 on;", "")]
    for there, here in changes:
        text, count = re.subn(there, here, text)
        assert count, f"deploy/proxy/nginx.conf has no {there} any more"
    return text


def nginx_version() -> tuple[int, ...]:
    said = subprocess.run([str(NGINX), "-v"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else (0, 0, 0)
