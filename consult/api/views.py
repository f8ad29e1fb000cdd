"""Consults for programs: the same actions as the page."""

import time
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access as core
from clinic.answer_telling import told_to
from clinic.api import examples as core_examples
from clinic.api.base import ApiView, actor_of, asked, once, page, shown, told
from clinic.api.describe import IDEMPOTENCY_KEY, Content, a_page, operation, page_of
from clinic.api.paging import cut
from clinic.api.serializers.uploads import SessionCard
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.views.keyset import Section
from consult import access, standing
from consult.actions import consults
from consult.api import examples
from consult.api.serializers import (
    ConsultAgainWish,
    ConsultBringWish,
    ConsultCard,
    ConsultDetail,
    ConsultFileWish,
    ConsultQuery,
    ConsultWish,
    ConsultWordsWish,
    RecordingWish,
)

ONE_SESSION = Content(SessionCard, core_examples.SESSION)
ONE_CONSULT = Content(ConsultDetail, examples.ONE_CONSULT)
_READS = (P.UPLOAD_READ, P.CASE_VIEW, P.RUN_VIEW)
_ADDS = (P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)
_CLOSED = (Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.ERASED)


class ConsultsView(ApiView):
    needs = {"GET": _READS, "POST": _ADDS}

    @operation(
        "listConsults", "Consults, the newest first", query=ConsultQuery,
        gives={200: Content(page_of(ConsultCard), a_page(examples.CONSULT))}, refuses=(Code.NOT_FOUND,),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, ConsultQuery)
        rows = access.consults(by)
        if "case" in filters:
            rows = rows.filter(case=core.case(by, filters["case"], for_change=True))
        found = cut([Section(rows, ("-opened_at", "-id"))], filters)
        access.consult_list(by, found.rows)
        return page(ConsultCard, found)

    @operation("beginConsult", "Begin a consult on a case", takes=Content(ConsultWish, examples.NEW_CONSULT),
               gives={201: ONE_CONSULT}, refuses=_CLOSED)  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, ConsultWish)
        case = core.case(by, wish["case"], for_change=True)
        return _shown(by, consults.begin(by=by, case=case, language=wish["language"]).pk, status=201)


class ConsultView(ApiView):
    needs = {"GET": _READS}

    @operation("readConsult", "Read a consult and its newest answer", gives={200: ONE_CONSULT},
               refuses=(Code.NOT_FOUND, Code.ERASED))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return _shown(actor_of(request), pk)


