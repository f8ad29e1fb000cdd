"""What is made of a FHIR bundle that arrives: a record to read, in this house's words for what is wrong with one."""

from typing import Any

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from clinic.errors import Code, Refusal
from clinic.fhir.record import Record

MOST_BYTES = 24_000_000
BY_CODE: dict[str, str | Promise] = {
    "too_large": _("A bundle may have at most 24 MB."),
    "not_json": _("This is not JSON."),
    "not_a_bundle": _("This is JSON, but no FHIR bundle."),
    "no_patient": _("The bundle names no patient."),
    "several_patients": _("The bundle is of several patients. Send one bundle for each."),
    "broken": _("The bundle cannot be read."),
}


def record_of(data: bytes) -> Record:
    """Read in a bounded child, as all that somebody sent; found by its name, so that no web code knows parsers."""
    read: Any = import_string("clinic.inference.fhir_record.read_bounded")
    not_taken: type[Exception] = import_string("clinic.inference.fhir_record.NotTaken")
    try:
        found: Record = read(data)
    except not_taken as why:
        code = getattr(why, "code", "broken")
        words = str(BY_CODE.get(code, BY_CODE["broken"]))
        raise Refusal(Code.UNREADABLE_BUNDLE, detail=words, facts={"problem": code}) from None
    return found
