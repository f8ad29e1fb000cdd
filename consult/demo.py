"""Consults of the demo, typed: the demo has no voices. What the engine answers is what it answers; nobody wrote it."""

from clinic.actions import cases
from clinic.authorization.roles import Role
from clinic.demo.parts import Stage
from clinic.models import Case, Urgency
from consult.actions import consults

STUNG = "Chest tightness after bee sting, hives"
MOTHER = (
    "He was stung by a bee about ten minutes ago on the arm, then spots came up everywhere and he says his throat feels"
    " tight. It has never happened before. I gave him 5 ml of cetirizine in the car. He has no asthma."
)
TOS = "Tos desde hace tres días, sin fiebre. No le cuesta respirar y come bien. No toma medicinas ni tiene alergias."


def tell(stage: Stage) -> None:
    by = stage.people[Role.CLINICIAN]
    told = [(stage.cases[STUNG], "en", MOTHER)] if STUNG in stage.cases else []
    coughs = cases.open_case(by=by, patient=stage.patients[1], question="Cough for three days, speaks Spanish",
                             urgency=Urgency.ROUTINE)  # fmt: skip
    for case, language, words in [*told, (coughs, "es", TOS)]:
        _consult(stage, case, language, words)


def _consult(stage: Stage, case: Case, language: str, words: str) -> None:
    by = stage.people[Role.CLINICIAN]
    consult = consults.begin(by=by, case=case, language=language)
    consults.type_in(by=by, consult=consult, text=words)
