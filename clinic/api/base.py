"""What every address of the API has in common: a door, a permission per method, an allowance, strict reading."""

import json
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ListSerializer
from rest_framework.views import APIView

from clinic.actions import allowance, idempotency
from clinic.actions.allowance import Allowance
from clinic.api.fields import Input, Output, Query
from clinic.api.paging import Page
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import SIGNED_IN, Door
from clinic.errors import Code, Refusal
from clinic.identity import Identity

SAFE = ("GET", "HEAD")
IDEMPOTENCY_KEY = "Idempotency-Key"
Needs = dict[str, tuple[Permission | frozenset[Permission], ...]]


class ApiView(APIView):
    """A method that `needs` does not name is closed."""

    door: ClassVar[Door] = SIGNED_IN
    needs: ClassVar[Needs] = {}
    allowance: ClassVar[Allowance] = allowance.REQUESTS
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    metadata_class = None

    def check_permissions(self, request: Request) -> None:
        """What is refused counts too: somebody trying doors is stopped like somebody in a hurry."""
        if actor_of(request).is_known and is_counted(request):
            allowance.take(by=actor_of(request), of=self.allowance)
        super().check_permissions(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._check_key_is_taken(request)

    def _check_key_is_taken(self, request: Request) -> None:
        """A key that would be passed over in silence is refused: who sends one relies on it."""
        if request.method != "POST" or IDEMPOTENCY_KEY not in request.headers:
            return
        handler = getattr(self, "post", None)
        if handler is not None and not getattr(handler, "takes_idempotency_key", False):
            raise Refusal(Code.KEY_NOT_TAKEN)


class TakeAny(BaseContentNegotiation):
    """For what has one form only, whatever a browser asks for."""

    def select_parser(self, request, parsers):  # type: ignore[no-untyped-def]
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):  # type: ignore[no-untyped-def]
        return renderers[0], renderers[0].media_type


def is_counted(request: Request) -> bool:
    """A clinician at her browser may always look, however much she has asked for."""
    return identity_of(request).by_header or request.method not in SAFE


def identity_of(request: Request) -> Identity:
    plain: Any = request._request
    identity: Identity = plain.identity
    return identity


def actor_of(request: Request) -> Actor:
    return identity_of(request).actor


def asked(request: Request, kind: type[Query]) -> dict[str, Any]:
    """The query as its description has it. One value per name, unless the name is of a list."""
    form = kind()
    lists = {name for name, field in form.fields.items() if hasattr(field, "child")}
    plain: dict[str, Any] = {}
    for name, values in request.query_params.lists():
        if len(values) > 1 and name not in lists:
            raise Refusal(Code.INVALID, fields={name[:60]: [_("Given more than once.")]})
        plain[name] = values if name in lists else values[0]
    return checked(kind, plain)


def told(request: Request, kind: type[Input], *, partial: bool = False) -> dict[str, Any]:
    return checked(kind, request.data, partial=partial)


def checked(kind: type[Input], data: Any, *, partial: bool = False) -> dict[str, Any]:
    form = kind(data=data, partial=partial)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def shown(kind: type[Output], thing: Any, *, status: int = 200, headers: dict[str, str] | None = None,
          **context: Any) -> Response:  # fmt: skip
    """`context`: what a card must know of whom it is shown to."""
    return Response(kind(thing, context=context).data, status=status, headers=headers)


def page(kind: type[Output], cut: Page, **context: Any) -> Response:
    results = ListSerializer(cut.rows, child=kind(), context=context).data
    return Response({"results": results, "next_cursor": cut.next_cursor})


def once(request: Request, make: Callable[[], UUID], *, said: Any = None) -> tuple[UUID, bool]:
    """In one transaction; with an Idempotency-Key in one only, however often it is sent. `said`: what the request says
    where that is not JSON, or nothing."""
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if not key:
        with transaction.atomic():
            return make(), True
    if not (len(key) <= 100 and key.isascii() and key.isprintable()):
        raise Refusal(Code.INVALID, fields={IDEMPOTENCY_KEY: [_("At most 100 printable ASCII characters.")]})
    whole = f"{request.method} {request.path}\n{canonical(request.data if said is None else said)}"
    return idempotency.once(by=actor_of(request), key=key, request=whole.encode(), make=make)


def canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"))
