"""A file in pieces. What was acknowledged is stored; after any break the client asks how far it is and goes on."""

from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import allowance, uploads
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, once, page, shown, told
from clinic.api.describe import BINARY, IDEMPOTENCY_KEY, Content, a_page, header_in, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.receiving import RAW, announced_length, pieces
from clinic.api.serializers.uploads import Completion, SessionCard, SessionWish, UploadCard
from clinic.api.uploads import FILE_CODES
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.views.keyset import Section

ONE_SESSION = Content(SessionCard, examples.SESSION)
SENDS = (P.UPLOAD_ADD, P.UPLOAD_READ)


class SessionsView(ApiView):
    needs = {"GET": SENDS, "POST": (*SENDS, P.CASE_VIEW)}

    @operation(
        "listUploadSessions", "List the files you began to send and have not finished, the latest first",
        query=PageQuery, gives={200: Content(page_of(SessionCard), a_page(examples.SESSION))},
        says="Of all your cases here. A recording that nobody goes on with is stored in its case after some hours.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        found = cut([Section(access.open_sessions(by), ("-opened_at", "-id"))], asked(request, PageQuery))
        access.session_list(by, found.rows)
        return page(SessionCard, found)

    @operation(
        "openUploadSession", "Begin a file that comes in pieces", takes=Content(SessionWish, examples.NEW_SESSION),
        gives={201: ONE_SESSION, 200: Content(SessionCard, examples.SESSION, "Opened before with this key.")},
        headers=[IDEMPOTENCY_KEY],
        refuses=(
            Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.EMPTY_FILE, Code.TOO_LARGE, Code.TYPE_NOT_ALLOWED,
            Code.TYPE_MISMATCH, Code.KEY_REUSED, Code.ERASED,
        ),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, SessionWish)
        pk, is_new = once(request, lambda: _open(by, wish))
        return shown(SessionCard, access.upload_session(by, pk, for_change=True), status=201 if is_new else 200)


class SessionView(ApiView):
    needs = {"GET": SENDS, "DELETE": SENDS}
    allowance = allowance.PIECES

    @operation(
        "readUploadSession", "How far a file in pieces is", gives={200: ONE_SESSION},
        refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(SessionCard, access.upload_session(actor_of(request), pk))

    @operation(
        "discardUploadSession", "Give a file in pieces up", gives={204: Content(None)},
        refuses=(Code.NOT_FOUND, Code.SESSION_OVER, Code.NOT_FROM_HERE, Code.STORAGE_DOWN),
    )  # fmt: skip
    def delete(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        uploads.discard(by=by, session=access.upload_session(by, pk, for_change=True))
        return Response(status=204)


class ChunkView(ApiView):
    needs = {"PUT": SENDS}
    allowance = allowance.PIECES

    @operation(
        "sendChunk", "Send the next piece", takes=Content(BINARY, media_type=RAW), gives={200: ONE_SESSION},
        headers=[header_in("X-Chunk-SHA256", "Hexadecimal digest of the piece: damage on the way is found at once.")],
        refuses=(
            Code.NOT_FOUND, Code.SESSION_OVER, Code.CHUNK_OUT_OF_ORDER, Code.CHUNK_DAMAGED, Code.CHUNK_WRONG_SIZE,
            Code.CHUNK_DIFFERS, Code.TYPE_NOT_ALLOWED, Code.TYPE_MISMATCH, Code.OBJECT_DAMAGED, Code.CUT_OFF,
            Code.LENGTH_NEEDED, Code.STORAGE_DOWN, Code.STORAGE_FULL, Code.ERASED,
        ),
        says="Of a file whose size was announced every piece has exactly `chunk_size` bytes and the last one the rest; "
        "of a recording that goes on it has at most that many. A piece that is there already is acknowledged again, "
        "another one under its number is refused with 409. One that does not come next is refused with 409 and "
        "`next_index`, the one to go on with.",
    )  # fmt: skip
    def put(self, request: Request, pk: UUID, index: int) -> Response:
        by = actor_of(request)
        session = access.upload_session(by, pk, for_change=True)
        sha256 = request.headers.get("X-Chunk-SHA256", "")
        data = piece_of(request._request)
        return shown(SessionCard, uploads.add_chunk(by=by, session=session, index=index, data=data, sha256=sha256))


class CompleteView(ApiView):
    needs = {"POST": SENDS}
    allowance = allowance.PIECES

    @operation(
        "completeUploadSession", "Join the pieces to a file", takes=Content(Completion, examples.COMPLETION),
        gives={
            201: Content(UploadCard, examples.UPLOAD),
            200: Content(UploadCard, examples.UPLOAD, "These bytes are in the case already."),
        },
        refuses=(*FILE_CODES, Code.SESSION_OVER, Code.OBJECT_DAMAGED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, Completion)
        session = access.upload_session(by, pk, for_change=True)
        upload, is_new = uploads.complete(by=by, session=session, sha256=wish.get("sha256", ""))
        return shown(UploadCard, upload, status=201 if is_new else 200)


def _open(by: Actor, wish: dict[str, Any]) -> UUID:
    case = access.case(by, wish["case"], for_change=True)
    session = uploads.open_session(
        by=by,
        case=case,
        name=wish["name"],
        declared_type=wish["type"],
        declared_size=wish.get("size"),
        language=wish.get("language", ""),
    )
    return session.pk


def piece_of(request: Any) -> bytes:
    if request.content_type != RAW:
        raise Refusal(Code.MEDIA_TYPE_NOT_TAKEN, facts={"takes": [RAW]})
    length = announced_length(request)
    if length > settings.CHUNK_BYTES:
        raise uploads.wrong_size(at_most=settings.CHUNK_BYTES)
    return b"".join(pieces(request, length))
