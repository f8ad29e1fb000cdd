"""What hangs on a case: its notes, its story, what the patient agreed to."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import consents, notes
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, once, page, shown, told
from clinic.api.describe import IDEMPOTENCY_KEY, Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.serializers.cases import ConsentCard, ConsentWish, EntryCard, NoteCard, NoteWish
from clinic.api.serializers.reports import ConsentAnswer
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Consent, Entry, Note, Purpose
from clinic.views.keyset import Section

LATEST = ("-at", "-id")


class NotesView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "POST": (P.NOTE_WRITE, P.CASE_VIEW)}

    @operation(
        "listNotes", "List the notes of a case, the latest first", query=PageQuery,
        gives={200: Content(page_of(NoteCard), a_page(examples.NOTE))}, refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        case = access.case(actor_of(request), pk)
        rows = Note.objects.visible_to(actor_of(request)).filter(case=case).select_related("author", "case")
        return page(NoteCard, cut([Section(rows, LATEST)], asked(request, PageQuery)))

    @operation(
        "writeNote", "Write a note", takes=Content(NoteWish, examples.NEW_NOTE),
        gives={
            201: Content(NoteCard, examples.NOTE),
            200: Content(NoteCard, examples.NOTE, "Written before with this key."),
        },
        headers=[IDEMPOTENCY_KEY], refuses=(Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.ERASED),
        says="A note is never changed; write another one.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, body = actor_of(request), told(request, NoteWish)["body"]
        case = access.case(by, pk, for_change=True)
        made, is_new = once(request, lambda: notes.write(by=by, case=case, body=body).pk)
        note = Note.objects.visible_to(by).select_related("author", "case").get(pk=made)
        return shown(NoteCard, note, status=201 if is_new else 200)


class EntriesView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "listEntries", "The story of a case, the latest first", query=PageQuery,
        gives={200: Content(page_of(EntryCard), a_page(examples.ENTRY))}, refuses=(Code.NOT_FOUND,),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        case = access.case(actor_of(request), pk)
        rows = Entry.objects.visible_to(actor_of(request)).filter(case=case).select_related("actor")
        return page(EntryCard, cut([Section(rows, LATEST)], asked(request, PageQuery)))


class ConsentsView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "POST": (P.CONSENT_RECORD, P.CASE_VIEW)}

    @operation(
        "listConsents", "What the patient of a case agreed to, the latest first", query=PageQuery,
        gives={200: Content(page_of(ConsentCard), a_page(examples.CONSENT))}, refuses=(Code.NOT_FOUND,),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        case = access.case(actor_of(request), pk)
        rows = Consent.objects.visible_to(actor_of(request)).filter(patient=case.patient_id).select_related("by")
        return page(ConsentCard, cut([Section(rows, LATEST)], asked(request, PageQuery)))

    @operation(
        "recordConsent", "Record a consent, or that it was withdrawn", takes=Content(ConsentWish, examples.NEW_CONSENT),
        gives={
            201: Content(ConsentAnswer, examples.CONSENT_ANSWER),
            200: Content(ConsentAnswer, examples.CONSENT_ANSWER, "Recorded before with this key."),
        },
        headers=[IDEMPOTENCY_KEY], refuses=(Code.NOT_FOUND,),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ConsentWish)
        case, purpose = access.case(by, pk, for_change=True), Purpose(wish["purpose"])
        made, is_new = once(
            request, lambda: consents.record(by=by, case=case, purpose=purpose, is_given=wish["is_given"]).pk
        )
        consent = Consent.objects.visible_to(by).select_related("by").get(pk=made)
        return shown(ConsentAnswer, consent, status=201 if is_new else 200)
