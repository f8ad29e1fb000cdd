"""The facts of a document, as every engine gives them: rules and language models answer in this one shape.

Unknown is null, never invented. Every item points at the words that it was read from, says which of its values each of
them carries, and whether the text states, denies or only considers it. `grounding` holds answers against their source.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

VERSION: Literal["1.0"] = "1.0"


class Assertion(StrEnum):
    PRESENT = "present"
    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    HISTORICAL = "historical"
    FAMILY = "family"
    PLANNED = "planned"


class MedicationStatus(StrEnum):
    ACTIVE = "active"
    STARTED = "started"
    CHANGED = "changed"
    HELD = "held"
    STOPPED = "stopped"


class LabFlag(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    ABNORMAL = "abnormal"
    CRITICAL = "critical"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


TimeUnit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
Comparator = Literal["<", "<=", ">", ">="]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1, max_length=2_000)]
IsoDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]  # a year, a month or a day: as much as was said


class Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextEvidence(Told):
    """Characters of the text, the end not included. `field` names the value that stands there."""

    start: int = Field(ge=0)
    end: int
    text: str = Field(min_length=1)
    field: str | None = None

    @model_validator(mode="after")
    def _is_as_long_as_its_text(self) -> "TextEvidence":
        if self.end - self.start != len(self.text):
            raise ValueError("the words are not as long as their place")
        return self


class PageEvidence(Told):
    """A box on a page, in shares of it from the top left corner; the first page is 1."""

    page: int = Field(ge=1)
    box: tuple[Share, Share, Share, Share]  # left, top, width, height
    field: str | None = None


Evidence = TextEvidence | PageEvidence


class Item(Told):
    """`confidence` is a calibrated probability, or null: uncalibrated."""

    assertion: Assertion = Assertion.PRESENT
    confidence: Share | None = None
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Problem(Item):
    name: Words
    site: Words | None = None  # of the body
    side: Literal["left", "right", "both"] | None = None
    severity: Words | None = None
    onset: Words | None = None


class Medication(Item):
    """`name` is null where only the instruction was given. The unit `interval` counts in is `interval_unit`: three
    times a day is times 3, interval 1, interval_unit day."""

    name: Words | None = None
    strength: Words | None = None  # of one piece: 500 mg
    dose: Words | None = None  # taken at once, as written: 2 tablets, 60 mg
    dose_amount: Amount | None = None
    dose_amount_most: Amount | None = None  # of a range: 1-2 tablets
    dose_unit: str | None = None  # UCUM
    form: Words | None = None
    route: Words | None = None
    frequency: Words | None = None  # as written
    times: Amount | None = None
    interval: Amount | None = None
    interval_unit: TimeUnit | None = None
    duration: Words | None = None  # as written
    duration_amount: Amount | None = None
    duration_unit: TimeUnit | None = None
    as_needed: bool | None = None
    reason: Words | None = None
    status: MedicationStatus | None = None


class Allergy(Item):
    """`substance` is null where the text says that there are no known allergies."""

    substance: Words | None = None
    reaction: Words | None = None
    severity: Words | None = None


class Vital(Item):
    """Blood pressure is one item: `value` is the systolic, `second_value` the diastolic."""

    name: Words
    value: Number | None = None
    second_value: Number | None = None
    value_text: Words | None = None
    unit: str | None = None  # UCUM
    unit_text: Words | None = None


class Lab(Item):
    name: Words
    value: Number | None = None
    value_text: Words | None = None  # as written: 2.4, < 0.5, negative, 1+
    comparator: Comparator | None = None
    unit: str | None = None  # UCUM
    unit_text: Words | None = None
    flag: LabFlag | None = None
    reference: Words | None = None
    reference_low: Number | None = None
    reference_high: Number | None = None


class Procedure(Item):
    name: Words
    purpose: Literal["diagnostic", "therapeutic"] | None = None
    site: Words | None = None
    result: Words | None = None  # as written: normal, unremarkable


class Plan(Item):
    text: Words
    kind: Literal["follow_up", "test", "treatment", "referral", "advice"] | None = None


class Date(Item):
    text: Words
    iso: IsoDate | None = None
    of: Words | None = None  # what happened then: admission, birth


class Person(Item):
    name: Words
    role: Words | None = None


class PatientFact(Item):
    value: Words


class PatientAge(Item):
    value: Amount
    unit: TimeUnit
    text: Words


class PatientSex(Item):
    value: Sex
    text: Words


class Patient(Told):
    age: PatientAge | None = None
    sex: PatientSex | None = None
    birth_date: Date | None = None
    name: PatientFact | None = None
    occupation: PatientFact | None = None
    smoking: PatientFact | None = None
    alcohol: PatientFact | None = None


class Extraction(Told):
    """One list a kind. `flags` name what a person should know, or why there is nothing."""

    schema_version: Literal["1.0"] = VERSION
    patient: Patient = Patient()
    problems: tuple[Problem, ...] = ()
    medications: tuple[Medication, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    vitals: tuple[Vital, ...] = ()
    labs: tuple[Lab, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    plan: tuple[Plan, ...] = ()
    dates: tuple[Date, ...] = ()
    people: tuple[Person, ...] = ()
    flags: tuple[str, ...] = ()


KINDS = ("problems", "medications", "allergies", "vitals", "labs", "procedures", "plan", "dates", "people")


def json_schema() -> dict[str, Any]:
    """As a language engine is told, and as other programs may check what they get."""
    return Extraction.model_json_schema(mode="serialization") | {"$id": f"rounds:extraction:{VERSION}"}
