"""Many write at once, by actions and by raw SQL: one chain comes of it."""

from typing import Any

from django.db import connection, transaction

from clinic import chain
from clinic.actions import notes
from clinic.models import AuditEvent, AuditLink
from tests import make
from tests.tamper.house import House
from tests.threads import at_once

ROUNDS = 25
RAW = "INSERT INTO audit_event (id, body) SELECT gen_random_uuid(), body FROM audit_event LIMIT 3"


def trial(house: House, writers: int) -> tuple[dict[str, Any], list[str]]:
    cases = [make.case(house.clinician) for _ in range(4)]
    before = AuditLink.objects.count()

    def write(number: int) -> None:
        with house.clinician.at_work():
            for turn in range(ROUNDS):
                with transaction.atomic():
                    notes.write(by=house.clinician.actor, case=cases[(number + turn) % 4], body="At once")
                    with connection.cursor() as cursor:
                        cursor.execute(RAW)

    at_once(writers, write)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) - count(DISTINCT prev) FROM audit_link")
        forks = cursor.fetchone()[0]
    written = AuditLink.objects.count() - before
    complaints = [
        complaint for complaint, is_so in (
            (f"{forks} links go on from the same one", forks != 0),
            ("the chain does not hold", chain.first_fault() is not None),
            (f"{written} links of {writers * ROUNDS * 4} events", written != writers * ROUNDS * 4),
            ("events and links are not as many", AuditEvent.objects.count() != AuditLink.objects.count()),
        ) if is_so
    ]  # fmt: skip
    return {"writers": writers, "written_at_once": written, "forks": forks}, complaints
