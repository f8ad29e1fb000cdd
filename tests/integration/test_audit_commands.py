"""The two verifiers and the export between them, on a real chain that is damaged by its owner."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from clinic import audit_export, chain, witness
from clinic.actions import checkpoints
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import AuditLink
from tests import make
from tests.make import Person
from tools import verify_audit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def witnessed(clinician_a: Person, clinician_b: Person, tmp_path: Path, monkeypatch) -> Iterator[None]:
    """A few events of two sites, one checkpoint over them, and one event it does not know."""
    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path / "witness.jsonl")
    monkeypatch.setattr(checkpoints, "AFTER", timedelta(0))
    for person in (clinician_a, clinician_b):
        make.case(person)
    checkpoints.keep(name="here", may_sign=True)
    make.case(clinician_a)
    yield


def as_superuser(statement: str) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER, name)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement.encode())


def built_in() -> tuple[int, str]:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify", stdout=said)
    return int(ended.value.code or 0), said.getvalue().strip()


def stands_alone(folder: Path) -> tuple[int, str]:
    said = StringIO()
    call_command("audit_export", folder / "export")
    call_command("signing_keys", stdout=said)
    (folder / "keys").write_text(said.getvalue())
    return verify_audit.check(folder / "export", settings.WITNESS_FILE, folder / "keys")


def test_verifiers_when_nothing_was_touched_then_both_say_it_holds(tmp_path: Path):
    events = AuditLink.objects.count()

    ours, theirs = built_in(), stands_alone(tmp_path)

    assert (ours[0], theirs[0]) == (0, 0)
    assert f"events={events} checkpoints=1" in ours[1]
    assert f"events={events} of_other_sites=0 checkpoints=1" in theirs[1]


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        ("UPDATE audit_event SET body = body || ' ' WHERE id = (SELECT event FROM audit_link WHERE seq = 9)", 9,
         "changed"),
        ("DELETE FROM audit_event WHERE id = (SELECT event FROM audit_link WHERE seq = 9)", 9, "no_event"),
        ("DELETE FROM audit_link WHERE seq = 9", 9, "missing"),
        ("UPDATE audit_link SET prev = hash WHERE seq = 9", 9, "unlinked"),
        ("ALTER TABLE audit_event ALTER COLUMN site_id DROP EXPRESSION;"
         " UPDATE audit_event SET site_id = id WHERE id = (SELECT event FROM audit_link WHERE seq = 12)", 12,
         "columns"),
        ("UPDATE audit_head SET seq = 5", 6, "head"),
    ],
)  # fmt: skip
def test_verifiers_when_the_owner_changed_something_then_both_name_the_place(
    tmp_path: Path, statement: str, seq: int, reason: str
):
    as_superuser(statement)

    assert built_in() == stands_alone(tmp_path) == (1, f"BROKEN seq={seq} reason={reason}")


def test_verifiers_when_the_witness_was_changed_then_both_say_which_line(tmp_path: Path):
    settings.WITNESS_FILE.write_text(settings.WITNESS_FILE.read_text().replace('"at":"2', '"at":"3'))

    assert built_in() == stands_alone(tmp_path) == (2, "BROKEN WITNESS line=1 reason=signature")


def test_export_when_of_one_site_then_nothing_of_another_and_it_still_verifies(tmp_path: Path, clinician_a: Person):
    lines = list(audit_export.lines(clinician_a.site.pk))
    said = StringIO()
    call_command("signing_keys", stdout=said)
    for name, text in (("export", "".join(lines)), ("keys", said.getvalue())):
        (tmp_path / name).write_text(text)

    code, words = verify_audit.check(tmp_path / "export", settings.WITNESS_FILE, tmp_path / "keys")

    told = [json.loads(line) for line in lines[1:-1]]
    assert {line["columns"]["site"] for line in told if "event" in line} == {str(clinician_a.site.pk)}
    assert all(set(line) == {"seq", "hash"} for line in told if "event" not in line)
    assert "Southmoor" not in "".join(lines)
    assert code == 0
    assert f"events={AuditLink.objects.count()} of_other_sites={sum('event' not in line for line in told)} " in words


def test_export_when_to_standard_output_then_the_same_lines(capsys):
    call_command("audit_export")

    assert capsys.readouterr().out.splitlines()[1:] == [line.rstrip("\n") for line in audit_export.lines()][1:]


def test_export_when_something_is_written_meanwhile_then_it_is_of_one_moment(clinician_a: Person, tmp_path: Path):
    lines = audit_export.lines()
    begun = [next(lines)]

    other = Embedded(settings.HOME).dsn("rounds_app", connection.settings_dict["NAME"])
    with psycopg.connect(other) as writer:
        writer.execute("INSERT INTO audit_event (id, body) SELECT gen_random_uuid(), body FROM audit_event LIMIT 1")
    rest = list(lines)

    exported = verify_audit.verify(iter([*begun, *rest]), verify_audit.Witness())
    assert exported.seq == AuditLink.objects.count() - 1


def test_bucket_when_none_is_configured_then_verified_without_a_witness():
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify", bucket=True, stdout=said)

    assert (ended.value.code, witness.bucket()) == (0, None)
    assert "checkpoints=0" in said.getvalue()


def test_chain_when_a_stretch_is_asked_for_then_only_that_is_looked_at():
    as_superuser("UPDATE audit_event SET body = body || ' ' WHERE id = (SELECT event FROM audit_link WHERE seq = 9)")
    there = bytes(AuditLink.objects.get(seq=9).hash)

    assert chain.first_fault(after=9, hash_there=there) is None
    assert chain.first_fault(upto=8) is None
    assert chain.first_fault() == chain.Fault(9, "changed")
