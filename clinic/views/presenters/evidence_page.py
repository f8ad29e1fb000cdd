"""The page that opens a place: the words marked in their text, a box over a picture, a moment of a recording."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from clinic.evidence import AudioTime, Box, Evidence, PageBox, TextSpan
from clinic.models import UploadKind
from clinic.source_views import picture_of
from clinic.sources import Source, State
from clinic.templatetags.figures import share
from clinic.views.presenters.evidence_links import BROKEN, clock, where
from clinic.views.presenters.upload_page import SHOWN_IN_PLACE

AROUND_CHARS = 20_000


@dataclass(frozen=True)
class Marked:
    """A text around one place in it."""

    before: str
    marked: str
    after: str
    is_cut: bool


def page_of(source: Source, evidence: Evidence) -> dict[str, Any]:
    upload, state = source.upload, source.look(evidence)
    told: dict[str, Any] = {
        "upload": upload, "case": upload.case, "where": where(evidence, source), "evidence": evidence,
        "is_broken": state != State.FITS, "reason": BROKEN.get(state, ""),
    }  # fmt: skip
    return told if told["is_broken"] else told | _place(source, evidence)


def _place(source: Source, evidence: Evidence) -> dict[str, Any]:
    match evidence:
        case TextSpan() if source.text is not None:
            return {"shows": "text", "marked": _marked(source.text, evidence)}
        case AudioTime() if source.upload.kind == UploadKind.AUDIO:
            return {"shows": "audio", "audio": _audio(source, evidence)}
        case Box():
            return {"shows": "box", "box": _box(evidence), "picture": _picture(source, evidence)}
    return {"shows": "nothing"}


def _marked(text: str, span: TextSpan) -> Marked:
    first, last = max(0, span.start - AROUND_CHARS), min(len(text), span.end + AROUND_CHARS)
    is_cut = first > 0 or last < len(text)
    return Marked(text[first : span.start], text[span.start : span.end], text[span.end : last], is_cut)


def _audio(source: Source, moment: AudioTime) -> dict[str, Any]:
    """The fragment of the address lets a browser begin at the moment without any script."""
    content = reverse("upload_content", args=[source.upload.pk])
    return {"url": f"{content}#t={moment.start_s:g},{moment.end_s:g}", "start": f"{moment.start_s:g}",
            "end": f"{moment.end_s:g}", "words": f"{clock(moment.start_s)}–{clock(moment.end_s)}"}  # fmt: skip


def _box(box: Box) -> dict[str, str]:
    """In per cent of what it lies on: SVG knows no decimal comma."""
    return {"x": share(box.left), "y": share(box.top), "width": share(box.width), "height": share(box.height)}


def _picture(source: Source, box: Box) -> str:
    """Empty where nobody can make one of this file yet: then the box is drawn on an empty sheet."""
    if source.upload.content_type in SHOWN_IN_PLACE:
        return reverse("upload_content", args=[source.upload.pk])
    return picture_of(source.upload, box.page if isinstance(box, PageBox) else 1)
