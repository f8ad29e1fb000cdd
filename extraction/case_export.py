"""What extraction adds to a case that leaves: the facts of its documents, checked ones as such and others as
unconfirmed. Of a document that somebody is to judge first, and of one whose time is over, nothing."""

import json
from collections.abc import Iterator

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.export import parts as export
from clinic.export.parts import Parts, Resource
from clinic.models import Case
from extraction import fhir
from extraction.exporting import Taken
from extraction.models import FactSheet

_KEPT_IN = (Code.NO_FACTS_YET, Code.ERASED)


def parts(by: Actor, case: Case) -> Parts:
    sheets = FactSheet.objects.visible_to(by).filter(case=case).exclude(run=None)
    rows = sheets.filter(upload__expired_at=None).select_related("case__patient", "upload").order_by("added_at", "pk")
    return Parts(resources=tuple(one for sheet in rows for one in _facts(by, sheet)))


def _facts(by: Actor, sheet: FactSheet) -> Iterator[Resource]:
    """As the sheet gives them out by itself; in a case each has an id, and the patient is the case's."""
    try:
        told = fhir.bundle(Taken.of(by, sheet))
    except Refusal as why:
        if why.code not in _KEPT_IN:
            raise
        return
    patient, *entries = told["entry"]
    for one in entries:
        pk = one["fullUrl"].removeprefix("urn:uuid:")
        text = json.dumps(one["resource"]).replace(patient["fullUrl"], f"Patient/{sheet.case.patient_id}")
        yield {**json.loads(text), "id": pk}


export.register("extraction", "extraction.case_export:parts")
