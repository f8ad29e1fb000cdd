"""What comes from programs that know no case."""

from uuid import UUID

from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import cases, patients
from clinic.authorization.actor import Actor
from clinic.models import Case, Site


def open_unnamed(*, by: Actor, patient_id: UUID, wrapped: bytes) -> Case:
    """A case of its own, of a patient without a name, under the key that what came was sealed with."""
    with audit.together():
        site = Site.objects.get(pk=by.here)
        patient = patients.create(by=by, site=site, pk=patient_id, wrapped=wrapped)
        return cases.open_case(by=by, patient=patient, question=_("Sent by a program that named no case."))
