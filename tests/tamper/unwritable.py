"""The audit cannot be written, in four ways: nothing is changed then, nothing of a patient shown, and 503 says so."""

import logging
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
from django.test import Client
from psycopg import sql

from clinic.authorization.roles import Role
from tests import make
from tests.tamper.house import House
from tests.threads import at_once

AT_ONCE = 5
RECOVERY_MOST_S = 5.0
TABLESPACE_BYTES = 1_500_000
SECRET = "Ana Alder", "Is there a fracture?", "A letter about Ana"
CLINICAL = ("clinic_patient", "clinic_case", "clinic_note", "clinic_consent", "clinic_statechange", "clinic_upload",
            "clinic_entry", "clinic_run", "clinic_result", "clinic_notification")  # fmt: skip
Asked = Callable[[Client], Any]


def trial(house: House, requests: int) -> tuple[dict[str, Any], list[str]]:
    logging.getLogger("rounds.failures").disabled = True  # each refusal is a line
    complaints: list[str] = []
    refused = changed = shown = 0
    slowest_s = 0.0
    ways, skipped = _ways_here()
    for way in ways:
        answers, is_changed, recovered_s = _tried(house, way, requests)
        refused += sum(status == 503 for status, _code, _shows in answers)
        changed += is_changed
        shown += sum(shows for _status, _code, shows in answers)
        slowest_s = max(slowest_s, recovered_s)
        odd = sorted({(status, code) for status, code, _ in answers} - {(503, code) for code in _codes(way)})
        complaints += [f"{way.__name__}: answered {status} {code}" for status, code in odd]
    if changed or shown or slowest_s > RECOVERY_MOST_S:
        complaints.append(f"unwritable: changed {changed}, shown {shown}, recovered after {slowest_s:.1f} s")
    return {"unwritable_ways": len(ways), "unwritable_skipped": len(skipped), "asked": requests * len(ways),
            "refused": refused, "changed": changed, "shown": shown,
            "recovered_s": round(slowest_s, 1)}, complaints  # fmt: skip


def _ways_here() -> tuple[list[Any], list[Any]]:
    """Those that this machine lets us try, and those that it does not: said aloud, or they would pass for passed."""
    if _may_mount():
        return list(WAYS), []
    print("tamper: skipped disk_full: this process may not mount the small disk (tmpfs) that it fills", flush=True)
    return [way for way in WAYS if way is not disk_full], [disk_full]


def _codes(way: Any) -> set[str]:
    """Who waits for a case behind somebody who waits for the audit is told that the database does not answer."""
    return {"audit_down", "database_down"} if way is lock_held else {"audit_down"}


def _tried(house: House, way: Any, requests: int) -> tuple[list[tuple[int, str, bool]], bool, float]:
    browsers = [_browser(house) for _ in range(AT_ONCE)]
    asked = list(islice(cycle(_requests(house)), requests))
    before = _clinical(house)
    with way(house):
        found = at_once(AT_ONCE, lambda n: [_answer(browsers[n], ask) for ask in asked[n::AT_ONCE]])
        is_changed = _clinical(house) != before
    began = time.monotonic()
    while _answer(browsers[0], asked[0])[0] != 200 and time.monotonic() - began < 2 * RECOVERY_MOST_S:
        time.sleep(0.1)
    return [answer for answers in found for answer in answers], is_changed, time.monotonic() - began


def _browser(house: House) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(house.clinician.user)
    session = browser.session
    session["site"] = str(house.clinician.site.pk)
    session.save()
    return browser


def _requests(house: House) -> list[Asked]:
    """Readings of patient data and writings, through pages and API."""
    case, upload = house.case, make.upload(house.clinician, house.case, b"A letter about Ana\n" * 10)
    page, api = f"/cases/{case.pk}/", f"/api/v1/cases/{case.pk}"
    return [
        lambda b: b.get(page),
        lambda b: b.post(f"{page}notes/", {"body": "Written while nobody can know"}),
        lambda b: b.get("/cases/?show=all"),
        lambda b: b.post(f"{page}edit/", {"question": "Changed", "urgency": "urgent", "encounter": ""}),
        lambda b: b.get(f"/uploads/{upload.pk}/content/"),
        lambda b: b.post(f"{page}consents/", {"purpose": "care", "is_given": "on"}),
        lambda b: b.get(api),
        lambda b: b.post(f"{api}/notes", {"body": "Through the API"}, content_type="application/json"),
        lambda b: b.get("/api/v1/cases"),
        lambda b: b.post(f"{page}assign/", {"to": str(house.here[Role.RADIOLOGIST].user.pk)}),
    ]


