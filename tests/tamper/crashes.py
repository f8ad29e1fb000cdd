"""The database dies under eight writers, again and again: what was acknowledged is there, each change has its event and
each event its change, and the chain goes on from what was witnessed.
"""

import logging
import os
import random
import signal
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error, connection

from clinic import chain, witness
from clinic.actions import notes
from clinic.authorization.roles import Role
from clinic.models import AuditEvent, Case, Note, WitnessCode, WitnessState
from tests import make
from tests.make import Person
from tests.tamper.house import House

WRITERS = 8
BETWEEN_S = (1.0, 2.0)
PATIENCE_S = 30.0


@dataclass
class Writers:
    """Each writes notes at its own case and remembers those it was told are written."""

    house: House
    cases: list[Case]
    stopping: threading.Event = field(default_factory=threading.Event)
    acknowledged: set[UUID] = field(default_factory=set)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._write, args=(case,)) for case in self.cases]
        threads.append(threading.Thread(target=self._witness))
        for thread in threads:
            thread.start()
        return threads

    def _write(self, case: Case) -> None:
        by = self.house.clinician
        while not self.stopping.is_set():
            try:
                with by.at_work():
                    note = notes.write(by=by.actor, case=case, body=uuid.uuid4().hex)
                self.acknowledged.add(note.pk)
            except Error:
                connection.close()
                time.sleep(0.02)
        connection.close()

    def _witness(self) -> None:
        """Signs all the time: a checkpoint over an event that a crash takes back would show."""
        while not self.stopping.wait(0.05):
            try:
                self.house.witness()
            except Error:
                connection.close()
        connection.close()


def trial(house: House, crashes: int) -> tuple[dict[str, Any], list[str]]:
    logging.getLogger("psycopg").disabled = True  # a connection that breaks says so
    writers = Writers(house, [make.case(house.clinician) for _ in range(WRITERS)])
    threads = writers.start()
    dice = random.Random(crashes)
    for number in range(crashes):
        time.sleep(dice.uniform(*BETWEEN_S))
        (_kill_backend, _kill_postmaster, _stop_at_once)[number % 3](house, dice)
        _wait_until_back(house)
    time.sleep(BETWEEN_S[1])
    writers.stopping.set()
    for thread in threads:
        thread.join()
    return _reckoned(house, writers, crashes)


def _kill_backend(house: House, dice: random.Random) -> None:
    with house.superuser() as server:
        rows = server.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'rounds_app'").fetchall()
    os.kill(dice.choice(rows)[0], signal.SIGKILL)


def _kill_postmaster(house: House, _dice: random.Random) -> None:
    assert house.server.process is not None
    os.kill(house.server.process.pid, signal.SIGKILL)
    house.server.process.wait()


def _stop_at_once(house: House, _dice: random.Random) -> None:
    assert house.server.process is not None
    os.kill(house.server.process.pid, signal.SIGQUIT)
    house.server.process.wait()


def _wait_until_back(house: House) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            if house.server.is_gone:
                house.server.start()
            house.superuser().close()
            return
        except Exception:
            time.sleep(0.1)
    raise AssertionError("the database does not come back")


def _reckoned(house: House, writers: Writers, crashes: int) -> tuple[dict[str, Any], list[str]]:
    connection.close()
    written = _notes_of(house.clinician) | _notes_of(house.there[Role.CLINICIAN])
    told = set(AuditEvent.objects.filter(event="note.written").values_list("target_id", flat=True))
    house.witness()
    verdict = chain.verify(witness.file().lines())
    figures = {
        "crashes": crashes,
        "acknowledged": len(writers.acknowledged),
        "lost": len(writers.acknowledged - written),
        "change_without_event": len(written - told),
        "event_without_change": len(told - written),
        "checkpoints": verdict.checkpoints,
    }
    names = ("lost", "change_without_event", "event_without_change")
    complaints = [f"{name}: {figures[name]}" for name in names if figures[name]]
    if not verdict.holds:
        complaints.append(f"the chain or its witness in {settings.WITNESS_FILE} does not hold: {verdict}")
    if WitnessState.objects.exclude(code=WitnessCode.OK).exists():
        complaints.append("the witness does not go on")
    if len(writers.acknowledged) < 100 * crashes:
        complaints.append(f"only {len(writers.acknowledged)} writes were acknowledged: too few to tell")
    return figures, complaints


def _notes_of(person: Person) -> set[UUID]:
    with person.at_work():
        return set(Note.objects.values_list("pk", flat=True))
