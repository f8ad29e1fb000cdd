"""Each kind of resource: one by its id, or those of a search. What is shown of a case is noted as its reading."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from clinic import access
from clinic.actions.exports import address_of
from clinic.api.base import actor_of
from clinic.api.fhir import capability
from clinic.api.fhir.base import FhirView, Search, answered, found, root_of
from clinic.api.paging import cut
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.doors import PUBLIC
from clinic.errors import Code, Refusal
from clinic.export.gather import gather
from clinic.fhir import bundle, resources
from clinic.fhir.resources import AGE, PRINTED, PROVENANCE, REST, TRANSCRIPT, UNSIGNED
from clinic.fhir.shapes import Resource, twin
from clinic.models import Case, CaseState, CoSignature, Patient, Report, Result, Review, Upload
from clinic.views.keyset import Section

Reads = tuple[P, ...]
OBSERVED = ("final", "preliminary")
REPORTED = ("registered", "preliminary", "final", "amended")
VISITS = ("in-progress", "finished")


class MetadataView(FhirView):
    """What this door can do; it tells of nobody."""

    door = PUBLIC
    permission_classes = ()

    def get(self, request: Request) -> HttpResponse:
        return answered(capability.statement(root_of(request), SEARCHED))


class OneView(FhirView):
    kind: ClassVar[str]

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        Search.of(request)
        return answered(self.read(actor_of(request), pk))

    def read(self, by: Actor, pk: UUID) -> Resource:
        raise NotImplementedError


class ManyView(FhirView):
    """What a search is; `by_address` and `by_body` hang it behind a method each."""

    kind: ClassVar[str]
    reads: ClassVar[Reads]
    known: ClassVar[tuple[str, ...]] = ()

    def _found(self, request: Request) -> HttpResponse:
        search = Search.of(request, *self.known)
        rows, cursor = self.search(actor_of(request), search)
        return found(request, self.kind, rows, search, cursor)

    def search(self, by: Actor, search: Search) -> tuple[list[Resource], str]:
        raise NotImplementedError


def by_address(view: type[ManyView]) -> type[ManyView]:
    told = {"get": lambda self, request: self._found(request), "needs": {"GET": view.reads}}
    return type(f"{view.__name__}ByAddress", (view,), told)


def by_body(view: type[ManyView]) -> type[ManyView]:
    told = {"post": lambda self, request: self._found(request), "needs": {"POST": view.reads}}
    return type(f"{view.__name__}ByBody", (view,), told)


# --- whom and what for ------------------------------------------------------------------------------------------------

CASES: Reads = (P.CASE_VIEW,)


class PatientView(OneView):
    kind, needs = "Patient", {"GET": CASES}

    def read(self, by: Actor, pk: UUID) -> Resource:
        row = access.patient(by, pk)
        if row.erased_at is not None:
            raise Refusal(Code.ERASED)
        return resources.patient(row)


class PatientsView(ManyView):
    kind, reads, known = "Patient", CASES, ("identifier",)

    def search(self, by: Actor, search: Search) -> tuple[list[Resource], str]:
        rows = Patient.objects.visible_to(by).filter(erased_at=None)
        if pk := search.id_of("_id"):
            rows = rows.filter(pk=pk)
        if number := search.said.get("identifier"):
            rows = rows.filter(number=_number(number, "urn:rounds:patient", "P-"))
        page = cut([Section(rows, ("number", "id"))], _page_of(search))
        shown = access.patient_list(by, page.rows)
        return [resources.patient(row) for row in shown], page.next_cursor or ""


def _number(written: str, system: str, before: str) -> int:
    """`P-34`, or with its system before it; anything else is nobody's."""
    told, _bar, value = written.rpartition("|")
    digits = value.removeprefix(before)
    return int(digits) if told in ("", system) and digits.isdecimal() and len(digits) < 10 else 0


def _page_of(search: Search) -> dict[str, Any]:
    return {"cursor": search.cursor, "page_size": search.count}


class EncounterView(OneView):
    kind, needs = "Encounter", {"GET": CASES}

    def read(self, by: Actor, pk: UUID) -> Resource:
        return resources.encounter(_readable(access.case(by, pk)))


