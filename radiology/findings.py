"""The engine's answers in words, and how they and a reader's impressions speak of the same thing. No torch here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from radiology.inference.findings import BACTERIAL_PNEUMONIA, NORMAL, VIRAL_PNEUMONIA
from radiology.models.reads import Impression

Words = str | Promise
LABEL_OF = {
    Impression.NO_SIGNAL: NORMAL,
    Impression.BACTERIAL: BACTERIAL_PNEUMONIA,
    Impression.VIRAL: VIRAL_PNEUMONIA,
}
IMPRESSION_OF = {label: impression for impression, label in LABEL_OF.items()}

RISK_WORDS: dict[str, Words] = {
    "none": _("No pneumonia signal found; not a clearance"),
    "medium": _("Medium risk: viral pattern"),
    "high": _("High risk: bacterial pattern"),
    "indeterminate": _("Indeterminate: the engine is less than 70 % sure"),
}
HIGH, MEDIUM, NONE, INDETERMINATE = "high", "medium", "none", "indeterminate"
