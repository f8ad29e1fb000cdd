"""WADO-RS: whole files, headers, frames, and a picture any browser shows."""

from collections.abc import Iterable, Iterator

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from clinic import sealing
from clinic.api.base import actor_of
from clinic.errors import Code, Refusal
from clinic.storage.keys import DataKey
from clinic.uploads import StoredUpload, store
from radiology.api.dicomweb.base import PRIVATE, READS, DicomWebView, accepted, as_json, root_of
from radiology.dicom import shelf
from radiology.dicom.web_answers import DICOM_TYPE, JSON_TYPE, BadRequest, several
from radiology.inference.dicom_parts import frames_bounded
from radiology.inference.film import Unreadable
from radiology.models import DicomObject
from radiology.views.pictures import opened, picture_of

OCTETS = "application/octet-stream"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}
RENDERED_SIDE = 2048


class FilesView(DicomWebView):
    """A study, a series, a film: each as the files that were kept."""

    needs = {"GET": READS}

    def get(self, request: Request, **uids: str) -> HttpResponseBase:
        kinds = (f"multipart:{DICOM_TYPE}", *((DICOM_TYPE,) if "instance" in uids else ()))
        kind = accepted(request, *kinds)
        rows = shelf.fetched(actor_of(request), **uids)
        if kind == DICOM_TYPE:
            return StreamingHttpResponse(_file(*_place(rows[0])), content_type=DICOM_TYPE, headers=PRIVATE)
        parts = several(_files(rows))
        return StreamingHttpResponse(parts.body, content_type=parts.content_type, headers=PRIVATE)


def _files(rows: list[DicomObject]) -> Iterable[Iterable[bytes]]:
    """Keys are got now: when the answer is written nobody stands in the site any more."""
    places = [_place(row) for row in rows]
    return (_file(*place) for place in places)


def _place(row: DicomObject) -> tuple[str, DataKey, str]:
    upload = row.film.upload
    return upload.object_name, sealing.data_key(row.film.case.patient_id), upload.sha256


def _file(name: str, key: DataKey, sha256: str) -> Iterator[bytes]:
    with store().open(name, key=key, sha256=sha256) as reader:
        yield from reader.chunks()


class MetadataView(DicomWebView):
    needs = {"GET": READS}

    def get(self, request: Request, **uids: str) -> HttpResponse:
        accepted(request, JSON_TYPE, "application/json")
        rows = shelf.fetched(actor_of(request), **uids)
        return as_json([_metadata(row, root_of(request)) for row in rows])


def _metadata(row: DicomObject, root: str) -> dict[str, object]:
    address = shelf.address(root, row.study, row.series, row.instance)
    frames = {"vr": "OW", "BulkDataURI": f"{address}/frames/1"}
    syntax = {"vr": "UI", "Value": [EXPLICIT_LITTLE_ENDIAN]}  # AvailableTransferSyntaxUID: how frames are given
    return {**row.header, "00083002": syntax, "7FE00010": frames}


class RenderedView(DicomWebView):
    needs = {"GET": READS}

    def get(self, request: Request, **uids: str) -> HttpResponse:
        kind = accepted(request, *PICTURES)
        [row, *_] = shelf.fetched(actor_of(request), **uids)
        return HttpResponse(picture_of(opened(row.film), RENDERED_SIDE, PICTURES[kind]), content_type=kind,
                            headers=PRIVATE)  # fmt: skip


class FramesView(DicomWebView):
    needs = {"GET": READS}

    def get(self, request: Request, numbers: str, **uids: str) -> HttpResponseBase:
        accepted(request, f"multipart:{OCTETS}")
        wanted = _numbers(numbers)
        [row, *_] = shelf.fetched(actor_of(request), **uids)
        try:
            frames = frames_bounded(StoredUpload(row.film.upload), wanted)
        except Unreadable as why:
            raise Refusal(Code.NO_PICTURE, facts={"problem": why.code}) from None
        parts = several([[frame] for frame in frames], part_type=OCTETS, syntax=EXPLICIT_LITTLE_ENDIAN)
        return StreamingHttpResponse(parts.body, content_type=parts.content_type, headers=PRIVATE)


def _numbers(said: str) -> list[int]:
    pieces = said.split(",")
    if len(pieces) > 100 or not all(piece.isdigit() and 0 < int(piece) < 10_000 for piece in pieces):
        raise BadRequest("frames are numbers from 1 on, separated by commas")
    return [int(piece) for piece in pieces]
