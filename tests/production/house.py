"""Rounds as `deploy/` runs it: the commands of its units, the secrets of tools/new_secrets.py, nothing embedded."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from clinic.embedded.crew import stop
from clinic.lanes import LANES
from tests.production import parts
from tests.production.parts import ROOT, Part
from tools import new_secrets

HOST, BUCKET = "rounds.example", "rounds"
UNITS = ROOT / "deploy" / "systemd"
RESTARTED_AFTER_S = 2.0  # RestartSec of the units
NEEDED = ("web-1", "web-2", "io", "cpu", "scheduler")  # for what is written under load
SECRETS = {
    "ROUNDS_SECRET_KEY": "secret_key", "ROUNDS_MASTER_KEYS": "master_keys", "ROUNDS_SIGNING_KEYS": "signing_keys",
    "ROUNDS_METRICS_TOKEN": "metrics_token", "DATABASE_URL": "database_url", "CELERY_BROKER_URL": "broker_url",
    "ROUNDS_S3_ACCESS_KEY": "s3_access_key", "ROUNDS_S3_SECRET_KEY": "s3_secret_key",
}  # fmt: skip
OWNERS = {"DATABASE_OWNER_URL": "owner_url", "ROUNDS_SUPERUSER_URL": "superuser_url",
          "ROUNDS_QUEUE_PASSWORD": "queue_password"}  # fmt: skip


@dataclass
class House:
    folder: Path
    port: int  # of the proxy, where people come
    authority: Path
    environment: dict[str, str]
    parts: dict[str, Part] = field(default_factory=dict)
    members: dict[str, Part] = field(default_factory=dict)
    words: str = ""
    broker_of_redis: str = ""

    def tend(self) -> None:
        """What has ended is started again, as its unit says."""
        for part in (*self.parts.values(), *self.members.values()):
            if part.process is not None and part.process.poll() is not None:
                part.start()

    def everybody(self) -> list[Part]:
        return [*self.parts.values(), *self.members.values()]

    def move_to_redis(self) -> None:
        """Another broker is named and what is needed started again, as docs/operations.md says."""
        (self.folder / "secrets" / "broker_url").write_text(self.broker_of_redis)
        leaving = [*self.members.values(), self.parts.pop("rabbitmq")]
        stop([part.process for part in leaving if part.process], 20)
        self.members = {name: self.members[name] for name in NEEDED}
        self.parts["redis"].start()
        self.parts["redis"].wait_ready()
        self.start_members()

    def manage(self, release: Path, *words: str) -> None:
        """A command of a release, with the owner's login."""
        secrets = self.folder / "secrets"
        theirs = {f"{name}_FILE": str(secrets / file) for name, file in OWNERS.items()}
        command = [sys.executable, str(release / "manage.py"), *words]
        with (self.folder / "manage.log").open("ab") as log:
            subprocess.run(command, cwd=release, env=self.environment | theirs, check=True, stdout=log, stderr=log)

    def bring(self, release: Path) -> None:
        """The steps of the unit that comes before the others."""
        self.manage(release, "migrate", "--database=owner", "-v0")
        self.manage(release, "engines_install", "-v0")
        self.manage(release, "collectstatic", "--noinput", "-v0")

    def start_members(self) -> None:
        for member in self.members.values():
            member.start()


@contextmanager
def house(release: Path = ROOT) -> Iterator[House]:
    """Of the checkout that is named, which may be of another day."""
    folder = Path(tempfile.mkdtemp(prefix="rounds-production-", dir="/var/lib" if os.geteuid() == 0 else None))
    folder.chmod(0o711)  # the database's user passes through
    built = _built(folder)
    for member in built.members.values():
        member.cwd = release
    try:
        for part in built.parts.values():
            if part.name not in ("nginx", "redis"):
                part.start()
        for part in built.parts.values():
            if part.name not in ("nginx", "redis"):
                part.wait_ready()
        built.manage(release, "prepare_database")
        built.bring(release)
        built.parts["nginx"].start()
        built.start_members()
        yield built
    finally:
        for part in reversed(built.everybody()):
            part.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _built(folder: Path) -> House:
    secrets = folder / "secrets"
    new_secrets.write(secrets)
    words = {file.name: file.read_text() for file in secrets.iterdir()}
    database, database_port, said = parts.postgres(folder, words["postgres_password"])
    brokers, broker_port = parts.rabbit(folder, words["rabbitmq.conf"])
    redis, redis_port = parts.redis(folder, words["queue_password"])
    objects, objects_port = parts.objects(folder, BUCKET)
    for name in ("database_url", "owner_url", "superuser_url"):
        (secrets / name).write_text(words[name].replace("@database:5432", f"@127.0.0.1:{database_port}"))
    (secrets / "broker_url").write_text(words["broker_url"].replace("@queue:5672", f"@127.0.0.1:{broker_port}"))
    web_ports = [parts.free_port(), parts.free_port()]
    proxy, port, authority = parts.nginx(folder, HOST, web_ports)
    environment = _environment(folder, secrets, objects_port)
    named = {part.name: part for part in (database, *brokers, redis, objects, proxy)}
    return House(folder, port, authority, environment, named, _members(folder, environment, web_ports), said,
                 f"redis://:{words['queue_password']}@127.0.0.1:{redis_port}/0")  # fmt: skip


def _environment(folder: Path, secrets: Path, objects_port: int) -> dict[str, str]:
    home = folder / "home"
    home.mkdir(mode=0o700)
    return {
        "ROUNDS_MODE": "production", "ROUNDS_HOME": str(home), "ROUNDS_HOSTS": HOST, "ROUNDS_TRUSTED_PROXIES": "1",
        "ROUNDS_LOG_LEVEL": "WARNING", "ROUNDS_S3_BUCKET": BUCKET, "ROUNDS_S3_REGION": "us-east-1",
        "ROUNDS_S3_ENDPOINT": f"http://127.0.0.1:{objects_port}", "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1", "PATH": os.environ.get("PATH", parts.SYSTEM_PATH),
        "HOME": str(home), **{f"{name}_FILE": str(secrets / file) for name, file in SECRETS.items()},
    }  # fmt: skip


def _members(folder: Path, environment: dict[str, str], web_ports: list[int]) -> dict[str, Part]:
    wanted = [("rounds-web@.service", str(port), f"web-{number}") for number, port in enumerate(web_ports, 1)]
    wanted += [("rounds-worker@.service", lane, lane) for lane in LANES]
    wanted += [("rounds-scheduler.service", "", "scheduler"), ("rounds-listener.service", "", "listener")]
    return {
        name: Part(name, command_of(unit, instance), folder / f"{name}.log",
                   _serves(int(instance)) if name.startswith("web") else lambda: True, environment)
        for unit, instance, name in wanted
    }  # fmt: skip


def _serves(port: int):
    return lambda: parts.listens(port)


def command_of(unit: str, instance: str) -> list[str]:
    """What the unit starts, with this Python instead of the one in /opt."""
    lines = (UNITS / unit).read_text().splitlines()
    words = next(line for line in lines if line.startswith("ExecStart=")).removeprefix("ExecStart=").split()
    said = [word.replace("%i", instance).replace("%%h", "%h") for word in words]
    return [sys.executable, *said[1:]]
