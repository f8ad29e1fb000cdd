"""What identifies a person in a text: the kinds of the HIPAA safe harbour that occur in words."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Faces do not occur in words; ages over 89 belong to the dates there and have a word of their own here."""

    NAME = "name"
    PLACE = "place"
    DATE = "date"
    AGE = "age"
    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"
    NATIONAL = "national_id"
    RECORD = "record"
    PLAN = "health_plan"
    ACCOUNT = "account"
    LICENCE = "licence"
    VEHICLE = "vehicle"
    DEVICE = "device"
    URL = "url"
    IP = "ip"
    OTHER = "other_id"


@dataclass(frozen=True, order=True)
class Found:
    """A stretch of the text, by its characters."""

    start: int
    end: int
    kind: Kind
