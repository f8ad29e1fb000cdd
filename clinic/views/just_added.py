"""Which files of a case are chosen already on a page that takes them further: what came during this visit, and what the
person had ticked before the list was fetched anew. What lay in the case before is hers to choose."""

import time

from django.http import HttpRequest

from clinic.models import Upload


def began(request: HttpRequest) -> str:
    """When this visit of the page began: seconds, handed on by the list as it fetches itself anew."""
    told = request.GET.get("since", "")
    return told if told.isdecimal() and len(told) < 12 else str(int(time.time()))


def is_ticked(request: HttpRequest, upload: Upload) -> bool:
    was_ticked = str(upload.pk) in request.GET.getlist("upload")
    return was_ticked or ("since" in request.GET and upload.added_at.timestamp() >= int(began(request)))
