"""How an operation describes itself for the OpenAPI document: what it takes, what it gives, how it refuses.

Said once, next to the code it tells of; the contract tests hold every answer against it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse, extend_schema
from rest_framework import serializers

from clinic.api.fields import Input, Output, Query
from clinic.errors import MEANINGS, Code
from clinic.views.errors import PROBLEM_TYPE

F = TypeVar("F", bound=Callable[..., Any])
JSON = "application/json"
CODES = [code.value for code in Code]

_ALWAYS = (Code.SIGN_IN_NEEDED, Code.NOT_ACCEPTABLE, Code.UNEXPECTED, Code.DATABASE_DOWN, Code.AUDIT_DOWN)
_SIGNED_IN = (Code.NOT_ALLOWED, Code.SECOND_FACTOR_NEEDED, Code.TOO_MANY)
_WITH_BODY = (Code.INVALID, Code.TOO_DEEP, Code.TOO_LARGE, Code.MEDIA_TYPE_NOT_TAKEN)


class Problem(Output):
    """What every refusal looks like (RFC 9457)."""

    type = serializers.CharField(help_text="Where the code is explained.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.ChoiceField(choices=CODES, help_text="Stable: decide by this one.")
    detail = serializers.CharField()
    what_to_do = serializers.CharField()
    request_id = serializers.CharField(help_text="Name it when asking for help.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="By name of the field."
    )


@dataclass(frozen=True)
class Content:
    """A body and an example of it. `kind` may also be a JSON schema, for what is not JSON."""

    kind: type[Output] | serializers.BaseSerializer[Any] | dict[str, Any] | None
    example: Any = None
    says: str = ""
    media_type: str = JSON

    def examples(self) -> list[OpenApiExample]:
        return [OpenApiExample("example", value=self.example)] if self.example is not None else []


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="Any text of your own. The same request sent again with the same key has its effect once and is "
    "answered with what the first one made; another request with that key is refused.",
    examples=[OpenApiExample("example", value="e6c1d2f0-open-case", parameter_only=("Idempotency-Key", "header"))],
)


def header_in(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=says)


def header_out(name: str, says: str, *statuses: int) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=says, response=list(statuses))


def operation(
    name: str,
    summary: str,
    *,
    gives: Mapping[int, Content],
    takes: Content | tuple[Content, ...] = (),
    query: type[Query] | None = None,
    refuses: Iterable[Code] = (),
    headers: Iterable[OpenApiParameter] = (),
    says: str = "",
    is_public: bool = False,
) -> Callable[[F], F]:
    bodies = takes if isinstance(takes, tuple) else (takes,)
    takes_key = IDEMPOTENCY_KEY in headers
    codes = {*_ALWAYS, *refuses, *(() if is_public else _SIGNED_IN), *_implied(bodies, query)}

    def describe(method: F) -> F:
        about_key = (_KEY_CODES[takes_key],) if method.__name__ == "post" else ()
        described: F = extend_schema(
            operation_id=name,
            summary=summary,
            description=says or None,
            request={body.media_type: OpenApiRequest(body.kind, examples=body.examples()) for body in bodies} or None,
            responses={**_answers(gives), **_refusals({*codes, *about_key})},
            parameters=[*([query] if query else []), *headers],
            auth=[] if is_public else None,
        )(method)
        described.takes_idempotency_key = takes_key  # type: ignore[attr-defined]
        return described

    return describe


_KEY_CODES = {True: Code.KEY_REUSED, False: Code.KEY_NOT_TAKEN}


def _implied(bodies: tuple[Content, ...], query: type[Query] | None) -> tuple[Code, ...]:
    changing = (Code.NOT_FROM_HERE, *_WITH_BODY) if bodies else ()
    return (*changing, Code.INVALID) if query else changing


def _answers(gives: Mapping[int, Content]) -> dict[Any, Any]:
    return {
        (status, content.media_type): OpenApiResponse(
            content.kind, description=content.says or _SAYS[status], examples=content.examples()
        )
        for status, content in gives.items()
    }


_SAYS = {200: "Here it is.", 201: "Made.", 204: "Done.", 206: "The part that was asked for.", 304: "Nothing new."}


def _refusals(codes: set[Code]) -> dict[Any, Any]:
    by_status: dict[int, list[Code]] = {}
    for code in sorted(codes):
        by_status.setdefault(MEANINGS[code].status, []).append(code)
    return {
        (status, PROBLEM_TYPE): OpenApiResponse(
            Problem,
            description="; ".join(code.value for code in found),
            examples=[OpenApiExample(code.value, value=example_of(code)) for code in found],
        )
        for status, found in sorted(by_status.items())
    }


def example_of(code: Code) -> dict[str, Any]:
    meaning = MEANINGS[code]
    told: dict[str, Any] = {
        "type": f"/api/problems/{code.value}",
        "title": str(meaning.sentence),
        "status": meaning.status,
        "code": code.value,
        "detail": str(meaning.sentence),
        "what_to_do": str(meaning.what_to_do),
        "request_id": "3f9a1c5be07d42f1",
    }
    return told | ({"errors": {"question": ["This field is required."]}} if code == Code.INVALID else {})


@cache
def page_of(kind: type[Output]) -> type[Output]:
    fields = {
        "results": kind(many=True),
        "next_cursor": serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page."),
        "__doc__": f"A page of {kind.__name__}.",
    }
    return type(f"{kind.__name__}Page", (Output,), fields)


def a_page(*rows: Any) -> dict[str, Any]:
    return {"results": list(rows), "next_cursor": None}


ABOUT_TAG = "About"
TAGS = {
    "Cases": "Clinical questions, and what hangs on them: notes, consents, their story.",
    "Searching": "Texts by their words and by what they mean, and searches one keeps.",
    "Patients": "Whom the cases are about.",
    "Uploads": "Files, whole or in pieces.",
    "Runs": "Work of the engines, and what they answered.",
    "Reviews": "What waits for a person, what she decides, and how readers agree.",
    "Engines": "Who answers, who waits beside, and changes that two persons make.",
    "Incidents": "Engines stopped, what went wrong, what was done about it, and what has moved.",
    "Emergencies": "One case of another site, for half an hour, and whether that was right.",
    "Reports": "What is signed: drafts, versions, and whether they still hold.",
    "Learning": "What engines learned from, by number and codes.",
    "Keys and tokens": "What programs sign in with.",
    "People": "Oneself, colleagues, and what one is told.",
    "Audit": "What happened, who looked, and how it is proved. For auditors.",
    "Classic": "Short addresses for older clients, below /api/classic/.",
    ABOUT_TAG: "This description, and the codes of refusals.",
}


def group(part: str, name: str, says: str) -> None:
    """A capability's own group: everything below /api/v1/<part>/."""
    about = TAGS.pop(ABOUT_TAG)
    TAGS.update({name: says, ABOUT_TAG: about})
    _OF_CAPABILITIES[part] = name


