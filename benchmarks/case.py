"""A case of 500 entries in a house that runs: its page, verifying it, its paper; and one changed byte of each kind of
what it holds. `make bench-case` prints the figures."""

import argparse
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.clients import ask
from benchmarks.installation import Installation, installation

ENTRIES, FILES, RUNS, SECONDS = 500, 20, 10, 10.0
PAGE_P95_MS, VERIFY_MS = 800, 2000
WAIT_S, SETTLE_S = 120, 3
# a byte in the middle; done twice it is as it was
FLIP = ("UPDATE {table} SET {column} = set_byte({column}, length({column}) / 2,"
        " get_byte({column}, length({column}) / 2) # 1) WHERE id = %s")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-case", description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    wanted = parser.parse_args().entries
    with installation() as at:
        import django  # after the installation has named its home

        django.setup()
        from benchmarks import data
        from clinic.authorization.actor import Actor
        from clinic.authorization.roles import Role
        from clinic.authorization.scope import scope

        person, site, _case = data.load(10, 1)
        by = Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({Role.CLINICIAN}))
        with scope(site=site.pk):
            case = _full(by, wanted)
            time.sleep(SETTLE_S)  # the newest get their place in the audit
            _pages(at, data.session_of(person, site), case)
            _changed(by, case)


def _full(by: Any, entries: int) -> UUID:
    """Notes, files, answers, a signed version: each by the act that makes it, answered by the workers that run here."""
    from django.utils import timezone

    from clinic.actions import cases, notes, reports, runs, uploads
    from clinic.models import Case, CaseState, Entry, Patient, ReportDraft, Run
    from clinic.models.runs import ACTIVE

    case = cases.open_case(by=by, patient=Patient.objects.all()[0], question="Is it pneumonia?")
    kept = [uploads.store_whole(by=by, case=case, chunks=[os.urandom(50_000).hex().encode()], name=f"values {n}.txt",
                                begins=False, is_ready=True)[0] for n in range(FILES)]  # fmt: skip
    for upload in kept[:RUNS]:
        runs.request(by=by, kind="clinic.check", case=case, uploads=[upload])
    until = time.monotonic() + WAIT_S
    while Run.objects.filter(case=case, state__in=ACTIVE).exists() and time.monotonic() < until:
        time.sleep(0.2)
    while Entry.objects.filter(case=case).count() < entries - 2:
        notes.write(by=by, case=case, body="Seen again, no change.")
    cases.move(by=by, case=case, to=CaseState.AWAITING_HUMAN)
    reports.write(by=by, case=case, section="impression", text="No acute finding.", is_mine=True)
    draft = ReportDraft.objects.get(case=case)
    reports.sign(by=by, case=Case.objects.get(pk=case.pk), seen=draft.revision, confirmed_at=timezone.now())
    there = Entry.objects.filter(case=case).count()
    print(f"a case of {there} entries: {FILES} files of 100 kB, {RUNS} answers, notes, one signed version")
    return case.pk


def _pages(at: Installation, cookie: str, case: UUID) -> None:
    print(f"\n{'page':<12}{'n':>6}{'median ms':>11}{'p95 ms':>9}{'mark':>7}{'errors':>8}")
    for name, path, mark in (("timeline", "", PAGE_P95_MS), ("verify", "verify/", VERIFY_MS), ("paper", "print/", 0)):
        address = f"/cases/{case}/{path}"
        ask(at.port, address, clients=1, seconds=0.5, cookie=cookie)  # warm
        seen = ask(at.port, address, clients=1, seconds=SECONDS, cookie=cookie)
        print(f"{name:<12}{seen.n:>6}{seen.median_ms:>11.1f}{seen.p95_ms:>9.1f}{mark or '':>7}{seen.errors:>8}")


def _changed(by: Any, case: UUID) -> None:
    """Each file, each answer and each version once: is it named, and nothing else."""
    from clinic import case_proof
    from clinic.case_proof import Part
    from clinic.models import Case, Report, Result, Upload
    from clinic.storage.objects import fan_out
    from clinic.uploads import store

    row, shelf = Case.objects.select_related("patient").get(pk=case), store()
    whole = case_proof.prove(by, row)
    print(f"\nwhole: {'holds' if whole.holds else whole.faults}, verified in {whole.seconds:.2f} s")

    def named(part: Part, changes: Iterable[tuple[UUID, Callable[[], None]]]) -> str:
        hits = every = 0
        for subject, flip in changes:
            flip()
            hits += {(one.part, one.id) for one in case_proof.prove(by, row).faults} == {(part, subject)}
            flip()
            every += 1
        return f"{hits} of {every}"

    folder = shelf.folder  # type: ignore[attr-defined]  # a private installation keeps its files in one
    files = [(one.pk, _file(folder / fan_out(one.object_name))) for one in Upload.objects.filter(case=case)]
    answers = [(one.run_id, _row("clinic_result", "outcome", one.pk)) for one in Result.objects.filter(case=case)]
    versions = [(one.pk, _row("clinic_report", "body", one.pk)) for one in Report.objects.filter(case=case)]
    for kind, part, changes in (("upload", Part.FILES, files), ("result", Part.ANSWERS, answers),
                                ("report", Part.REPORTS, versions)):  # fmt: skip
        print(f"one byte changed in one {kind}: that one named, and nothing else: {named(part, changes)}")
    print(f"all changed back: {'holds' if case_proof.prove(by, row).holds else 'does not hold'}")


def _file(path: Path) -> Callable[[], None]:
    def flip() -> None:
        stored = bytearray(path.read_bytes())
        stored[len(stored) // 2] ^= 1
        path.chmod(0o600)
        path.write_bytes(bytes(stored))

    return flip


def _row(table: str, column: str, pk: UUID) -> Callable[[], None]:
    """As the database's owner, past every trigger."""

    def flip() -> None:
        import psycopg
        from django.conf import settings

        from clinic.embedded.postgres import SUPERUSER, Embedded

        with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER)) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(FLIP.format(table=table, column=column).encode(), [pk])

    return flip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    main()
