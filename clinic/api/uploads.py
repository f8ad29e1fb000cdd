from uuid import UUID

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import allowance, uploads
from clinic.api import examples
from clinic.api.base import ApiView, TakeAny, actor_of, asked, once, page, shown
from clinic.api.describe import BINARY, IDEMPOTENCY_KEY, Content, a_page, header_in, header_out, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.receiving import RAW, receive
from clinic.api.serializers.uploads import UploadCard, UploadQuery
from clinic.authorization.permissions import Permission as P
from clinic.downloads import download
from clinic.errors import Code
from clinic.form_intake import FORM
from clinic.models import Upload
from clinic.views.keyset import Section

ONE_UPLOAD = Content(UploadCard, examples.UPLOAD)
FILE_FORM = {"type": "object", "properties": {"file": BINARY}, "required": ["file"], "additionalProperties": False}
FILE_CODES = (
    Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.EMPTY_FILE, Code.TOO_LARGE, Code.TYPE_NOT_ALLOWED, Code.TYPE_MISMATCH,
    Code.CUT_OFF, Code.DIGEST_MISMATCH, Code.STORAGE_DOWN, Code.STORAGE_FULL, Code.ERASED, Code.PATIENT_STAYS,
    Code.VIRUS_FOUND, Code.SCANNER_DOWN,
)  # fmt: skip


class CaseUploadsView(ApiView):
    needs = {"GET": (P.UPLOAD_READ, P.CASE_VIEW), "POST": (P.UPLOAD_ADD, P.CASE_VIEW)}
    allowance = allowance.PIECES

    @operation(
        "listUploads", "List the files of a case, the latest first", query=PageQuery,
        gives={200: Content(page_of(UploadCard), a_page(examples.UPLOAD))}, refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        case = access.case(actor_of(request), pk)
        rows = Upload.objects.visible_to(actor_of(request)).filter(case=case).select_related("case", "added_by")
        return page(UploadCard, cut([Section(rows, ("-added_at", "-id"))], asked(request, PageQuery)))

    @operation(
        "addUpload", "Add a file to a case", query=UploadQuery,
        takes=(Content(FILE_FORM, media_type=FORM), Content(BINARY, media_type=RAW)),
        gives={201: ONE_UPLOAD, 200: Content(UploadCard, examples.UPLOAD, "These bytes are in the case already.")},
        headers=[IDEMPOTENCY_KEY], refuses=(*FILE_CODES, Code.LENGTH_NEEDED),
        says="As a form with one file in the field `file`, or raw with the name in the address. The file is encrypted "
        "while it arrives. The same bytes in the same case are one upload, with an Idempotency-Key and without. A "
        "DICOM file loses its patient’s data first: size and digest are of what is kept. Large files and recordings "
        "are better sent in pieces, see /api/v1/uploads/sessions.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), asked(request, UploadQuery)
        case = access.case(by, pk, for_change=True)
        case.check_takes_additions()
        received, name = receive(request._request, case, name=wish.get("name", ""), sha256=wish.get("sha256", ""))
        is_new = False

        def make() -> UUID:
            nonlocal is_new
            upload, is_new = uploads.add(by=by, case=case, received=received, name=name)
            return upload.pk

        said = {"name": name, "sha256": received.sha256}
        upload = uploads.settle(case=case, received=received, find=lambda: once(request, make, said=said)[0])
        return shown(UploadCard, upload, status=201 if is_new else 200)


class UploadView(ApiView):
    needs = {"GET": (P.UPLOAD_READ,)}

    @operation("readUpload", "What is known of a file", gives={200: ONE_UPLOAD}, refuses=(Code.NOT_FOUND, Code.ERASED))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(UploadCard, access.upload(actor_of(request), pk))


class UploadContentView(ApiView):
    needs = {"GET": (P.UPLOAD_READ,)}
    allowance = allowance.PIECES
    content_negotiation_class = TakeAny

    @operation(
        "downloadUpload", "Download a file, whole or a part of it",
        gives={
            200: Content(BINARY, says="The whole file.", media_type="*/*"),
            206: Content(BINARY, media_type="*/*"),
            304: Content(None),
        },
        headers=[
            header_in("Range", "One range of bytes, as `bytes=0-1023`; anything else gets the whole."),
            header_in("If-None-Match", "An ETag from before: 304 when the file is that one."),
            header_out("ETag", "The SHA-256 of the whole file.", 200, 206, 304),
            header_out("Content-Range", "Which bytes of how many.", 206),
        ],
        refuses=(Code.NOT_FOUND, Code.ERASED, Code.EXPIRED, Code.RANGE_NOT_THERE, Code.OBJECT_DAMAGED,
                 Code.STORAGE_DOWN),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        return download(request._request, access.upload(actor_of(request), pk))
