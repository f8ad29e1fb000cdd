"""Reading pages in tests: what a person would see, without the frame around it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import Case, Entry, EntryKind, Note
from tests.make import Person

HTMX = {"HTTP_HX_REQUEST": "true"}


def text_of(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def links(response: Any, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', response.content.decode())
    return unescape(found[1]) if found else ""


def references(response: Any) -> list[str]:
    """The cases of a list, in its order."""
    return re.findall(r'<span class="sub">(C-\d+) ·', response.content.decode())


def queries_of(ask: Callable[[], Any]) -> int:
    """How often the database is asked. A session is saved at most once a second, so that is left out."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len([query for query in asked if "django_session" not in query["sql"] and "SAVEPOINT" not in query["sql"]])


def fill_story(by: Person, case: Case, lines: int) -> None:
    """Many notes at once: what matters is how many lines there are, not how they came."""
    with by.at_work():
        notes = [Note(site_id=case.site_id, case=case, author=by.user, body=f"Line {n}.") for n in range(lines)]
        Note.objects.bulk_create(notes)
        Entry.objects.bulk_create(
            Entry(site_id=case.site_id, case=case, kind=EntryKind.NOTE, actor=by.user, subject_id=note.pk, at=note.at)
            for note in notes
        )
