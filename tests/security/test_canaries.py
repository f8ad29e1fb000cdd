"""Made-up names, numbers, phones, notes and names of files, sent through everything there is and everything that can
fail: none of them stands in a log line, a message of the queue, an error page, the metrics, or a column in the clear.

In short with every change; `make canaries` sends two hundred.
"""

import logging
import os
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection
from django.test import Client

from clinic import audit
from clinic.authorization.roles import Role
from clinic.logs import JsonLines
from clinic.models import Case
from clinic.storage.errors import ObjectDamaged
from clinic.uploads import store
from tests import make
from tests.integration.classify import sorting
from tests.integration.coaching import practice
from tests.integration.consult import consulting
from tests.integration.extraction import finding
from tests.integration.radiology import reading
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
CASES = 40 if os.environ.get("CANARIES") else 4
# The words to search a case by, which lie in unlogged tables that no backup holds (decisions 0040, 0191).
IN_THE_CLEAR = {"clinic_casewords", "clinic_findable"}


def canaries(number: int) -> dict[str, str]:
    return {
        "name": f"Zyxwora Quillfeather{number:03}", "encounter": f"QZX-77{number:04}",
        "phone": f"+99 555 0{number:03} 7781", "note": f"Vexilloid perambulation {number:03}zq",
        "file": f"qzx-scan-of-quillfeather-{number:03}.txt",
    }  # fmt: skip


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the product writes, from every logger and at every level."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def send(browser: Client, by: Person, told: dict[str, str]) -> Case:
    """By the pages, as a clinician does."""
    patient = make.patient(by, name=told["name"])
    case = make.case(by, of=patient, question=f"{told['note']}?", encounter=told["encounter"])
    browser.post(f"/cases/{case.pk}/notes/", {"body": f"{told['note']}, call {told['phone']}"})
    letter = SimpleUploadedFile(told["file"], f"{told['name']}: {told['note']}, {told['phone']}.\n".encode())
    browser.post(f"/cases/{case.pk}/uploads/", {"file": letter})
    browser.post("/cases/search/", {"q": told["name"]})
    browser.get(f"/cases/{case.pk}/")
    return case


def through_every_capability(by: Person, reader: Person, case: Case, told: dict[str, str]) -> None:
    sorting.routed(by, sorting.document(by, case))
    finding.found(by, case)
    consulting.answered(by, consulting.typed(by, consulting.begun(by, case)))
    reading.film(reader, case, reading.refused("rotated"))
    practice.typed(by, practice.begun(by))
    make.run(by, case, label="canary")
    make.run(by, case, mode="fail", label="canary that fails")


def fail_in_every_way(browser: Client, case: Case, told: dict[str, str]) -> list[Any]:
    """Faults whose own words hold what must not get out."""
    words = " ".join(told.values())
    program = SimpleUploadedFile(f"{told['file']}.exe", b"MZ" + b"\0" * 99)
    browser.raise_request_exception = False
    answers = [
        browser.post("/cases/search/", {"q": f"{words}\0"}),
        browser.post(f"/cases/{case.pk}/notes/", {"body": ""}),
        browser.post(f"/cases/{case.pk}/uploads/", {"file": program}),
        browser.get(f"/api/v1/patients?number={told['encounter']}"),
        browser.post("/api/v1/cases", f'{{"question": "{told["note"]}"', content_type="application/json"),
    ]
    for fault in (RuntimeError(words), DataError(words), ObjectDamaged(words), audit.Unwritable(words)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("clinic.access._one", _raising(fault))
            answers.append(browser.get(f"/cases/{case.pk}/"))
            answers.append(browser.get(f"/api/v1/cases/{case.pk}"))
    return answers


def _raising(fault: Exception) -> Any:
    def fail(*_told: Any, **_named: Any) -> Any:
        raise fault

    return fail


def in_the_clear(site_id: Any, words: list[str]) -> list[tuple[str, str]]:
    """Every column of every table, as text: what is sealed is bytes, which show as digits."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
                       " AND has_table_privilege(oid, 'SELECT')")  # fmt: skip
        for (table,) in cursor.fetchall():
            if table not in IN_THE_CLEAR:
                cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
                whole = "\n".join(row for (row,) in cursor.fetchall())
                found += [(table, word) for word in words if word in whole]
    return found


def test_canaries_when_sent_through_everything_then_none_is_found_where_it_must_not_be(
    staff_a: Staff, as_person: Any, lines: StringIO, own_store: Any, work_lane: Any, capsys: Any
):
    by, reader = staff_a[Role.CLINICIAN], staff_a[Role.RADIOLOGIST]
    browser, sent, pages = as_person(by), list[str](), list[Any]()
    for number in range(CASES):
        told = canaries(number)
        case = send(browser, by, told)
        if number % 4 == 0:
            through_every_capability(by, reader, case, told)
            work_lane("cpu")
        pages += fail_in_every_way(as_person(by), case, told)
        sent += told.values()
    metrics = as_person(staff_a[Role.ADMIN]).get("/metrics").content.decode()
    written = lines.getvalue()

    with by.at_work():
        clear = in_the_clear(by.site.pk, sent)
    # 422 is no error page: the form again, with her own words in it, shown to her who typed them and to nobody's cache.
    errors = [page for page in pages if page.status_code >= 400 and page.status_code != 422]
    shown = [
        (page.status_code, word) for page in errors for word in sent if word in page.content.decode("utf-8", "replace")
    ]
    found = {
        "logs": sum(word in written for word in sent), "metrics": sum(word in metrics for word in sent),
        "error_pages": len(shown), "columns": len(clear),
        "names_of_objects": sum(word in str(path) for path in store().folder.rglob("*") for word in sent),  # type: ignore[attr-defined]
    }  # fmt: skip

    with capsys.disabled():
        figures = " ".join(f"{name}={count}" for name, count in found.items())
        print(
            f"\ncanaries: sent={len(sent)} log_lines={written.count(chr(10))} error_pages_seen={len(errors)} {figures}"
        )
    assert found == dict.fromkeys(found, 0), (clear[:5], shown[:5])
    assert {page.status_code for page in errors} >= {400, 500, 503}
    assert "request_failed" in written, "nothing failed, so nothing was tried"


def test_canary_when_somebody_logs_it_then_it_would_be_found(lines: StringIO):
    logging.getLogger("rounds.tests").error("canary Quillfeather")

    assert "Quillfeather" in lines.getvalue()
