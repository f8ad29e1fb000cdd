"""A page of a document as a picture to look at: what the reader of scans has seen, so that boxes lie where words are.
Runs in a bounded child; what comes out is drawn anew, nothing of the file itself."""

import io
from typing import Any, BinaryIO

from PIL import Image

from clinic.inference import child
from clinic.inference.documents import paged_pictures, pdf_pages
from clinic.inference.documents.document import Unreadable

PICTURES = {"pdf": pdf_pages.picture, "image": paged_pictures.picture}
LONGEST_SIDE = 1600
QUALITY = 70


def draw_in_child(payload: BinaryIO, *, source: str, number: int) -> dict[str, Any]:
    try:
        return {"jpeg": drawn(payload.read(), source, number)}
    except Unreadable as why:
        raise child.Refused(why.code) from None
    except (EOFError, IndexError):
        raise child.Refused("no_such_page") from None


def drawn(data: bytes, source: str, number: int) -> bytes:
    image, out = Image.fromarray(PICTURES[source](data, number)), io.BytesIO()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
