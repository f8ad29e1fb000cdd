"""How a place is shown in a file that neither plain decoding nor a browser can show by itself.

Text, pictures and sound need nothing of this. A capability that gets text out of a document, or pictures of pages and
films, registers from its `apps.py` where they come from, in dotted strings as everything it registers.
"""

from dataclasses import dataclass

from django.utils.module_loading import import_string

from clinic.models import Upload


@dataclass(frozen=True, kw_only=True)
class SourceView:
    """Of one content type. Both are asked by pages, so they look up what a run has found and parse nothing."""

    text: str = ""  # 'app.sources:text' (Upload) -> the text that spans are counted in, or None where there is none
    picture: str = ""  # 'app.sources:picture' (Upload, page) -> the address of a picture of that page, or ""


_views: dict[str, SourceView] = {}


def register(content_type: str, view: SourceView) -> None:
    _views[content_type] = view


def text_in(upload: Upload) -> str | None:
    view = _views.get(upload.content_type)
    found: str | None = _load(view.text)(upload) if view and view.text else None
    return found


def picture_of(upload: Upload, page: int) -> str:
    view = _views.get(upload.content_type)
    return str(_load(view.picture)(upload, page)) if view and view.picture else ""


def _load(dotted: str):  # type: ignore[no-untyped-def]
    return import_string(dotted.replace(":", "."))
