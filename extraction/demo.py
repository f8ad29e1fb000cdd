"""Documents of the demo. What the engine finds in them is what it finds; nobody wrote it."""

from clinic.actions import cases
from clinic.authorization.roles import Role
from clinic.demo.parts import Stage
from clinic.models import Urgency
from extraction import made_up
from extraction.actions import sheets

SCENES = (
    (0, "Referral: cough and fever", "referral-cough.txt", made_up.REFERRAL),
    (3, "Discharged after a seizure", "discharge-summary.txt", made_up.DISCHARGE),
    (5, "Asthma clinic, inhaler changed", "asthma-clinic.txt", made_up.CLINIC),
    (4, "Ward round, second day", "ward-round.txt", made_up.WARD),
    (3, "Wrist after a fall", "letter-home.txt", made_up.LETTER_HOME),
)


def tell(stage: Stage) -> None:
    by = stage.people[Role.CLINICIAN]
    for patient, question, name, text in SCENES:
        case = cases.open_case(by=by, patient=stage.patients[patient], question=question, urgency=Urgency.ROUTINE)
        sheets.paste(by=by, case=case, text=text, name=name)
