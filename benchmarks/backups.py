"""`make backups`: backups taken while people write and delete, each put back into an empty installation of its own.

Before the last restore begins a patient is forgotten who is in every backup but the last: she must be nowhere in what
comes back. Ends with a line of figures, and with 1 where one of them is not as it must be.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.installation import ROOT
from tests.faults.installation import installation

if TYPE_CHECKING:
    from clinic.models import Case, Patient

CANARY = "Cuckoo Canary of the Tower"
LETTER = f"Dear colleague, {CANARY} coughs.\n".encode()
KEYS = ("master.key", "signing.key", "backup.key")
FIGURE = re.compile(r"(\w+)=(\w+)")


@dataclass
class Figures:
    complaints: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def demand(self, what: str, is_so: bool) -> None:
        if not is_so:
            self.complaints.append(what)


class Ward:
    """People at work: each opens cases, writes notes, adds files, and lets files of hers go."""

    def __init__(self, people: int) -> None:
        from clinic.actions import people as people_acts
        from clinic.actions import sites
        from clinic.authorization.actor import Actor
        from clinic.authorization.roles import Role
        from clinic.authorization.scope import scope

        system = Actor.system("bench")
        self.site = sites.create(by=system, name="Bench")
        self.users: dict[Role, Any] = {}
        for role in (Role.CLINICIAN, Role.ADMIN, Role.LEAD):
            person = people_acts.create(by=system, email=f"{role}@bench.example", name=role.title())
            with scope(site=self.site.pk):
                people_acts.give_role(by=system, person=person, site=self.site, role=role)
            self.users[role] = person
        self.people, self.acts, self._stop = people, 0, threading.Event()

    def actor(self, role: str) -> Any:
        from clinic.authorization.actor import Actor
        from clinic.authorization.roles import Role

        user = self.users[Role(role)]
        return Actor.person(user_id=user.pk, label=user.name, site_id=self.site.pk, roles=frozenset({Role(role)}))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._work, args=(number,)) for number in range(self.people)]
        self._stop.clear()
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _work(self, number: int) -> None:
        from django.db import connection

        from clinic.authorization.scope import scope

        chance = random.Random(time.monotonic_ns() + number)
        with scope(site=self.site.pk):
            while not self._stop.is_set():
                self.one_case(chance, chance.randbytes(chance.randint(500, 400_000)))
        connection.close()

    def one_case(self, chance: random.Random, data: bytes) -> None:
        from django.utils import timezone

        from clinic.actions import cases, notes, patients, uploads
        from clinic.models import Upload

        by = self.actor("clinician")
        patient = patients.create(by=by, site=self.site, name=f"Nobody {chance.random()}")
        case = cases.open_case(by=by, patient=patient, question="Is it better?")
        notes.write(by=by, case=case, body="Seen today.")
        text = "".join(f"{byte:02x}" for byte in data[: len(data) // 2]).encode()
        kept, _is_new = uploads.store_whole(by=by, case=case, chunks=[text], name="letter.txt")
        gone, _is_new = uploads.store_whole(by=by, case=case, chunks=[text[::-1]], name="other.txt")
        if chance.random() < 0.5:
            Upload.objects.filter(pk=gone.pk).update(expired_at=timezone.now())
            uploads.let_go(gone.object_name)
        self.acts += 5 if kept else 0

    def canary(self) -> "tuple[Patient, Case]":
        from clinic.actions import cases, notes, patients, uploads
        from clinic.authorization.scope import scope

        by = self.actor("clinician")
        with scope(site=self.site.pk):
            patient = patients.create(by=by, site=self.site, name=CANARY)
            case = cases.open_case(by=by, patient=patient, question=f"Does {CANARY} sing?")
            notes.write(by=by, case=case, body=f"{CANARY} sings.")
            uploads.store_whole(by=by, case=case, chunks=[LETTER], name="canary.txt")
        return patient, case

    def forget(self, patient: "Patient") -> None:
        from django.utils import timezone

        from clinic.actions import erasing, proposals
        from clinic.authorization.scope import scope

        with scope(site=self.site.pk):
            asked = erasing.ask(by=self.actor("admin"), patient=patient, reason="She asked for it by letter.")
            proposals.agree(by=self.actor("lead"), proposal=asked, confirmed_at=timezone.now())


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make backups", description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--cases", type=int, default=150, help="there before the first backup")
    parser.add_argument("--people", type=int, default=3, help="who write while backups are taken")
    options = parser.parse_args(words)
    with installation({}) as house:
        figures = _try(house, options)
    print(*figures.lines, sep="\n")
    for complaint in figures.complaints:
        print(f"backups: {complaint}", file=sys.stderr)
    return 1 if figures.complaints else 0


def _try(house: Any, options: argparse.Namespace) -> Figures:
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    import django

    django.setup()
    from datetime import timedelta
    from pathlib import Path as P

    from django.conf import settings

    from clinic.actions import backups, checkpoints
    from clinic.authorization.actor import Actor
    from clinic.authorization.scope import scope
    from clinic.models import DataKey

    checkpoints.AFTER = timedelta(0)
    figures, ward, chance = Figures(), Ward(options.people), random.Random(7)
    with scope(site=ward.site.pk):
        for _ in range(options.cases):
            ward.one_case(chance, chance.randbytes(chance.randint(500, 2_000_000)))
    patient, _case = ward.canary()
    with scope(site=ward.site.pk):
        wrapped = bytes(DataKey.objects.get(pk=patient.pk).wrapped or b"")
    folder = P(settings.HOME) / "backups"
    folder.mkdir()
    taken = []
    for number in range(options.times):
        is_last = number == options.times - 1
        if is_last:
            ward.forget(patient)
        checkpoints.keep(name="bench", may_sign=True)
        before, began = ward.acts, time.monotonic()
        with ward.at_work():
            time.sleep(0.5)
            one = backups.take(by=Actor.system("backup"), to=folder / f"{number}.backup", say=lambda _line: None)
            seconds = time.monotonic() - began
        told = one.manifest
        figures.demand(f"backup {number}: {told.missing_count} objects missing", told.missing_count == 0)
        figures.demand(f"backup {number}: nobody wrote meanwhile", ward.acts > before)
        taken.append((one.path, told))
        figures.lines.append(f"backup {number}: {one.size / 1e6:.1f} MB, {told.rows} rows, {told.objects['count']} "
                             f"objects, audit to {told.audit['seq']}, {ward.acts - before} writes meanwhile, "
                             f"{seconds:.1f} s")  # fmt: skip
    for number, (path, told) in enumerate(taken):
        knows_her = number < options.times - 1
        _restore(Path(settings.HOME), path, told, knows_her, wrapped, figures)
    good = len(taken) if not figures.complaints else "not all"
    figures.lines.append(f"backups={len(taken)} restored_equal={good} complaints={len(figures.complaints)}")
    return figures


def _restore(old: Path, path: Path, told: Any, knows_her: bool, wrapped: bytes, figures: Figures) -> None:
    """As whoever stands before an empty machine would: the keys put back, the list of the forgotten, one command."""
    home = old.with_name(f"{old.name}-new")
    home.mkdir(mode=0o711)
    try:
        for name in KEYS:
            shutil.copy(old / name, home / name)
        began = time.monotonic()
        command = [sys.executable, "-m", "clinic.embedded", sys.executable, "manage.py", "restore", str(path),
                   "--forgotten", str(old / "forgotten")]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {"ROUNDS_HOME": str(home)}, text=True,
                              capture_output=True, check=False)  # fmt: skip
        seconds = time.monotonic() - began
        found = dict(FIGURE.findall(done.stdout.splitlines()[-1] if done.stdout else ""))
        name = path.name
        figures.demand(f"{name}: {done.stderr.strip()}", done.returncode == 0)
        figures.demand(f"{name}: rows", found.get("rows") == str(told.rows))
        figures.demand(f"{name}: objects", found.get("objects") == str(told.objects["count"]))
        figures.demand(f"{name}: something differs", found.get("differ") == "0")
        figures.demand(f"{name}: audit", (found.get("chain"), found.get("events")) == ("holds", str(told.audit["seq"])))
        figures.demand(f"{name}: forgotten", found.get("forgotten_again") == str(int(knows_her)))
        for trace in _traces(home, wrapped):
            figures.demand(f"{name}: {trace}", False)
        figures.lines.append(f"restored {name}: {done.stdout.splitlines()[-1] if done.stdout else 'nothing'}, "
                             f"{seconds:.1f} s with a server started for it")  # fmt: skip
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _traces(home: Path, wrapped: bytes) -> Iterator[str]:
    """Of her words anywhere, and of her key in the tables. The journal of the database holds what was written a moment
    ago, until it is written over: docs/backups.md says so."""
    for place in home.rglob("*"):
        if not place.is_file() or place.is_symlink():
            continue
        data = place.read_bytes()
        if CANARY.encode() in data or LETTER in data:
            yield f"her words in {place.relative_to(home)}"
        if wrapped in data and "pg_wal" not in place.parts:
            yield f"her key in {place.relative_to(home)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
