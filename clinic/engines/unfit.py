"""Why an engine is not opened: a code for programs, a sentence for people, the file it is about."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    NO_MANIFEST = "no_manifest", _("It has no manifest.")
    MANIFEST_UNREADABLE = "manifest_unreadable", _("Its manifest cannot be read.")
    MANIFEST_DIFFERS = "manifest_differs", _("Its manifest is not the one that was installed.")
    UNSIGNED = "unsigned", _("Nobody signed its manifest.")
    NOT_TRUSTED = "not_trusted", _("Its manifest is signed by a key that is not trusted here.")
    BAD_SIGNATURE = "bad_signature", _("The signature does not fit its manifest.")
    NOT_PINNED = "not_pinned", _("It came with the product, but this version of the product does not know it.")
    NOT_PROMOTED = "not_promoted", _("It is live, but nobody here signed that it may be.")
    RUNS_CODE = "runs_code", _("A file of it could run code when it is opened.")
    FILE_MISSING = "file_missing", _("A file of it is missing.")
    FILE_DIFFERS = "file_differs", _("A file of it has not the hash its manifest names.")
    FILE_CHANGED = "file_changed", _("A file of it changed while it was being opened.")
    CARD_UNREADABLE = "card_unreadable", _("Its card cannot be read.")
    CARD_INCOMPLETE = "card_incomplete", _("Its card does not say all it must.")
    UNKNOWN_CAPABILITY = "unknown_capability", _("Nothing here can ask it.")
    DOES_NOT_OPEN = "does_not_open", _("Its files are right, but it cannot be opened.")
    BROKE = "broke", _("It broke while answering.")
    TOO_SLOW = "too_slow", _("It did not answer in time.")
    RESTS = "rests", _("It failed too often of late and is left alone for a while.")
    SAID_NOTHING = "said_nothing", _("Its answer said nothing of what it was asked about.")
    NOT_OF_THE_SCHEMA = "not_of_the_schema", _("Its answer was not of the form that was asked for.")


class Unfit(Exception):
    def __init__(self, fault: Fault, about: str = "") -> None:
        super().__init__(f"{fault.value} {about}".strip())
        self.fault, self.about = fault, about


@dataclass(frozen=True)
class Spent:
    """What asking took that came to nothing."""

    calls: int = 0
    tokens: int = 0
    dollars: float = 0.0
    estimated_tokens: int = 0  # of `tokens`: of calls that were cut off, which no provider tells

    def facets(self) -> dict[str, Any]:
        """As an answer tells what it took, for one that was none."""
        told = {"calls": self.calls, "tokens": self.tokens, "cost": self.dollars,
                "estimated_tokens": self.estimated_tokens}  # fmt: skip
        return told if self.calls else {}


class Fell(Exception):
    """An engine that was open gave no answer, and knows why: the next one is asked, and its receipt says so."""

    def __init__(self, fault: Fault, spent: Spent | None = None) -> None:
        super().__init__(fault.value)
        self.fault, self.spent = fault, spent
