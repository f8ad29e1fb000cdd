"""Documents with facts in the browser's house, found by the real reader of texts and the real rules."""

import time
from typing import Any

from clinic.authorization.roles import Role
from clinic.models import Case
from extraction import access, made_up
from extraction.actions import checking, sheets
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction import comparing, prompted
from tests.integration.extraction.finding import keys
from tests.integration.extraction.prompted import branch
from tests.make import Person
from tests.unit.documents import made

WITHIN_S = 150
SCAN = [["Amoxicillin 250 mg by mouth three times a day.", "Allergies: penicillin, rash.", "Temperature 38.9 C."],
        ["Seen in the clinic. No vomiting."]]  # fmt: skip


def sheet(by: Person, case: Case, text: str, name: str) -> FactSheet:
    with by.at_work():
        taken, _is_new = sheets.paste(by=by.actor, case=case, text=text, name=name)
    return _found(by, taken)


def scan(by: Person, case: Case, pages: list[list[str]], name: str) -> FactSheet:
    upload = make.upload(by, case, made.scanned_pdf(*(made.scan(*lines) for lines in pages)), name)
    with by.at_work():
        taken, _is_new = sheets.take_in(by=by.actor, upload=upload)
    return _found(by, taken)


def _found(by: Person, taken: FactSheet) -> FactSheet:
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with by.at_work():
            now = access.sheet(by.actor, taken.pk, for_change=True)
        if now.run_id is not None:
            return now
        time.sleep(0.1)
    raise AssertionError(f"no facts were found in {WITHIN_S} s")


def told(by: Person, found: FactSheet) -> dict[str, Any]:
    return {"pk": str(found.pk), "url": f"/extraction/{found.pk}/", "facts": len(keys(by, found))}


def scene(by: Person) -> dict[str, str]:
    """One to check, one that was checked, one on paper."""
    case = make.case(by, question="Discharged after a seizure")
    waiting = sheet(by, case, made_up.DISCHARGE, "discharge-summary.txt")
    done = sheet(by, case, made_up.REFERRAL, "referral-cough.txt")
    paper = scan(by, case, SCAN, "scan.pdf")
    with by.at_work():
        for number, key in enumerate(keys(by, done)):
            act = checking.reject if number == 3 else checking.accept
            act(by=by.actor, sheet=done, key=key)
        checking.finish(by=by.actor, sheet=done)
    return {
        "sheet": str(waiting.pk), "sheet_scan": str(paper.pk), "sheet_finished": str(done.pk),
        "sheet_case": str(case.pk), **prompts(by),
    }  # fmt: skip


def prompts(by: Person) -> dict[str, str]:
    """A branch of the one that came with the product, and an experiment of that one with itself."""
    engineer = make.person(by.site, Role.ENGINEER)
    version = branch(engineer)
    blind = prompted.pairs_of(engineer, version)
    beside = branch(engineer, "v3", "Units stand as they were written.")
    return {
        "prompt": str(version.pk),
        "prompt_beside": str(beside.pk),
        "blind": str(blind.pk),
        "experiment": str(comparing.running(engineer).pk),
    }
