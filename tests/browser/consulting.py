"""Consults in the browser's house, answered by the real rules."""

import time

from consult import standing
from consult.actions import consults
from consult.models import Consult
from tests import make
from tests.make import Person

WITHIN_S = 120
SAID = (
    "He was stung by a bee ten minutes ago on the arm, then hives came up everywhere and he says his throat feels "
    "tight. No earlier reaction. No medicine today."
)


def answered(by: Person, question: str, text: str) -> Consult:
    case = make.case(by, question=question)
    with by.at_work():
        consult = consults.begin(by=by.actor, case=case, language="en")
        consults.type_in(by=by.actor, consult=consult, text=text)
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with by.at_work():
            if standing.of(consult).latest is not None:
                return consult
        time.sleep(0.1)
    raise AssertionError(f"no answer in {WITHIN_S} s")


def scene(by: Person) -> dict[str, str]:
    case = make.case(by, question="Cough for three days")
    with by.at_work():
        empty = consults.begin(by=by.actor, case=case, language="en")
    return {"consult": str(empty.pk), "consult_answered": str(answered(by, "Chest tightness after bee sting", SAID).pk)}
