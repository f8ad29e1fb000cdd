from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, sealing
from clinic.actions import patients
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, once, page, shown, told
from clinic.api.describe import IDEMPOTENCY_KEY, Content, a_page, operation, page_of
from clinic.api.paging import Page, cut
from clinic.api.serializers.cases import NewPatient, PatientCard, PatientChanges, PatientQuery
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Patient, Site
from clinic.views.keyset import Section

ONE_PATIENT = Content(PatientCard, examples.PATIENT)


class PatientsView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "POST": (P.CASE_OPEN, P.CASE_VIEW)}

    @operation(
        "listPatients", "List patients, the newest first", query=PatientQuery,
        gives={200: Content(page_of(PatientCard), a_page(examples.PATIENT))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        filters = asked(request, PatientQuery)
        rows = Patient.objects.visible_to(actor_of(request))
        if "number" in filters:
            rows = rows.filter(number=filters["number"])
        found = cut([Section(rows, ("-created_at", "-id"))], filters)
        sealing.warm(patient.pk for patient in found.rows)
        return page(PatientCard, Page(access.patient_list(actor_of(request), found.rows), found.next_cursor))

    @operation(
        "createPatient", "Add a patient", takes=Content(NewPatient, examples.NEW_PATIENT), headers=[IDEMPOTENCY_KEY],
        gives={201: ONE_PATIENT, 200: Content(PatientCard, examples.PATIENT, "Added before with this key.")},
        refuses=(Code.KEY_REUSED,),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        wish = told(request, NewPatient)
        pk, is_new = once(request, lambda: _create(actor_of(request), wish).pk)
        return shown(PatientCard, access.patient(actor_of(request), pk), status=201 if is_new else 200)


class PatientView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "PATCH": (P.CASE_EDIT, P.CASE_VIEW)}

    @operation("readPatient", "Read a patient", gives={200: ONE_PATIENT}, refuses=(Code.NOT_FOUND, Code.ERASED))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(PatientCard, access.patient(actor_of(request), pk))

    @operation(
        "editPatient", "Change what is recorded of a patient", takes=Content(PatientChanges, {"sex": "male"}),
        gives={200: ONE_PATIENT}, refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def patch(self, request: Request, pk: UUID) -> Response:
        patient = access.patient(actor_of(request), pk, for_change=True)
        changes = told(request, PatientChanges)
        if changes.get("birth_date"):
            changes["birth_date"] = changes["birth_date"].isoformat()
        patients.update(by=actor_of(request), patient=patient, **changes)
        return shown(PatientCard, access.patient(actor_of(request), pk))


def chosen_patient(by: Actor, choice: dict[str, Any]) -> Patient:
    if "new" in choice:
        return _create(by, choice["new"])
    if "number" in choice:
        return access.patient_numbered(by, choice["number"])
    return access.patient(by, choice["id"], for_change=True)


def _create(by: Actor, wish: dict[str, Any]) -> Patient:
    site = Site.objects.get(pk=by.here)
    return patients.create(by=by, site=site, name=wish.get("name"), birth_date=wish.get("birth_date"), sex=wish["sex"])