class RecordingsView(ApiView):
    needs = {"POST": _ADDS}

    @operation(
        "beginRecording", "Begin a recording of a consult", takes=Content(RecordingWish, examples.NEW_RECORDING),
        gives={201: ONE_SESSION, 200: Content(SessionCard, core_examples.SESSION, "Begun before with this key.")},
        headers=[IDEMPOTENCY_KEY], refuses=(*_CLOSED, Code.CONSULT_IS_FULL, Code.KEY_REUSED),
        says="Send its pieces to the session, as soon as they are there, and complete it at the end: the answer is "
        "asked for by itself. Sound of 16 kHz, one channel and 16 bits in a WAV is read while it comes.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, RecordingWish)
        session, is_new = once(request, lambda: _recording(by, pk, wish))
        found = core.upload_session(by, session, for_change=True)
        return shown(SessionCard, found, status=201 if is_new else 200)


def _recording(by: Actor, pk: UUID, wish: dict[str, Any]) -> UUID:
    consult = access.consult(by, pk, for_change=True)
    return consults.record(by=by, consult=consult, name=wish["name"], declared_type=wish["type"]).pk


class FilesView(ApiView):
    needs = {"POST": _ADDS}

    @operation(
        "beginConsultFile", "Begin a file of a consult that comes in pieces",
        takes=Content(ConsultFileWish, examples.NEW_FILE),
        gives={201: ONE_SESSION, 200: Content(SessionCard, core_examples.SESSION, "Begun before with this key.")},
        headers=[IDEMPOTENCY_KEY],
        refuses=(*_CLOSED, Code.CONSULT_IS_FULL, Code.KEY_REUSED, Code.EMPTY_FILE, Code.TOO_LARGE,
                 Code.TYPE_NOT_ALLOWED, Code.TYPE_MISMATCH),
        says="A picture, a document or a recording. It is a part of the consult from its first piece on, and read as "
        "soon as it is whole.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ConsultFileWish)
        session, is_new = once(request, lambda: _file(by, pk, wish))
        found = core.upload_session(by, session, for_change=True)
        return shown(SessionCard, found, status=201 if is_new else 200)


def _file(by: Actor, pk: UUID, wish: dict[str, Any]) -> UUID:
    consult = access.consult(by, pk, for_change=True)
    return consults.receive(by=by, consult=consult, name=wish["name"], declared_type=wish["type"],
                            declared_size=wish["size"]).pk  # fmt: skip


class WordsView(ApiView):
    needs = {"POST": _ADDS}

    @operation("addConsultWords", "Type what was said", takes=Content(ConsultWordsWish, examples.NEW_WORDS),
               gives={200: ONE_CONSULT}, refuses=(*_CLOSED, Code.EMPTY_FILE, Code.CONSULT_IS_FULL))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ConsultWordsWish)
        until = time.monotonic() + wish["wait"]
        consults.type_in(by=by, consult=access.consult(by, pk, for_change=True), text=wish["text"])
        return _waited(by, pk, until)


class PartsView(ApiView):
    needs = {"POST": _ADDS}

    @operation(
        "addConsultPart", "Bring a file of the case: a picture, a recording",
        takes=Content(ConsultBringWish, examples.BROUGHT), gives={200: ONE_CONSULT},
        refuses=(*_CLOSED, Code.UPLOADS_DO_NOT_FIT, Code.CONSULT_IS_FULL),
        says="A picture is looked at at once, beside everything else. An answer follows once something was said.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ConsultBringWish)
        until = time.monotonic() + wish["wait"]
        consult = access.consult(by, pk, for_change=True)
        consults.bring(by=by, consult=consult, upload=core.upload(by, wish["upload"], for_change=True))
        return _waited(by, pk, until)


class AnswersView(ApiView):
    needs = {"POST": _ADDS}

    @operation("answerConsultAgain", "Answer again with what stands now",
               takes=Content(ConsultAgainWish, examples.AGAIN), gives={200: ONE_CONSULT},
               refuses=(*_CLOSED, Code.NOTHING_TO_ANSWER))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ConsultAgainWish)
        until = time.monotonic() + wish["wait"]
        consults.answer_again(by=by, consult=access.consult(by, pk, for_change=True))
        return _waited(by, pk, until)


class SeenView(ApiView):
    needs = {"POST": _ADDS}

    @operation("seeRedFlags", "The red flags of the newest answer were seen", gives={200: ONE_CONSULT},
               refuses=(Code.NOT_FOUND,))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        latest = standing.of(access.consult(by, pk, for_change=True)).latest
        if latest is None:
            raise Refusal(Code.NOT_FOUND)
        consults.see_flags(by=by, answer=access.answer(by, pk, latest.number))
        return _shown(by, pk)


def _waited(by: Actor, pk: UUID, until: float) -> Response:
    standing.wait(pk, until)
    return _shown(by, pk)


def _shown(by: Actor, pk: UUID, *, status: int = 200) -> Response:
    consult: Any = access.consult(by, pk)
    stands = standing.of(consult)
    consult.told_parts, consult.is_under_way = stands.parts, stands.is_under_way
    consult.is_person_needed = stands.is_person_needed
    latest = stands.latest
    consult.told_answer = told_to(by, latest.run_id) if latest else None
    return shown(ConsultDetail, consult, status=status)
