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

SPOKEN = (
    (0, "Fever since last night, drinks little", Urgency.URGENT, "en",
     "She has had fever since last night, thirty nine point four, and she drinks very little. She has wet one nappy"
     " since the morning. She is tired but she wakes up and looks at me. No rash. She had paracetamol at six."),
    (5, "Ear pain since yesterday", Urgency.ROUTINE, "en",
     "My right ear has hurt since yesterday evening. I had a cold last week. No fever, I hear a little less on that"
     " side. I am not allergic to anything and take no medicines."),
    (3, "Hit his head at football", Urgency.URGENT, "en",
     "He hit his head on the goal post an hour ago. He did not pass out. He has thrown up twice since then and says his"
     " head hurts more now. He takes no medicines."),
    (2, "Le duele la barriga", Urgency.ROUTINE, "es",
     "Le duele la barriga desde ayer, alrededor del ombligo. No vomita, no tiene fiebre. Ha ido al baño hoy."
     " Come poco."),
)  # fmt: skip


def tell(stage: Stage) -> None:
    by = stage.people[Role.CLINICIAN]
    told = [(stage.cases[STUNG], "en", MOTHER)] if STUNG in stage.cases else []
    coughs = cases.open_case(by=by, patient=stage.patients[1], question="Cough for three days, speaks Spanish",
                             urgency=Urgency.ROUTINE)  # fmt: skip
    for case, language, words in [*told, (coughs, "es", TOS)]:
        _consult(stage, case, language, words)
    for patient, question, urgency, language, words in SPOKEN:
        case = cases.open_case(by=by, patient=stage.patients[patient], question=question, urgency=urgency)
        _consult(stage, case, language, words)


def _consult(stage: Stage, case: Case, language: str, words: str) -> None:
    by = stage.people[Role.CLINICIAN]
    consult = consults.begin(by=by, case=case, language=language)
    consults.type_in(by=by, consult=consult, text=words)
