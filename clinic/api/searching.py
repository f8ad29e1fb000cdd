"""Searching through texts, for programs: the same question, the same index and the same bounds as on the page."""

import base64
import json
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, sealing, searching
from clinic.actions import searching as acts
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.serializers.searching import (
    AskedSearchCard,
    FoundTexts,
    SavedSearchCard,
    SavedSearchWish,
    TextSearchWish,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.models import AskedSearch, SavedSearch
from clinic.searching import Filters
from clinic.views.keyset import Section

ONE_ASKED = Content(AskedSearchCard, examples.ASKED_SEARCH)


class SearchesView(ApiView):
    needs = {"POST": (P.CASE_VIEW,)}

    @operation(
        "askSearch", "Search through documents, transcripts, notes and reports", refuses=(Code.NOT_FOUND,),
        takes=Content(TextSearchWish, examples.SEARCH_WISH), gives={201: ONE_ASKED},
        says="Within what the key may read, of cases of the site. What was asked is kept for a day, sealed, for "
        "whoever asked alone: read it with GET /api/v1/searches/{id}.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, TextSearchWish)
        row = acts.ask(by=by, query=wish["query"], filters=_filters(by, wish))
        return shown(AskedSearchCard, row, status=201)


class SearchView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "readSearch", "What was found, the best first", query=PageQuery, refuses=(Code.NOT_FOUND, Code.ERASED),
        gives={200: Content(FoundTexts, examples.FOUND)},
        says="By words at once; a worker says what is meant. Later pages keep to what the first one was found by. "
        "A cursor whose place is gone is refused: begin again.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by, query = actor_of(request), asked(request, PageQuery)
        row = access.asked_search(by, pk)
        return shown(FoundTexts, _found(by, row, query))


class SavedSearchesView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "POST": (P.CASE_VIEW,)}

    @operation(
        "listSavedSearches", "Searches of your own that you keep, the latest first", query=PageQuery,
        gives={200: Content(page_of(SavedSearchCard), a_page(examples.SAVED_SEARCH))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = SavedSearch.objects.visible_to(actor_of(request))
        return page(SavedSearchCard, cut([Section(rows, ("-saved_at", "-id"))], asked(request, PageQuery)))

    @operation(
        "saveSearch", "Keep a search under a name", refuses=(Code.NOT_FOUND, Code.ALREADY_EXISTS),
        takes=Content(SavedSearchWish, examples.NEW_SAVED_SEARCH),
        gives={201: Content(SavedSearchCard, examples.SAVED_SEARCH)}, says="Only you see it.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, SavedSearchWish)
        row = acts.keep(by=by, name=wish["name"], query=wish["query"], filters=_filters(by, wish))
        return shown(SavedSearchCard, row, status=201)


class SavedSearchView(ApiView):
    needs = {"POST": (P.CASE_VIEW,), "DELETE": (P.CASE_VIEW,)}

    @operation(
        "askSavedSearch", "Ask a search again that you keep", gives={201: ONE_ASKED},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        saved = access.saved_search(by, pk)
        row = acts.ask(by=by, query=str(saved.query), filters=saved.filters)
        return shown(AskedSearchCard, row, status=201)

    @operation(
        "removeSavedSearch", "Keep a search no longer", gives={204: Content(None)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def delete(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        acts.remove(by=by, saved=access.saved_search(by, pk))
        return Response(status=204)


def _filters(by: Actor, wish: dict[str, Any]) -> dict[str, Any]:
    """As they are stored: what narrows nothing is left out. Somebody of another site is not there."""
    told_of = dict(wish.get("filters") or {})
    if "reviewer" in told_of:
        told_of["reviewer"] = str(access.colleague(by, told_of["reviewer"]).pk)
    return told_of


@dataclass(frozen=True)
class _Place:
    """After which passage a page begins, and whether the page before it knew what is meant."""

    by_meaning: bool
    passage: UUID

    def __str__(self) -> str:
        text = json.dumps([int(self.by_meaning), str(self.passage)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        try:
            by_meaning, passage = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(bool(by_meaning), UUID(str(passage)))
        except (ValueError, TypeError, RecursionError) as e:
            raise _no_cursor() from e


def _no_cursor() -> Refusal:
    return Refusal(Code.INVALID, fields={"cursor": [_("Not a cursor of this list.")]})


def _found(by: Actor, row: AskedSearch, query: dict[str, Any]) -> dict[str, Any]:
    place = _Place.read(query["cursor"]) if "cursor" in query else None
    meaning = row.meaning if place is None or place.by_meaning else None
    ranking = searching.ranked(by, str(row.query), Filters.of(row.filters), meaning)
    rest = _after(ranking.passages, place)
    now = rest[: query["page_size"]]
    hits = searching.hits(by, ranking, now, str(row.query))
    access.case_list(by, list({hit.case.pk: hit.case for hit in hits}.values()))
    sealing.warm(hit.case.patient_id for hit in hits)
    has_more = len(rest) > len(now)
    return {
        "search": row, "results": hits, "by_meaning": meaning is not None, "is_under_way": searching.waits(row),
        "next_cursor": str(_Place(meaning is not None, now[-1])) if has_more else None,
    }  # fmt: skip


def _after(passages: tuple[UUID, ...], place: _Place | None) -> tuple[UUID, ...]:
    if place is None:
        return passages
    if place.passage not in passages:
        raise _no_cursor()
    return passages[passages.index(place.passage) + 1 :]
