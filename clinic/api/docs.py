"""The description of the API, served from here: a document, a page to read and try it, the codes of refusals."""

from functools import lru_cache
from threading import Lock
from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.api import readable
from clinic.api.about import ABOUT
from clinic.api.base import ApiView, TakeAny, actor_of, shown
from clinic.api.describe import TAGS, Content, operation
from clinic.api.fields import Output
from clinic.doors import PUBLIC
from clinic.errors import MEANINGS, Code, Refusal


class ProblemCard(Output):
    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()
    what_to_do = serializers.CharField()


class ProblemList(Output):
    results = ProblemCard(many=True)


_EXAMPLE = {"code": "not_found", "status": 404, "title": "This does not exist, or it belongs to another site.",
            "what_to_do": "Check the address, or go back to the case list."}  # fmt: skip


class PublicView(ApiView):
    door = PUBLIC
    permission_classes = ()
    content_negotiation_class = TakeAny


class ProblemsView(PublicView):
    @operation(
        "listProblems", "Every code a refusal may have", gives={200: Content(ProblemList, {"results": [_EXAMPLE]})},
        is_public=True,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return shown(ProblemList, {"results": [_card(code) for code in Code]})


class ProblemView(PublicView):
    """Where the `type` of a problem leads."""

    @operation(
        "readProblem", "What a code means, and what to do", gives={200: Content(ProblemCard, _EXAMPLE)},
        refuses=(Code.NOT_FOUND,), is_public=True,
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        if code not in Code._value2member_map_:
            raise Refusal(Code.NOT_FOUND)
        return shown(ProblemCard, _card(Code(code)))


class DocumentView(ApiView):
    needs = {"GET": ()}
    content_negotiation_class = TakeAny

    @operation(
        "readDescription", "This description, as OpenAPI 3.1", gives={200: Content({"type": "object"})},
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(document(), content_type="application/json")


# The arrows of Swagger UI lie in its style sheet as data.
@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class DocsView(PublicView):
    """A person who is not signed in is shown the way, unlike a program."""

    @operation(
        "readDocs", "This description, as a page to read and try", is_public=True,
        gives={200: Content({"type": "string"}, media_type="text/html"), 302: Content(None, says="Sign in first.")},
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.user_id is None:
            return redirect_to_login(request.path, reverse("account_login"))
        context = {"about": readable.about(), "groups": readable.groups(document()), "user": access.oneself(actor)}
        return render(request._request, "api/docs.html", context)


_making = Lock()


def document() -> bytes:
    """Made once per process, and by one thread: the generator is not made for two at once."""
    with _making:
        return _document()


@lru_cache(maxsize=1)
def _document() -> bytes:
    """Always in English: codes and names are English too."""
    with translation.override("en"):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        schema["info"]["description"] = ABOUT
        schema["tags"] = [{"name": name, "description": says} for name, says in TAGS.items()]
        rendered: bytes = OpenApiJsonRenderer().render(schema)
    return rendered


def _card(code: Code) -> dict[str, object]:
    meaning = MEANINGS[code]
    return {"code": code.value, "status": meaning.status, "title": meaning.sentence, "what_to_do": meaning.what_to_do}
