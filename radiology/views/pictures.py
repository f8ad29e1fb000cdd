"""The picture of a film for the viewer: its size and window, its pixels, and where the engine looked. Decoded in a
bounded child; the web process meets neither a codec nor a model."""

import io
from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.uploads import StoredUpload
from clinic.views.asked import Asked
from clinic.views.private import private
from radiology import access
from radiology.blindness import is_concealed
from radiology.inference import opening
from radiology.inference.film import Film as Picture
from radiology.inference.film import Unreadable
from radiology.inference.map_pictures import overlay_png
from radiology.inference.showing import frame_facts, shades
from radiology.inference.upright import upright
from radiology.models import Film
from radiology.telling import answer_for

PREVIEW_SIDE = 1024
_FRAME = (255, 176, 32)


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def film_frame(request: Asked, pk: UUID) -> JsonResponse:
    film = access.film(request.actor, pk)
    _demand_picture(film)
    return JsonResponse(_described(film))


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def film_pixels(request: Asked, pk: UUID) -> HttpResponse:
    picture = opened(access.film(request.actor, pk))
    return HttpResponse(picture.grey.astype("<u2").tobytes(), content_type="application/octet-stream")


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def film_map(request: Asked, pk: UUID) -> HttpResponse:
    """Only a map that has passed its test, and only for those who may see the answer."""
    film = access.film(request.actor, pk)
    if is_concealed(film, request.actor):
        raise Refusal(Code.READ_FIRST)
    answer = answer_for(request.actor, film)
    told = answer.map if answer else None
    if told is None or told.values is None or told.rows is None:
        raise Refusal(Code.NOT_FOUND)
    values = np.asarray(told.values, dtype=np.float32).reshape(told.rows, -1)
    return HttpResponse(overlay_png(values), content_type="image/png")


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def film_preview(request: Asked, pk: UUID) -> HttpResponse:
    """The film as it came, in shades a browser can show, with its place marked by whoever points into it."""
    film = access.film(request.actor, pk)
    return HttpResponse(preview_png(as_it_came(film), PREVIEW_SIDE), content_type="image/png")


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def film_text_picture(request: Asked, pk: UUID) -> HttpResponse:
    """The film as it came, with a frame around each place where there is writing."""
    film = access.film(request.actor, pk)
    return HttpResponse(marked_png(as_it_came(film), film.text_boxes, PREVIEW_SIDE), content_type="image/png")


def marked_png(picture: Picture, boxes: list[list[float]], side: int) -> bytes:
    shown = Image.open(io.BytesIO(preview_png(picture, side))).convert("RGB")
    pen, told = ImageDraw.Draw(shown), io.BytesIO()
    for top, left, bottom, right in boxes:
        pen.rectangle((left * shown.width, top * shown.height, right * shown.width, bottom * shown.height),
                      outline=_FRAME, width=3)  # fmt: skip
    shown.save(told, "PNG")
    return told.getvalue()


def preview_png(picture: Picture, side: int) -> bytes:
    return picture_of(picture, side, "PNG")


def picture_of(picture: Picture, side: int, form: str) -> bytes:
    """In shades that a browser can show; `form` is Pillow's name for the format."""
    small, told = Image.fromarray(shades(picture)), io.BytesIO()
    small.thumbnail((side, side))
    small.save(told, form)
    return told.getvalue()


def opened(film: Film) -> Picture:
    """As it stands upright."""
    return upright(as_it_came(film), film.quarter_turns, is_inverted=film.is_inverted)


def as_it_came(film: Film) -> Picture:
    _demand_picture(film)
    try:
        return opening.open_bounded(StoredUpload(film.upload))
    except Unreadable as why:
        raise Refusal(Code.NO_PICTURE, facts={"problem": why.code}) from None


def _demand_picture(film: Film) -> None:
    if not film.has_picture:
        raise Refusal(Code.NO_PICTURE)


def _described(film: Film) -> dict[str, Any]:
    """What was worked out when it was opened; of a film from before that, or being put upright, now."""
    facts = film.frame if film.is_open and film.frame else frame_facts(opened(film))
    whole = {"rows": film.rows, "columns": film.columns, "bits": film.bits, "quarter_turns": 0, "is_inverted": False}
    return whole | facts | {"pixels": reverse("film_pixels", args=[film.pk])}