class EncountersView(ManyView):
    kind, reads, known = "Encounter", CASES, ("patient", "status", "identifier")

    def search(self, by: Actor, search: Search) -> tuple[list[Resource], str]:
        rows = _cases(by)
        if pk := search.id_of("_id"):
            rows = rows.filter(pk=pk)
        if patient := search.id_of("patient", "Patient"):
            rows = rows.filter(patient=patient)
        if number := search.said.get("identifier"):
            rows = rows.filter(number=_number(number, "urn:rounds:case", "C-"))
        if wanted := search.one_of("status", VISITS):
            rows = rows.filter(state__in=[s for s in CaseState if resources.visit_of(s) in wanted])
        page = cut([Section(rows, ("-opened_at", "-id"))], _page_of(search))
        return [resources.encounter(one) for one in access.case_list(by, page.rows)], page.next_cursor or ""


def _cases(by: Actor) -> QuerySet[Case]:
    return Case.objects.visible_to(by).filter(patient__erased_at=None).select_related("patient", "site")


def _readable(case: Case) -> Case:
    if case.patient.erased_at is not None:
        raise Refusal(Code.ERASED)
    return case


# --- what is in a case ------------------------------------------------------------------------------------------------


def of_case(by: Actor, case: Case, kind: str, *, with_paper: bool = False) -> list[Resource]:
    """As an export would have it, at this moment, without the story and without what capabilities add."""
    told = gather(by, _readable(case), timezone.now(), with_entries=False)
    paper = bundle.in_itself if with_paper else _named
    made = bundle.resources(told.of_the_core(), where=address_of, printed=paper, with_events=False)
    return [one for one in made if one["resourceType"] == kind]


def _named(report: Report, _cosigned: Sequence[CoSignature]) -> Resource:
    return {"contentType": "application/pdf", "title": f"{report.case.reference}-v{report.version}.pdf"}


class InCaseView(OneView):
    def read(self, by: Actor, pk: UUID) -> Resource:
        case = access.case(by, self.case_of(by, pk))
        one = next((each for each in of_case(by, case, self.kind, with_paper=True) if each["id"] == str(pk)), None)
        if one is None:
            raise Refusal(Code.NOT_FOUND)
        return one

    def case_of(self, by: Actor, pk: UUID) -> UUID:
        """The case of the row that bears this id, or its twin's."""
        for rows, row_pk in self.places(by, pk):
            case = rows.filter(pk=row_pk).values_list("pk" if rows.model is Case else "case", flat=True).first()
            if case is not None:
                return UUID(str(case))
        raise Refusal(Code.NOT_FOUND)

    def places(self, by: Actor, pk: UUID) -> Iterator[tuple[QuerySet[Any], UUID | str]]:
        raise NotImplementedError


class InCasesView(ManyView):
    """Of one case, or of all cases of a patient, the newest first. Without either there is no search: nobody looks
    through a whole site by this door."""

    def search(self, by: Actor, search: Search) -> tuple[list[Resource], str]:
        rows = self._cases(by, search)
        wanted = {name: search.one_of(name, allowed) for name, allowed in self.narrowed.items()}
        begun, skip = _place(search.cursor)
        found: list[Resource] = []
        for case in rows.order_by("-opened_at", "-id"):
            if begun and str(case.pk) != begun:
                continue
            begun = ""
            inside = self._narrowed(of_case(by, access.case(by, case.pk), self.kind), search, wanted)
            for number, one in enumerate(inside[skip:], skip):
                if len(found) == search.count:
                    return found, f"{case.pk}.{number}"
                found.append(one)
            skip = 0
        if begun:
            raise Refusal(Code.INVALID, fields={"_cursor": [_("Not a cursor of this list.")]})
        return found, ""

    narrowed: ClassVar[dict[str, tuple[str, ...]]] = {}

    def _cases(self, by: Actor, search: Search) -> QuerySet[Case]:
        rows, case, patient = _cases(by), search.id_of("encounter", "Encounter"), search.id_of("patient", "Patient")
        if pk := search.id_of("_id"):
            return rows.filter(pk=self.one.case_of(self.one(), by, pk))
        if case is None and patient is None:
            raise Refusal(Code.INVALID, fields={"patient": [_("Say of which patient, or of which encounter.")]})
        rows = rows.filter(pk=case) if case else rows
        return rows.filter(patient=patient) if patient else rows

    one: ClassVar[type[InCaseView]]

    def _narrowed(self, inside: list[Resource], search: Search, wanted: dict[str, frozenset[str]]) -> list[Resource]:
        pk = search.id_of("_id")
        return [one for one in inside if (pk is None or one["id"] == str(pk))
                and all(not allowed or one.get(name) in allowed for name, allowed in wanted.items())]  # fmt: skip


