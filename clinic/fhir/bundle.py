"""A case as one Bundle. Each resource once, in an order a reader follows: whom, what for, what came, what was said."""

import base64
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from clinic.export.gather import Gathered, Spoken
from clinic.fhir import resources as make
from clinic.fhir.resources import Where
from clinic.fhir.shapes import DICOM, Resource, coding, instant, made
from clinic.models import CoSignature, Report, User
from clinic.proof import proofs
from clinic.report_pdf import pdf_of

Printed = Callable[[Report, Sequence[CoSignature]], Resource]  # the attachment of a version on paper
Heard = Callable[[Spoken], Resource]  # the attachment of a transcript


def in_itself(report: Report, cosigned: Sequence[CoSignature]) -> Resource:
    """For a bundle that comes without files: the paper lies in it."""
    data = pdf_of(report, cosigned)
    return {"contentType": "application/pdf", "data": base64.b64encode(data).decode(), "size": len(data),
            "title": f"{report.case.reference}-v{report.version}.pdf"}  # fmt: skip


def said_in_itself(one: Spoken) -> Resource:
    data = one.text.encode()
    return {"contentType": "text/plain; charset=utf-8", "data": base64.b64encode(data).decode(), "size": len(data),
            "title": f"{one.upload.name}.txt"}  # fmt: skip


def resources(told: Gathered, *, where: Where, printed: Printed | None, spoken: Heard = said_in_itself,
              with_events: bool = True) -> list[Resource]:  # fmt: skip
    versions = told.reports if printed else []
    papers = {row.pk: make.printed(told, row, printed(row, told.cosigned[row.pk])) for row in versions}  # type: ignore[misc]
    studies = [one for one in told.resources if one["resourceType"] == "ImagingStudy"]
    newest = papers.get(told.newest.pk) if told.newest else None
    found: list[Resource | None] = [
        make.patient(told.case.patient), make.encounter(told.case), make.organization(told),
        *(make.practitioner(person) for person in told.people.values()),
        make.report(told, newest, studies), *papers.values(),
        make.age(told), *(make.answer(told, one) for one in told.answers),
        *(make.decision(told, row) for row in told.reviews), *told.resources,
        *(make.document(told, upload, where) for upload in told.uploads),
        *(make.transcript(told, one, spoken(one)) for one in told.spoken),
        *(make.note(told, row) for row in told.notes), *(make.contradiction(told, row) for row in told.conflicts),
        make.rounds(), *(make.engine(told, one) for one in told.answers), *make.provenances(told),
        *(_events(told) if with_events else ()),
    ]  # fmt: skip
    return list({(one["resourceType"], one["id"]): one for one in found if one is not None}.values())


def _events(told: Gathered) -> Iterable[Resource]:
    proved = proofs(told.entries)
    return (make.event(told, entry, proved[entry.pk]) for entry in told.entries)


def exporting(told: Gathered, event_id: UUID, person: User | None) -> Resource:
    """This very act: its place in the audit is known only when it is over."""
    return make.audit_event(event_id, coding(DICOM, "110106"), "R", instant(told.at), person,
                            {"what": make.encounter_of(told)})  # fmt: skip


def bundle(told: Gathered, found: Iterable[Resource], event_id: UUID) -> Resource:
    """Whatever points at another resource points at it in here."""
    every = list(found)
    inside = {f"{one['resourceType']}/{one['id']}": f"urn:uuid:{one['id']}" for one in every}
    return made(
        "Bundle", event_id, meta={"lastUpdated": instant(told.at), "security": [coding("v3-Confidentiality", "R")]},
        identifier={"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{event_id}"}, type="collection",
        timestamp=instant(told.at),
        entry=[{"fullUrl": f"urn:uuid:{one['id']}", "resource": _pointed(one, inside)} for one in every],
    )  # fmt: skip


def _pointed(value: Any, inside: dict[str, str]) -> Any:
    match value:
        case dict():
            return {name: inside.get(inner, inner) if name == "reference" and isinstance(inner, str)
                    else _pointed(inner, inside) for name, inner in value.items()}  # fmt: skip
        case list():
            return [_pointed(inner, inside) for inner in value]
    return value
