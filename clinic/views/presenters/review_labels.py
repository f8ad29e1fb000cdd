"""The words of reviewing: reasons, classes, sending back."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clinic import capabilities
from clinic.errors import Refusal, Words
from clinic.models import FlagReason
from clinic.models.reviews import CANNOT_TELL

SENT_BACK = gettext_lazy("Cannot tell, sent back")


def reason_words(code: str) -> Words:
    return FlagReason(code).label if code in FlagReason else code


def reasons_in_words(codes: list[str]) -> str:
    told = [str(reason_words(code)) for code in codes]
    return "; ".join([told[0], *(word[:1].lower() + word[1:] for word in told[1:])]) if told else ""


def label_words(capability: str, label: str) -> str | Promise:
    """A class in words; of a capability that is gone, its code."""
    if label == CANNOT_TELL:
        return SENT_BACK
    try:
        card = capabilities.capability_named(capability).classes.get(label)
    except Refusal:
        return label
    return card.words if card else label


def title_of(capability: str) -> str | Promise:
    try:
        return capabilities.capability_named(capability).title
    except Refusal:
        return capability
