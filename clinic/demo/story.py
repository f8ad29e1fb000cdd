"""Who works at the demo's site and what is the matter there. All of it invented; the tables are meant to be read."""

from dataclasses import dataclass
from datetime import date

from clinic.authorization.roles import Role
from clinic.models import CaseState, Purpose, Sex, Urgency

SITE = "Northgate Children’s"
MAIL = "northgate.example"


@dataclass(frozen=True)
class Colleague:
    role: Role
    name: str

    @property
    def email(self) -> str:
        return f"{self.role.value}@{MAIL}"


COLLEAGUES = (
    Colleague(Role.CLINICIAN, "Dr E. Okafor"),
    Colleague(Role.RADIOLOGIST, "Dr L. Brandt"),
    Colleague(Role.REVIEWER, "M. Ruiz"),
    Colleague(Role.ENGINEER, "S. Varga"),
    Colleague(Role.LEAD, "Dr H. Lindqvist"),
    Colleague(Role.AUDITOR, "J. Penrose"),
    Colleague(Role.ADMIN, "T. Adeyemi"),
    Colleague(Role.INTEGRATION, "Film archive gateway"),
)


@dataclass(frozen=True)
class Subject:
    name: str | None
    born: date | None
    sex: Sex


PATIENTS = (
    Subject("Mira Aldous", date(2023, 3, 14), Sex.FEMALE),
    Subject("Tomás Vidal", date(2024, 7, 2), Sex.MALE),
    Subject(None, date(2021, 11, 23), Sex.FEMALE),
    Subject("Jonah Reyes", date(2019, 5, 30), Sex.MALE),
    Subject(None, date(2025, 1, 9), Sex.FEMALE),
    Subject("Ada Kovács", date(2020, 9, 17), Sex.FEMALE),
)


@dataclass(frozen=True)
class Story:
    patient: int
    question: str
    urgency: Urgency
    assignee: Role | None = None
    encounter: str = ""
    files: tuple[str, ...] = ()
    engine: str = ""  # the kind of run that is asked about its files
    check: str = ""  # mode of the integrity check that is asked for
    notes: tuple[tuple[Role, str], ...] = ()
    moves: tuple[CaseState, ...] = ()
    due_in_minutes: int | None = None
    consents: tuple[Purpose, ...] = (Purpose.CARE,)
    reports: tuple[str, ...] = ()  # what is signed, version by version


HUMAN, AI, CLOSED = CaseState.AWAITING_HUMAN, CaseState.AWAITING_AI, CaseState.CLOSED

STORIES = (
    Story(3, "Chest tightness after bee sting, hives", Urgency.EMERGENCY, Role.CLINICIAN, "ED-77131",
          notes=((Role.CLINICIAN, "Adrenaline given at 0 min. Watching for a second wave, four hours at least."),),
          moves=(HUMAN,), consents=()),
    Story(0, "Fever and cough for four days, breathing fast", Urgency.URGENT, Role.CLINICIAN, "ED-77120",
          files=("letter", "picture", "voice"), check="pass", moves=(HUMAN,), due_in_minutes=25,
          notes=((Role.CLINICIAN, "38.9 °C at home, drinking less. Film asked for."),
                 (Role.RADIOLOGIST, f"Film seen, reading follows. @{Role.CLINICIAN}@{MAIL} is the saturation known?")),
          consents=(Purpose.CARE, Purpose.QUALITY)),
    Story(1, "Referral letter, wheeze, poor feeding", Urgency.URGENT, None, files=("letter",), check="pass"),
    Story(5, "Follow-up film after treatment", Urgency.URGENT, Role.RADIOLOGIST, files=("picture",), check="pass",
          moves=(AI,)),
    Story(3, "Rash on trunk, no fever", Urgency.ROUTINE, Role.CLINICIAN, files=("picture",), check="fail",
          moves=(HUMAN,)),
    Story(4, "Discharge summary to structure", Urgency.ROUTINE, Role.CLINICIAN, files=("letter",)),
    Story(0, "Medication list after discharge", Urgency.ROUTINE, Role.CLINICIAN, files=("letter",),
          notes=((Role.CLINICIAN, "Checked with the parents: list is complete."),), moves=(HUMAN,),
          reports=("The medication list agrees with what the parents give; nothing to change.",)),
    Story(2, "Abdominal pain, letter from school nurse", Urgency.ROUTINE, Role.RADIOLOGIST, files=("letter",),
          moves=(HUMAN,), reports=("No sign of an acute abdomen; seen again tomorrow if the pain stays.",)),
    Story(2, "Film before tonsil surgery", Urgency.ROUTINE, Role.RADIOLOGIST, files=("picture",),
          moves=(HUMAN,), reports=("No finding that speaks against surgery.",
                                   "No finding that speaks against surgery; a loose milk tooth, told to anaesthesia.")),
    Story(5, "Cough at night, inhaler technique", Urgency.ROUTINE, None, files=("voice",)),
    Story(3, "Letter from the clinic, drowsy", Urgency.URGENT, files=("drowsy",), engine="clinic.letters"),
    Story(4, "Letter from the clinic, fever", Urgency.ROUTINE, files=("fever",), engine="clinic.letters"),
    Story(2, "Letter from the school nurse", Urgency.ROUTINE, files=("belly",), engine="clinic.letters"),
    Story(5, "Letter from the family doctor", Urgency.ROUTINE, files=("eczema",), engine="clinic.letters"),
    Story(1, "Weight check, well baby", Urgency.ROUTINE, Role.CLINICIAN, moves=(CLOSED,)),
)  # fmt: skip