def _place(cursor: str) -> tuple[str, int]:
    case, _dot, number = cursor.partition(".")
    if cursor and not number.isdecimal():
        raise Refusal(Code.INVALID, fields={"_cursor": [_("Not a cursor of this list.")]})
    return case, int(number or 0)


class ReportView(InCaseView):
    kind, needs = "DiagnosticReport", {"GET": CASES}

    def places(self, by: Actor, pk: UUID) -> Iterator[tuple[QuerySet[Any], UUID | str]]:
        yield Report.objects.visible_to(by), pk
        yield _cases(by), twin(pk, UNSIGNED)


class ReportsView(InCasesView):
    kind, reads, one = "DiagnosticReport", CASES, ReportView
    known, narrowed = ("patient", "encounter", "status"), {"status": REPORTED}


OBSERVES: Reads = (P.CASE_VIEW, P.RUN_VIEW)


class ObservationView(InCaseView):
    kind, needs = "Observation", {"GET": OBSERVES}

    def places(self, by: Actor, pk: UUID) -> Iterator[tuple[QuerySet[Any], UUID | str]]:
        yield Result.objects.visible_to(by), pk
        yield Result.objects.visible_to(by), twin(pk, REST)
        yield Review.objects.visible_to(by), pk
        yield _cases(by), twin(pk, AGE)


class ObservationsView(InCasesView):
    kind, reads, one = "Observation", OBSERVES, ObservationView
    known, narrowed = ("patient", "encounter", "status"), {"status": OBSERVED}


DOCUMENTS: Reads = (P.CASE_VIEW, P.UPLOAD_READ)


class DocumentView(InCaseView):
    kind, needs = "DocumentReference", {"GET": DOCUMENTS}

    def places(self, by: Actor, pk: UUID) -> Iterator[tuple[QuerySet[Any], UUID | str]]:
        yield Upload.objects.visible_to(by), pk
        yield Report.objects.visible_to(by), twin(pk, PRINTED)
        yield Upload.objects.visible_to(by), twin(pk, TRANSCRIPT)


class DocumentsView(InCasesView):
    kind, reads, one = "DocumentReference", DOCUMENTS, DocumentView
    known, narrowed = ("patient", "encounter", "status"), {"status": ("current", "superseded")}


class ProvenanceView(InCaseView):
    kind, needs = "Provenance", {"GET": CASES}

    def places(self, by: Actor, pk: UUID) -> Iterator[tuple[QuerySet[Any], UUID | str]]:
        target = UUID(twin(pk, PROVENANCE))
        for one in (ReportView(), ObservationView(), DocumentView()):
            yield from one.places(by, target)


class ProvenancesView(InCasesView):
    kind, reads, one = "Provenance", CASES, ProvenanceView
    known = ("patient", "encounter", "target")

    def _cases(self, by: Actor, search: Search) -> QuerySet[Case]:
        """Of one target: of the case it is in."""
        if target := _target(search):
            return _cases(by).filter(pk=self.one.case_of(self.one(), by, UUID(twin(target, PROVENANCE))))
        return super()._cases(by, search)

    def _narrowed(self, inside: list[Resource], search: Search, wanted: dict[str, frozenset[str]]) -> list[Resource]:
        target = search.said.get("target")
        found = super()._narrowed(inside, search, wanted)
        return [one for one in found if target is None or json.dumps(target) in json.dumps(one["target"])]


def _target(search: Search) -> UUID | None:
    written = search.said.get("target", "")
    return search.id_of("target", written.partition("/")[0]) if written else None


SEARCHED = (PatientsView, EncountersView, ReportsView, ObservationsView, DocumentsView, ProvenancesView)
READ = (PatientView, EncounterView, ReportView, ObservationView, DocumentView, ProvenanceView)
