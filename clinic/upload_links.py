"""What capabilities made of an upload: its document, its facts. The core links to them and knows none of them.

A capability registers from its `apps.py` which rows it keeps of uploads; they are looked up in the question that gets
the uploads of a page, so that a page asks no more often for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from clinic.authorization.actor import Actor
from clinic.models import Upload


@dataclass(frozen=True)
class Kept:
    """`rows`: 'app.links:of' (Actor) -> what this person may see, each row with its `upload`."""

    rows: str
    url_name: str  # of the page of one row
    words: str | Promise


@dataclass(frozen=True)
class UploadLink:
    url: str
    words: str | Promise


_kept: list[Kept] = []


def register(kept: Kept) -> None:
    _kept.append(kept)


def with_links(uploads: QuerySet[Upload], by: Actor) -> QuerySet[Upload]:
    for kept in _kept:
        rows = import_string(kept.rows.replace(":", "."))(by).filter(upload=OuterRef("pk")).order_by()
        uploads = uploads.annotate(**{_column(kept): Subquery(rows.values("pk")[:1])})
    return uploads


def links_of(upload: Upload) -> Iterator[UploadLink]:
    """Of an upload that was fetched `with_links`."""
    for kept in _kept:
        if pk := getattr(upload, _column(kept), None):
            yield UploadLink(reverse(kept.url_name, args=[pk]), kept.words)


def _column(kept: Kept) -> str:
    return f"kept_{kept.url_name}"