def _answer(browser: Client, ask: Asked) -> tuple[int, str, bool]:
    response = ask(browser)
    content = b"".join(response) if response.streaming else response.content
    code = next((code for code in ("audit_down", "database_down", "unexpected") if code.encode() in content), "")
    return response.status_code, code, any(words.encode() in content for words in SECRET)


def _clinical(house: House) -> list[Any]:
    with house.superuser() as server:
        return [
            server.execute(sql.SQL("SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {} t")
                           .format(sql.Identifier(table))).fetchone() for table in CLINICAL
        ]  # fmt: skip


# --- the four ways ----------------------------------------------------------------------------------------------------


@contextmanager
def insert_revoked(house: House) -> Iterator[None]:
    with house.superuser() as server:
        server.execute("REVOKE INSERT ON audit_event FROM rounds_app")
        try:
            yield
        finally:
            server.execute("GRANT INSERT ON audit_event TO rounds_app")


@contextmanager
def trigger_error(house: House) -> Iterator[None]:
    """Where the event gets its place: at the very end of a transaction."""
    with house.superuser() as server:
        row = server.execute("SELECT pg_get_functiondef('audit_link_new'::regproc)").fetchone()
        assert row
        server.execute(
            "CREATE OR REPLACE FUNCTION audit_link_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            " AS $$ BEGIN RAISE EXCEPTION 'no place'; END $$"
        )
        try:
            yield
        finally:
            server.execute(row[0])


@contextmanager
def lock_held(house: House) -> Iterator[None]:
    """Somebody has the chain's head and does not let go."""
    with house.superuser() as holder, holder.transaction():
        holder.execute("SELECT * FROM audit_head FOR UPDATE")
        yield


@contextmanager
def disk_full(house: House) -> Iterator[None]:
    """The events' table lies on a disk of its own, and that is full to the last row."""
    with house.superuser() as server, ExitStack() as undo:
        folder = undo.enter_context(_small_disk(house))
        server.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(str(folder)))
        undo.callback(server.execute, "DROP TABLESPACE small")
        server.execute("ALTER TABLE audit_event SET TABLESPACE small")
        undo.callback(server.execute, "ALTER TABLE audit_event SET TABLESPACE pg_default")
        undo.callback((folder / "filler").unlink, missing_ok=True)
        _fill(server, folder)
        yield


@contextmanager
def _small_disk(house: House) -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="rounds-small-disk-"))
    owner = house.server.data.stat()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_needed_bytes(house)},mode=0777", "tmpfs", str(folder)],
                   check=True)  # fmt: skip
    try:
        inside = folder / "data"
        inside.mkdir(mode=0o700)
        os.chown(inside, owner.st_uid, owner.st_gid)
        yield inside
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a backend may hold a file
        folder.rmdir()


def _needed_bytes(house: House) -> int:
    with house.superuser() as server:
        row = server.execute("SELECT pg_table_size('audit_event')").fetchone()
    assert row
    return int(row[0]) + TABLESPACE_BYTES


def _fill(server: psycopg.Connection, folder: Path) -> None:
    """To the last page, then with small events, so that no page has room for another."""
    with (folder / "filler").open("ab", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)
    for count in (50, 1):
        with suppress(psycopg.errors.DiskFull):
            while True:
                server.execute("INSERT INTO audit_event (id, body) SELECT gen_random_uuid(), '{}'"
                               " FROM generate_series(1, %s)", [count])  # fmt: skip


def _may_mount() -> bool:
    folder = Path(mkdtemp(prefix="rounds-may-mount-"))
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, check=False)
        if done.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)
        return done.returncode == 0
    finally:
        folder.rmdir()


WAYS = (insert_revoked, trigger_error, lock_held, disk_full)
