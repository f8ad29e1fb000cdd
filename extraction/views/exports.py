"""The facts of a document as a file: each taking is noted."""

import json
from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.tables import csv_lines
from clinic.views.asked import Asked, id_in
from clinic.views.private import private
from extraction import access, exporting, fhir
from extraction.exporting import Many, Taken

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


_FORMS_OF_MANY: dict[str, Callable[[Many], str]] = {
    "json": lambda many: json.dumps(exporting.many_as_json(many), ensure_ascii=False),
    "csv": lambda many: "".join(csv_lines(exporting.COLUMNS_OF_MANY, exporting.many_rows(many))),
    "fhir": lambda many: json.dumps(fhir.bundle_of_many(many.taken), ensure_ascii=False),
}


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def sheets_facts(request: Asked, form: str) -> HttpResponse:
    """Of the documents that were chosen in the list, in one file; each is noted as taken."""
    if form not in _FORMS_OF_MANY:
        raise Refusal(Code.NOT_FOUND)
    found = access.chosen(request.actor, _named(request))
    many = Many.of(request.actor, found)
    for taken in many.taken:
        access.facts_taken(request.actor, taken.sheet, form)
    content_type, ending, _write = _FORMS[form]
    attached = {"Content-Disposition": f'attachment; filename="facts-of-{len(found)}-documents.{ending}"'}
    return HttpResponse(_FORMS_OF_MANY[form](many), content_type=content_type, headers=attached)


def _named(request: Asked) -> list[UUID]:
    found = list(dict.fromkeys(id_in(one) for one in request.GET.getlist("document")))
    if not 0 < len(found) <= exporting.MOST_AT_ONCE:
        says = _("Choose at least one document, and at most %d.") % exporting.MOST_AT_ONCE
        raise Refusal(Code.INVALID, fields={"document": [says]})
    return found
