"""Facts in words: the names of kinds and values, and one line for each fact."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.errors import Words

KINDS: dict[str, Words] = {
    "patient": _("Patient"), "problems": _("Problem"), "medications": _("Medicine"), "allergies": _("Allergy"),
    "vitals": _("Vital sign"), "labs": _("Laboratory"), "procedures": _("Procedure"), "plan": _("Plan"),
    "dates": _("Date"), "people": _("Person"),
}  # fmt: skip
MARKS = {  # letter and colour of the key
    "patient": ("P", "c"), "problems": ("A", "a"), "medications": ("M", "b"), "allergies": ("G", "d"),
    "vitals": ("V", "c"), "labs": ("L", "c"), "procedures": ("R", "a"), "plan": ("T", "b"), "dates": ("D", "c"),
    "people": ("N", "d"),
}  # fmt: skip
OF_PATIENT: dict[str, Words] = {
    "age": _("Age"), "sex": _("Sex"), "birth_date": _("Date of birth"), "name": _("Name"),
    "occupation": _("Occupation"), "smoking": _("Smoking"), "alcohol": _("Alcohol"),
}  # fmt: skip
ASSERTIONS: dict[str, Words] = {
    "present": _("present"), "negated": _("absent"), "uncertain": _("uncertain"), "historical": _("in the past"),
    "family": _("in the family"), "planned": _("planned"),
}  # fmt: skip
VALUES: dict[str, Words] = {
    "name": _("Name"), "site": _("Place in the body"), "side": _("Side"), "severity": _("Severity"),
    "onset": _("Since when"), "strength": _("Strength"), "dose": _("Dose"), "dose_amount": _("Dose, number"),
    "dose_amount_most": _("Dose, at most"), "dose_unit": _("Dose, unit"), "form": _("Form"), "route": _("Route"),
    "frequency": _("How often"), "times": _("Times"), "interval": _("Every"), "interval_unit": _("Every, unit"),
    "duration": _("How long"), "duration_amount": _("How long, number"), "duration_unit": _("How long, unit"),
    "as_needed": _("As needed"), "reason": _("Reason"), "status": _("Status"), "substance": _("Substance"),
    "reaction": _("Reaction"), "value": _("Value"), "second_value": _("Second value"), "value_text": _("As written"),
    "unit": _("Unit"), "unit_text": _("Unit, as written"), "comparator": _("Above or below"), "flag": _("Flag"),
    "reference": _("Reference range"), "reference_low": _("Reference, from"), "reference_high": _("Reference, to"),
    "purpose": _("Purpose"), "result": _("Result"), "text": _("Words"), "kind": _("Kind"), "iso": _("As a date"),
    "of": _("What happened"), "role": _("Role"), "assertion": _("What the text says of it"),
}  # fmt: skip
CHOICES: dict[str, Words] = {
    **ASSERTIONS, "left": _("left"), "right": _("right"), "both": _("both"), "active": _("taken now"),
    "started": _("started"), "changed": _("changed"), "held": _("paused"), "stopped": _("stopped"), "low": _("low"),
    "normal": _("normal"), "high": _("high"), "abnormal": _("abnormal"), "critical": _("critical"),
    "female": _("female"), "male": _("male"), "diagnostic": _("diagnostic"), "therapeutic": _("therapeutic"),
    "follow_up": _("follow-up"), "test": _("investigation"), "treatment": _("treatment"), "referral": _("referral"),
    "advice": _("advice"), "second": _("second"), "minute": _("minute"), "hour": _("hour"), "day": _("day"),
    "week": _("week"), "month": _("month"), "year": _("year"),
}  # fmt: skip
_LINES = {  # what stands in the line of a fact, in this order
    "problems": ("severity", "name", "side", "site", "onset"),
    "medications": ("name", "strength", "dose", "form", "route", "frequency", "duration", "reason"),
    "allergies": ("substance", "severity", "reaction"),
    "labs": ("flag", "reference"),
    "procedures": ("name", "site", "result"), "plan": ("text",), "dates": ("text", "of"), "people": ("name", "role"),
    "patient": ("text", "value"),
}  # fmt: skip
DOUBTS: dict[str, Words] = {
    "instructions_in_text": _("The text gives orders to a machine: it may have been tampered with."),
    "hidden_characters": _("The text holds characters that nobody can see."),
    "value_not_in_source": _("A value that the engine gave does not stand in the text: it was taken out."),
    "evidence_not_in_source": _("The engine pointed at words that do not stand there: they were taken out."),
    "nothing_unseconded": _("The engine found nothing, in a language in which no other here can tell."),
    "too_long_cut": _("Only the beginning of the document was read: it is very long."),
}  # fmt: skip


def line(kind: str, values: Mapping[str, Any]) -> str:
    """What a fact says, in the document's own words where it gives them."""
    if kind == "allergies" and is_none_known(values):
        return str(_("No known allergies"))
    said = [_said(values[name]) for name in _LINES.get(kind, ()) if values.get(name) not in (None, "")]
    if kind in ("vitals", "labs"):
        said = [_measured(values), *(one for one in said if one != values.get("value_text"))]
    if kind == "patient":
        said = said[:1]
    return ", ".join(said) if kind in ("medications", "problems", "labs", "vitals", "procedures") else " ".join(said)


def is_none_known(values: Mapping[str, Any]) -> bool:
    """That no substance is known is said of none in particular."""
    return values.get("assertion") == "negated" and not values.get("substance")


def _measured(values: Mapping[str, Any]) -> str:
    """The value as it is written, and its unit where that does not stand in it already."""
    pair = "/".join(f"{values[name]:g}" for name in ("value", "second_value") if values.get(name) is not None)
    value = str(values.get("value_text") or pair)
    unit = str(values.get("unit_text") or values.get("unit") or "")
    return value if not unit or unit in value else f"{value} {unit}"


def title(kind: str, key: str, values: Mapping[str, Any]) -> Words:
    """A value is known by what was measured, all else by its kind."""
    if kind == "patient":
        return OF_PATIENT.get(key.partition(".")[2], KINDS[kind])
    if kind in ("vitals", "labs") and values.get("name"):
        name = str(values["name"])
        return name[:1].upper() + name[1:]
    return KINDS[kind]


def _said(value: Any) -> str:
    return str(CHOICES.get(value, value)) if isinstance(value, str) else f"{value:g}"


def aside(kind: str, values: Mapping[str, Any]) -> list[Words]:
    """What must not be overlooked beside the line: absent, in doubt, of the past; stopped; as needed."""
    told = []
    usual = "planned" if kind == "plan" else "present"
    is_said = kind == "allergies" and is_none_known(values)  # by the line
    if (assertion := values.get("assertion", usual)) != usual and not is_said:
        told.append(ASSERTIONS[assertion])
    if (status := values.get("status")) and status != "active":
        told.append(CHOICES[status])
    if values.get("as_needed"):
        told.append(_("as needed"))
    return told
