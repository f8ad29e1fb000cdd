"""What an audited write costs beside the same write without its event, and how long a million events take to verify."""

import hashlib
import json
import os
import struct
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.core.management import call_command

from benchmarks.clients import Figures, figures
from benchmarks.installation import ROOT
from clinic import audit, chain, witness
from clinic.actions import cases, notes, patients
from clinic.audit_search import SORTS, Wanted
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import AuditCheckpoint, Case, Site, User
from clinic.views import keyset
from clinic.views.audit_lists import LATEST_FIRST, SIZE
from clinic.views.keyset import Section
from tests.threads import at_once

WRITERS, WRITES, ROUNDS = 8, 50, 4
EVENTS, BATCH = 1_000_000, 20_000
WITNESSED_WITHIN_S = 120
LOOKS = 9


def measure(person: User, site: Site) -> None:
    _cost(person, site)
    _long_audit(person, site)


# --- the cost of a write ----------------------------------------------------------------------------------------------


def _cost(person: User, site: Site) -> None:
    """In turns, so that whatever else this machine does falls on both."""
    by = Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({Role.CLINICIAN}))
    with scope(site=site.pk):
        patient = patients.create(by=by, site=site)
        mine = [cases.open_case(by=by, patient=patient, question="Does it cost much?") for _ in range(WRITERS)]
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * ROUNDS):
        is_audited = turn % 2 == 0
        with _audited(is_audited):
            times[is_audited] += _write_at_once(by, mine)
    told, silent = (figures(times[key], 1.0) for key in (True, False))
    _say_cost(told, silent)


def _say_cost(told: Figures, silent: Figures) -> None:
    added_ms, added_p95_ms = told.median_ms - silent.median_ms, told.p95_ms - silent.p95_ms
    print(f"\naudited write, {WRITERS} writers: median {told.median_ms:.1f} ms, p95 {told.p95_ms:.1f} ms, n={told.n}")
    print(f"without its event: median {silent.median_ms:.1f} ms, p95 {silent.p95_ms:.1f} ms, n={silent.n}")
    print(f"added by the audit: median {added_ms:.1f} ms, p95 {added_p95_ms:.1f} ms")


@contextmanager
def _audited(is_audited: bool) -> Iterator[None]:
    write = audit._write
    if not is_audited:
        audit._write = lambda events: None
    try:
        yield
    finally:
        audit._write = write


def _write_at_once(by: Actor, mine: list[Case]) -> list[float]:
    def write(number: int) -> list[float]:
        times = []
        with scope(site=by.here):
            for _ in range(WRITES):
                began = time.perf_counter()
                notes.write(by=by, case=mine[number], body="A line of a note.")
                times.append(1000 * (time.perf_counter() - began))
        return times

    return [took for times in at_once(WRITERS, write) for took in times]


# --- a million events -------------------------------------------------------------------------------------------------


def _long_audit(person: User, site: Site) -> None:
    began = time.monotonic()
    _generate(site)
    print(f"audit: {EVENTS} events generated in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    _wait_for_witness()
    print(f"audit: witnessed in {time.monotonic() - began:.0f} s, {AuditCheckpoint.objects.count()} checkpoints")
    _filters(person, site)
    _built_in()
    _standing_alone()


def _generate(site: Site) -> None:
    """As the trigger makes them, but copied in: fifty times as fast."""
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        row = superuser.execute("SELECT seq, hash FROM audit_head FOR UPDATE").fetchone()
        assert row
        links = _links(site, row[0], bytes(row[1]))
        while batch := list(islice(links, BATCH)):
            _copy(superuser, batch)
            superuser.execute("UPDATE audit_head SET seq = %s, hash = %s", [batch[-1].seq, batch[-1].hash])
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER), autocommit=True) as superuser:
        superuser.execute("VACUUM ANALYZE audit_event, audit_link")


