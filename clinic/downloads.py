"""Stored files on their way out: whole or a part, decrypted piece by piece, never as something a browser would run."""

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from clinic import sealing
from clinic.errors import Code, Refusal
from clinic.models import IncidentPack, PackForm, Upload
from clinic.storage.reading import ObjectReader
from clinic.uploads import open_upload, store

PACK_TYPES = {PackForm.PDF.value: "application/pdf", PackForm.JSON.value: "application/json"}
_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class _Part:
    """Closed with the response, also when nobody has read from it."""

    def __init__(self, reader: ObjectReader, start: int, stop: int) -> None:
        self._reader, self._start, self._stop = reader, start, stop

    def __iter__(self) -> Iterator[bytes]:
        return self._reader.chunks(self._start, self._stop)

    def close(self) -> None:
        self._reader.close()


def download(request: HttpRequest, upload: Upload) -> HttpResponseBase:
    tag = f'"{upload.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    asked = request.headers.get("Range", "")
    part = range_of(asked, upload.size) if request.headers.get("If-Range", tag) == tag else None
    start, stop = part or (0, upload.size)
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Disposition": content_disposition_header(True, _harmless(upload.name)) or "attachment",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        **({"Content-Range": f"bytes {start}-{stop - 1}/{upload.size}"} if part else {}),
    }
    named = {"status": 206 if part else 200, "content_type": upload.content_type, "headers": headers}
    if request.method == "HEAD":
        return HttpResponse(**named)
    return StreamingHttpResponse(_Part(open_upload(upload), start, stop), **named)


def download_pack(pack: IncidentPack) -> HttpResponseBase:
    """One file in two forms, named after its incident."""
    name = f"{pack.incident.reference}-{pack.at:%Y%m%d-%H%M%S}.{pack.form}"
    reader = store().open(pack.object_name, key=sealing.data_key(pack.site_id), sha256=pack.sha256)
    headers = {
        "Content-Length": str(pack.size),
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    part = _Part(reader, 0, pack.size)
    return StreamingHttpResponse(part, content_type=PACK_TYPES[pack.form], headers=headers)


def range_of(asked: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last. None: the whole, as for anything but one range of bytes."""
    found = _ONE_RANGE.fullmatch(asked.strip())
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if first and last and int(last) < start:
        return None
    if start >= size:
        raise Refusal(Code.RANGE_NOT_THERE, facts={"size": size})
    return start, stop


def _harmless(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:200]
