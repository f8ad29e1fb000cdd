"""Lists of documents where there are many: inboxes and facts stay quick, and ask as few questions as with few."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from classify.inference.specialties import LABELS
from classify.models import Document
from clinic.models import Result, ReviewItem, Run, Upload
from clinic.models.runs import RunUpload
from extraction.models import FactSheet
from tests import make
from tests.long import MANY
from tests.make import Person
from tests.statistics import look_at_the_tables

WITHIN_S, QUESTIONS = 2.0, 25
PAGES = ("/documents/", "/documents/?in=waiting", "/documents/?in=cardiology", "/extraction/",
         "/extraction/?in=to_check")  # fmt: skip


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_pages_of_many_documents_open_quickly(clinician_a, as_person, capsys):
    with clinician_a.at_work():
        uploads = _uploads(clinician_a)
        _documents(clinician_a, uploads)
        _sheets(clinician_a, uploads)
    look_at_the_tables()
    browser = as_person(clinician_a)
    for warm in ("/documents/", "/extraction/"):
        browser.get(warm)

    told = {path: _clock(browser, path) for path in PAGES}

    with capsys.disabled():
        print(f"\n{MANY} documents: " + ", ".join(f"{path} {took * 1000:.0f} ms" for path, (took, _n) in told.items()))
    assert max(took for took, _n in told.values()) < WITHIN_S
    assert max(asked for _took, asked in told.values()) < QUESTIONS


def _clock(browser: Any, path: str) -> tuple[float, int]:
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        answer = browser.get(path)
        took = time.perf_counter() - began
    assert answer.status_code == 200
    return took, len(asked)


def _uploads(by: Person) -> list[Upload]:
    cases = [make.case(by) for _ in range(20)]
    made = [Upload(site=by.site, case=cases[n % 20], kind="document", content_type="text/plain", name=f"letter-{n}.txt",
                   size=1200, sha256=f"{n:064d}", object_name=f"many/{n}") for n in range(MANY)]  # fmt: skip
    return Upload.objects.bulk_create(made)


def _answered(by: Person, uploads: list[Upload], kind: str, facets: Any) -> list[Run]:
    """Every fifth waits for a person, the others were accepted."""
    at = timezone.now() - timedelta(hours=1)
    runs = Run.objects.bulk_create(
        Run(site=by.site, case=one.case, kind=kind, fingerprint=f"{kind}{n}", lane="cpu", state="succeeded",
            finished_at=at) for n, one in enumerate(uploads)
    )  # fmt: skip
    RunUpload.objects.bulk_create(
        RunUpload(site=by.site, run=run, upload=one, position=0) for run, one in zip(runs, uploads, strict=True)
    )
    results = Result.objects.bulk_create(
        Result(site=by.site, run=run, case=run.case, kind=kind, outcome={}, facets=facets(n), output_sha256="0" * 64)
        for n, run in enumerate(runs)
    )
    ReviewItem.objects.bulk_create(
        ReviewItem(site=by.site, capability=kind, case=one.case, run=one.run, result=one, risk=0.5, uncertainty=0.5)
        for one in results[::5]
    )
    return runs


def _documents(by: Person, uploads: list[Upload]) -> None:
    runs = _answered(by, uploads, "classify.document", lambda n: {"label": LABELS[n % len(LABELS)], "confidence": 0.9})
    Document.objects.bulk_create(
        Document(site=by.site, upload=one, case=one.case, route_run=run) for one, run in zip(uploads, runs, strict=True)
    )


def _sheets(by: Person, uploads: list[Upload]) -> None:
    runs = _answered(by, uploads, "extraction.document", lambda _n: {"label": "facts", "found": 6})
    at = timezone.now()
    FactSheet.objects.bulk_create(
        FactSheet(site=by.site, upload=one, case=one.case, run=run, found=6, finished_run=run if n % 3 else None,
                  finished_by=by.user if n % 3 else None, finished_at=at if n % 3 else None)
        for n, (one, run) in enumerate(zip(uploads, runs, strict=True))
    )  # fmt: skip