def _copy(superuser: psycopg.Connection, batch: list["Link"]) -> None:
    with superuser.cursor().copy("COPY audit_event (id, body) FROM STDIN") as copy:
        for link in batch:
            copy.write_row((link.event, link.body))
    with superuser.cursor().copy("COPY audit_link (seq, event, at, prev, hash) FROM STDIN") as copy:
        for link in batch:
            copy.write_row((link.seq, link.event, _time(link.at_us), link.prev, link.hash))


class Link(NamedTuple):
    seq: int
    event: uuid.UUID
    at_us: int
    prev: bytes
    hash: bytes
    body: str


def _links(site: Site, seq: int, prev: bytes) -> Iterator[Link]:
    people, subjects = ([uuid.uuid4() for _ in range(count)] for count in (50, 5000))
    now_us = time.time_ns() // 1000 - EVENTS
    for number in range(EVENTS):
        seq, event, subject = seq + 1, uuid.uuid4(), subjects[number % len(subjects)]
        body = _body(number, site, people[number % len(people)], subject)
        parts = (prev, struct.pack(">q", seq), event.bytes, struct.pack(">q", now_us + number), body.encode())
        link_hash = hashlib.sha256(b"".join(parts)).digest()
        yield Link(seq, event, now_us + number, prev, link_hash, body)
        prev = link_hash


def _body(number: int, site: Site, person: uuid.UUID, subject: uuid.UUID) -> str:
    told: dict[str, Any] = {
        "v": 1, "event": "case.read", "said_at": "2026-01-01T00:00:00+00:00", "actor": "Dr B. Ench",
        "actor_id": str(person), "roles": ["clinician"], "key": None, "site": str(site.pk), "target": "Case",
        "target_id": str(subject), "case": str(subject), "patient": None, "fields": [], "facts": {},
        "request": f"{number:016x}",
    }  # fmt: skip
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _time(at_us: int) -> str:
    seconds, us = divmod(at_us, 1_000_000)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{us:06d}+00"


def _filters(person: User, site: Site) -> None:
    """The first page of each filter: nearly all events are of reading, so that writes and refusals have to be found."""
    by = Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({Role.AUDITOR}))
    for sort in ("", *SORTS):
        times = []
        for _ in range(LOOKS):
            began = time.perf_counter()
            keyset.page([Section(Wanted(sort=sort).links(by), LATEST_FIRST)], "", size=SIZE)
            times.append(1000 * (time.perf_counter() - began))
        print(f"audit page, {sort or 'all'}: median {figures(times, 1.0).median_ms:.1f} ms")


def _wait_for_witness() -> None:
    """The installation's own scheduler keeps it."""
    until = time.monotonic() + WITNESSED_WITHIN_S
    last_seq, _hash = chain.last_link()
    while time.monotonic() < until:
        newest = AuditCheckpoint.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        if newest >= last_seq - 1000:
            return
        time.sleep(0.5)


def _built_in() -> None:
    began = time.monotonic()
    verdict = chain.verify(witness.file().lines())
    assert verdict.holds, verdict
    print(f"audit_verify: {verdict.events} events in {time.monotonic() - began:.1f} s")


def _standing_alone() -> None:
    export, keys = settings.HOME / "audit.jsonl", settings.HOME / "keys.json"
    said = StringIO()
    call_command("signing_keys", stdout=said)
    keys.write_text(said.getvalue())
    took_s, peak_mb, _said = _run(ROOT / "manage.py", "audit_export", export)
    print(f"audit_export: {took_s:.1f} s, {export.stat().st_size / 1e6:.0f} MB, memory at most {peak_mb:.0f} MB")
    tool = ROOT / "tools" / "verify_audit.py"
    took_s, peak_mb, words = _run(tool, export, "--witness", settings.WITNESS_FILE, "--keys", keys)
    print(f"verify_audit.py: {took_s:.1f} s, memory at most {peak_mb:.0f} MB; {words}")
    export.unlink()


def _run(*command: Path | str) -> tuple[float, float, str]:
    """How long it took, its memory at its highest, and what it said."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {said}")
    return time.monotonic() - began, used.ru_maxrss / 1000, said.strip()