_OF_CAPABILITIES: dict[str, str] = {}
_TAG_OF = {
    "cases": "Cases", "patients": "Patients", "uploads": "Uploads", "runs": "Runs", "keys": "Keys and tokens",
    "tokens": "Keys and tokens", "me": "People", "people": "People", "notifications": "People", "audit": "Audit",
    "learning": "Learning", "reviews": "Reviews", "review": "Reviews", "corrections": "Learning",
    "engines": "Engines", "proposals": "Engines", "conflicts": "Cases",
    "searches": "Searching", "saved-searches": "Searching",
    "handovers": "Cases", "cosignatures": "Reports",
}  # fmt: skip


class Description(AutoSchema):
    """What our way of writing views lets the generator know."""

    def get_description(self) -> str:  # type: ignore[override]
        return ""  # what the operation says itself; a docstring is for those who read the code

    def get_tags(self) -> list[str]:
        parts = self.path.removeprefix("/api/").removeprefix("v1/").strip("/").split("/")
        if parts[0] == "classic":
            return ["Classic"]
        if parts[0] == "engines":
            return ["Engines"]
        if parts[0] == "emergencies":
            return ["Emergencies"]
        if parts[0] in ("stops", "incidents", "drift"):
            return ["Incidents"]
        if {"report", "reports"} & set(parts):
            return ["Reports"]
        if parts[0] == "learning":
            return ["Learning"]
        own = _OF_CAPABILITIES.get(parts[0])
        return [own or _TAG_OF.get(parts[-1]) or _TAG_OF.get(parts[0], ABOUT_TAG)]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        return {**schema, "additionalProperties": False} if isinstance(serializer, Input) else schema

    def _get_request_body(self, direction: Any = "request") -> Any:
        body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        holds_file = body is not None and not set(body["content"]) & {JSON}
        return {**body, "required": True} if holds_file else body


def without_marks(result: Any, **_: Any) -> Any:
    """Takes out what the generator noted for itself."""
    if isinstance(result, dict):
        return {name: without_marks(inner) for name, inner in result.items() if name != "x-spec-enum-id"}
    return [without_marks(inner) for inner in result] if isinstance(result, list) else result


BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
