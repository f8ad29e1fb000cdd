"""The page of one stored file: what is known of it, and which runs looked at it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import speech
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.colleagues import names
from clinic.models import CaseState, Run, Upload, UploadKind
from clinic.sealed_words import said
from clinic.templatetags.figures import file_size
from clinic.views.presenters.case_rows import UPLOAD_ICONS

SHOWN_IN_PLACE = frozenset({"image/png", "image/jpeg", "image/webp"})  # pictures every browser draws by itself
MOST_RUNS = 20


def page_of(actor: Actor, upload: Upload) -> dict[str, Any]:
    kind = UploadKind(upload.kind)
    runs = Run.objects.visible_to(actor).filter(inputs__upload=upload).order_by("-requested_at")
    takes = upload.case.state != CaseState.CLOSED
    return {
        "upload": upload,
        "case": upload.case,
        "name": said(lambda: upload.name),
        "kind_words": kind.label,
        "icon_name": UPLOAD_ICONS[kind],
        "facts": _facts(actor, upload),
        "is_sound": kind == UploadKind.AUDIO,
        "heard": _heard(actor, upload) if kind == UploadKind.AUDIO else None,
        "is_picture": upload.content_type in SHOWN_IN_PLACE,
        "runs": list(runs[:MOST_RUNS]),
        "may_ask": takes and actor.can(Permission.RUN_REQUEST),
        "check_url": reverse("run_request", args=[upload.case_id]),
    }


def _heard(actor: Actor, upload: Upload) -> Run | None:
    """The newest run that made words of it, for those who may read them."""
    if not actor.can(Permission.RUN_VIEW):
        return None
    found = speech.result_of(upload.pk)
    return found.run if found else None


def _facts(actor: Actor, upload: Upload) -> list[dict[str, Any]]:
    by = names([upload.added_by_id])
    told = (
        (_("Kind"), UploadKind(upload.kind).label),
        (_("Type, by its content"), upload.content_type),
        (_("Size"), file_size(upload.size)),
        (_("Added by"), next(iter(by.values()), "Rounds")),
    )
    return [{"term": term, "value": value} for term, value in told]
