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

WITHIN_S = 60


def sheet(by: Person, case: Case, text: str, name: str) -> FactSheet:
    with by.at_work():
        taken, _is_new = sheets.paste(by=by.actor, case=case, text=text, name=name)
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with by.at_work():
            now = access.sheet(by.actor, taken.pk, for_change=True)
        if now.run_id is not None:
            return now
        time.sleep(0.1)
    raise AssertionError(f"no facts were found in {WITHIN_S} s")


def told(by: Person, made: FactSheet) -> dict[str, Any]:
    return {"pk": str(made.pk), "url": f"/extraction/{made.pk}/", "facts": len(keys(by, made))}


def scene(by: Person) -> dict[str, str]:
    """One to check, one that was checked."""
    case = make.case(by, question="Discharged after a seizure")
    waiting = sheet(by, case, made_up.DISCHARGE, "discharge-summary.txt")
    done = sheet(by, case, made_up.REFERRAL, "referral-cough.txt")
    with by.at_work():
        for number, key in enumerate(keys(by, done)):
            act = checking.reject if number == 3 else checking.accept
            act(by=by.actor, sheet=done, key=key)
        checking.finish(by=by.actor, sheet=done)
    return {"sheet": str(waiting.pk), "sheet_finished": str(done.pk), "sheet_case": str(case.pk), **prompts(by)}


def prompts(by: Person) -> dict[str, str]:
    """A branch of the one that came with the product, and an experiment of that one with itself."""
    engineer = make.person(by.site, Role.ENGINEER)
    version = branch(engineer)
    blind = prompted.pairs_of(engineer, version)
    return {"prompt": str(version.pk), "blind": str(blind.pk), "experiment": str(comparing.running(engineer).pk)}
