"""Cases whose sources contradict each other, made through documents that are read and compared as workers do it."""

from typing import Any

from clinic import contradictions
from clinic.models import Case, Conflict
from tests.integration.extraction import finding
from tests.make import Person

AT_HOME = "She coughs at night. Allergic to penicillin, with a rash.\nMetformin 500 mg twice a day.\n"
IN_HOSPITAL = "No cough. No known drug allergies.\nMetformin 850 mg twice a day.\n"


def read(by: Person, case: Case, *texts: str) -> None:
    for text in texts:
        finding.found(by, case, text)


def compared(by: Person, case: Case, work_lane: Any, *texts: str) -> list[Conflict]:
    """Read, compared, and what was found."""
    read(by, case, *texts)
    work_lane("cpu")
    return conflicts(by, case)


def conflicts(by: Person, case: Case) -> list[Conflict]:
    with by.at_work():
        return list(Conflict.objects.filter(case=case).select_related("case").order_by("kind"))


def states(by: Person, case: Case) -> list[str]:
    with by.at_work():
        return contradictions.states(Case.objects.get(pk=case.pk))


def one(by: Person, case: Case) -> Conflict:
    """A row as the rules would have left it, without any source."""
    side = {"sort": "document", "name": "letter.txt", "upload": str(case.pk), "sha256": "", "start": 0, "end": 0}
    sides = [side | {"words": "Allergic to latex.", "said": "latex", "holds": "present"},
             side | {"words": "No allergies.", "said": "", "holds": "negated"}]  # fmt: skip
    with by.at_work():
        made = Conflict(site_id=case.site_id, case=Case.objects.get(pk=case.pk), kind="allergy",
                        fingerprint=case.pk.hex * 2, sides={"about": "latex", "sides": sides})  # fmt: skip
        made.save(force_insert=True)
    return made
