"""The facts of a document as a file: each taking is noted."""

import json
from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.tables import csv_lines
from clinic.views.asked import Asked
from clinic.views.private import private
from extraction import access, exporting, fhir
from extraction.exporting import Taken

_FORMS: dict[str, tuple[str, str, Callable[[Taken], str]]] = {
    "json": ("application/json", "json", lambda taken: json.dumps(exporting.as_json(taken), ensure_ascii=False)),
    "csv": ("text/csv; charset=utf-8", "csv",
            lambda taken: "".join(csv_lines(exporting.COLUMNS, exporting.rows(taken)))),
    "fhir": ("application/fhir+json", "fhir.json", lambda taken: json.dumps(fhir.bundle(taken), ensure_ascii=False)),
}  # fmt: skip


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def sheet_facts(request: Asked, pk: UUID, form: str) -> HttpResponse:
    if form not in _FORMS:
        raise Refusal(Code.NOT_FOUND)
    found = access.sheet(request.actor, pk, for_change=True)
    taken = Taken.of(request.actor, found)
    access.facts_taken(request.actor, found, form)
    content_type, ending, write = _FORMS[form]
    attached = {"Content-Disposition": f'attachment; filename="facts-{found.pk}.{ending}"'}
    return HttpResponse(write(taken), content_type=content_type, headers=attached)
