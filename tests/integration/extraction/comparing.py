"""Experiments for tests: documents that came while one ran, checked to the end as the test wants it."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from clinic.models import Result, Run, Upload
from extraction import assigning
from extraction.actions import experiments as acts
from extraction.fields import NAME
from extraction.models import Act, Experiment, FactSheet, FieldDecision, PromptVersion
from tests import make
from tests.integration.extraction.prompted import shipped
from tests.make import Person

A_MINUTE = timedelta(minutes=1)
WHY = "It names planned medicines as plan"


def drafted(by: Person, second: PromptVersion | None = None, name: str = "Planned medicines") -> Experiment:
    first = shipped(by)
    with by.at_work():
        return acts.draft(by=by.actor, name=name, hypothesis=WHY, first=first, second=second or first, effect=0.05)


def running(by: Person, second: PromptVersion | None = None) -> Experiment:
    made = drafted(by, second)
    with by.at_work():
        return acts.start(by=by.actor, experiment=made)


def checked_documents(by: Person, experiment: Experiment | None, count: int, right: Callable[[bool, int], int],
                      facts: int = 10) -> None:  # fmt: skip
    """`right`: how many of its facts were taken unchanged, by arm and number. Rows as the actions write them."""
    case, now = make.case(by), timezone.now()
    with by.at_work():
        uploads = [Upload(site=by.site, case=case, kind="document", content_type="text/plain", size=1,
                          sha256=f"{n:064x}", name="letter.txt", object_name=f"{by.site.pk}-{case.pk}-{n}",
                          added_by=by.user)
                   for n in range(count)]  # fmt: skip
        runs = [Run(site=by.site, case=case, kind=NAME, fingerprint=f"{n:064x}", lane="cpu", state="succeeded",
                    requested_at=now - A_MINUTE, started_at=now - A_MINUTE,
                    finished_at=now - A_MINUTE + timedelta(seconds=n % 7))
                for n in range(count)]  # fmt: skip
        sheets = [FactSheet(site=by.site, upload=upload, case=case, asked_run=run, run=run, found=facts, added_at=now,
                            finished_run=run, finished_by=by.user, finished_at=now + timedelta(microseconds=n))
                  for n, (upload, run) in enumerate(zip(uploads, runs, strict=True))]  # fmt: skip
        decisions = []
        for n, sheet in enumerate(sheets):
            is_second = assigning.is_second(experiment, sheet.upload.sha256) if experiment else False
            taken = right(is_second, n)
            decisions += [FieldDecision(site=by.site, sheet=sheet, run=sheet.run, number=k, key=f"problems.{k}",
                                        act=Act.ACCEPTED if k < taken else Act.REJECTED, by=by.user)
                          for k in range(facts)]  # fmt: skip
        Upload.objects.bulk_create(uploads)
        Run.objects.bulk_create(runs)
        FactSheet.objects.bulk_create(sheets)
        Result.objects.bulk_create(
            Result(site=by.site, run=run, case=case, kind=NAME, outcome={}, facets={"features": {}},
                   engine="Field rules", output_sha256="0" * 64) for run in runs
        )  # fmt: skip
        FieldDecision.objects.bulk_create(decisions, batch_size=5000)
