"""A record of another house becomes a case here. What came stays as it came, beside what was read out of it; nothing of
it is anybody's word here before a person takes it over."""

import hashlib
from collections.abc import Iterator
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import cases, patients, timeline, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.fhir import arriving
from clinic.fhir.record import Record
from clinic.fhir.shapes import MEDIA_TYPE
from clinic.models import Case, EntryKind, Patient, Sex, Site, Urgency

BUNDLE_NAME, RECORD_NAME = "record.fhir.json", "record.txt"


def take_in(*, by: Actor, data: bytes, patient: Patient | None = None, question: str = "",
            urgency: Urgency = Urgency.ROUTINE) -> tuple[Case, bool]:  # fmt: skip
    """The case, and whether it is new: the same bundle is the same case at a site, however often it is sent."""
    by.require(Permission.CASE_OPEN)
    by.require(Permission.UPLOAD_ADD)
    sha256 = hashlib.sha256(data).hexdigest()
    pk = uuid5(NAMESPACE_URL, f"urn:rounds:import:{by.here}:{sha256}")
    if known := _known(by, pk, patient):
        return known, False
    record = arriving.record_of(data)
    try:
        with audit.act(by, "case.imported") as doing:
            case = _opened(by, record, patient, question, urgency, pk)
            _keep(by, case, data, record)
            timeline.add(doing, case=case, kind=EntryKind.CASE_IMPORTED, sha256=sha256, resources=record.counts,
                         is_cut=record.is_cut)  # fmt: skip
            doing.about(case, sha256=sha256, resources=record.counts, documents=len(record.documents),
                        is_known_patient=patient is not None)  # fmt: skip
    except IntegrityError:  # it came twice at once, and the other was first
        if known := _known(by, pk, patient):
            return known, False
        raise
    return case, True


def _known(by: Actor, pk: UUID, patient: Patient | None) -> Case | None:
    known = Case.objects.filter(pk=pk, site=by.here).select_related("patient").first()
    if known is not None and patient is not None and known.patient_id != patient.pk:
        raise Refusal(Code.ALREADY_EXISTS, detail=_("This bundle is a case of another patient here already."))
    return known


def _opened(by: Actor, record: Record, patient: Patient | None, question: str, urgency: Urgency,
            pk: UUID) -> Case:  # fmt: skip
    subject = patient or patients.create(
        by=by, site=Site.objects.get(pk=by.here), name=record.name or None, birth_date=_day(record.birth_date),
        sex=Sex(record.sex),
    )  # fmt: skip
    asked = question.strip() or record.question or _("A record that came from elsewhere")
    return cases.open_case(by=by, patient=subject, question=asked, urgency=urgency, encounter=record.encounter or None,
                           pk=pk)  # fmt: skip


def _day(iso: str) -> date | None:
    """A day that is none, or has not come yet, is left out: the age would be wrong."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return None
    return day if date(1880, 1, 1) <= day <= timezone.localdate() else None


def _keep(by: Actor, case: Case, data: bytes, record: Record) -> None:
    """First what came, whole; then its statements to read, and the documents in it. One that cannot be kept is in the
    bundle all the same, and takes no other with it."""
    uploads.store_whole(by=by, case=case, chunks=[data], name=BUNDLE_NAME, declared_type=MEDIA_TYPE, begins=False)
    if record.lines:
        uploads.store_whole(by=by, case=case, chunks=_written(record), name=RECORD_NAME, begins=False)
    for one in record.documents:
        try:
            uploads.store_whole(by=by, case=case, chunks=[one.data], name=one.name, declared_type=one.content_type,
                                begins=False)  # fmt: skip
        except Refusal as why:
            if why.status >= 500:
                raise


def _written(record: Record) -> Iterator[bytes]:
    for line in record.lines:
        yield f"{line}\n".encode()
