"""The description is whole, valid and true to itself."""

import gzip
import re
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from clinic.api.fields import Flag, Query, Whole
from clinic.errors import MEANINGS, Code
from tests.contract.description import document, operations, problems_with

ALL = [pytest.param(path, method, told, id=told["operationId"]) for path, method, told in operations()]


def addresses(resolver: Any = None, prefix: str = "/") -> list[tuple[str, Any]]:
    found = []
    for each in (resolver or get_resolver()).url_patterns:
        here = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            found += addresses(each, here)
        elif isinstance(each, URLPattern):
            found.append((here, each.callback))
    return found


def test_description_is_valid_openapi() -> None:
    validate_schema(document())

    assert document()["openapi"].startswith("3.1")


def kinds_of_query(kind: type[Query] = Query) -> list[type[Query]]:
    return [kind, *(each for one in kind.__subclasses__() for each in kinds_of_query(one))]


def test_query_when_it_takes_a_number_or_a_flag_then_out_of_text() -> None:
    """What stands behind a question mark is text: a field that wants a number of JSON would refuse everybody."""
    document()

    assert [f"{kind.__name__}.{name}" for kind in kinds_of_query() for name, field in kind().fields.items()
            if isinstance(field, Whole | Flag)] == []  # fmt: skip


def test_generator_had_nothing_to_guess() -> None:
    document()

    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_every_address_and_method_under_api_is_described() -> None:
    in_code = set()
    for route, view in addresses():
        if route.startswith("/api/") and not route.startswith("/api/dicomweb/"):  # the standard describes that one
            path = route.replace("<uuid:pk>", "{id}").replace("<int:index>", "{index}").replace("<slug:code>", "{code}")
            path = path.replace("<str:key>", "{key}")
            in_code |= {
                (path, method) for method in ("get", "post", "put", "patch", "delete") if hasattr(view.cls, method)
            }
    described = {(path, method) for path, method, _told in operations()}

    assert len(in_code) > 40
    assert in_code - described == set()
    assert described - in_code == set()


def test_operations_have_names_of_their_own() -> None:
    names = [told["operationId"] for _path, _method, told in operations()]

    assert len(names) == len(set(names))


def bodies(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every body an operation takes or gives, with where it stands."""
    found = list(told.get("requestBody", {}).get("content", {}).items())
    for status, answer in told["responses"].items():
        found += [(f"{status} {kind}", content) for kind, content in answer.get("content", {}).items()]
    return found


@pytest.mark.parametrize(("path", "method", "told"), ALL)
def test_every_json_body_has_an_example_and_it_fits_its_schema(path: str, method: str, told: dict[str, Any]) -> None:
    for where, content in bodies(told):
        if "json" not in where or content["schema"] == {"type": "object"}:
            continue
        assert content.get("examples"), f"{path} {method} {where} has no example"
        for example in content["examples"].values():
            assert not problems_with(example["value"], content["schema"]), f"{path} {method} {where}"


@pytest.mark.parametrize(("path", "method", "told"), ALL)
def test_every_operation_says_how_it_refuses(path: str, method: str, told: dict[str, Any]) -> None:
    wanted = {"401", "406", "500", "503"}
    wanted |= {"403", "429"} if told.get("security") else set()
    wanted |= {"404"} if "{" in path else set()
    wanted |= {"400"} if any(each["in"] == "query" for each in told.get("parameters", []) if "in" in each) else set()
    wanted |= {"415"} if "requestBody" in told else set()

    assert wanted <= set(told["responses"])


def test_refusals_stand_under_their_own_status() -> None:
    for path, method, told in operations():
        for status, answer in told["responses"].items():
            for example in answer.get("content", {}).get("application/problem+json", {}).get("examples", {}).values():
                meaning = MEANINGS[Code(example["value"]["code"])]
                assert str(meaning.status) == status == str(example["value"]["status"]), (path, method)


def test_only_words_about_the_api_are_public() -> None:
    public = {path for path, _method, told in operations() if not told.get("security")}

    assert public == {"/api/docs/", "/api/problems", "/api/problems/{code}"}
    assert {scheme for each in document()["paths"]["/api/v1/cases"]["get"]["security"] for scheme in each} == set(
        document()["components"]["securitySchemes"]
    )


def test_every_post_either_takes_an_idempotency_key_or_says_that_it_refuses_one() -> None:
    taking = set()
    for path, method, told in operations():
        if method == "post":
            takes = any(each.get("name") == "Idempotency-Key" for each in told.get("parameters", []))
            codes = {
                code for answer in told["responses"].values() for code in answer.get("description", "").split("; ")
            }
            assert ("idempotency_key_reused" in codes) == takes, path
            assert ("idempotency_key_not_taken" in codes) != takes, path
            taking |= {told["operationId"]} if takes else set()

    assert taking == {"openCase", "createPatient", "writeNote", "recordConsent", "addUpload", "openUploadSession",
                      "requestRun", "replayRun", "issueKey", "beginRecording", "beginConsultFile",
                      "beginCoachingRecording"}  # fmt: skip


def test_every_operation_stands_in_a_group_with_a_name() -> None:
    groups: dict[str, set[str]] = {}
    for path, _method, told in operations():
        (tag,) = told["tags"]
        groups.setdefault(tag, set()).add(path)

    listed = [tag["name"] for tag in document()["tags"]]
    assert listed == [
        "Cases",
        "Searching",
        "Patients",
        "Uploads",
        "Runs",
        "Reviews",
        "Engines",
        "Incidents",
        "Emergencies",
        "Reports",
        "Learning",
        "Keys and tokens",
        "People",
        "Audit",
        "Classic",
        "Consults",
        "Films",
        "Documents",
        "Facts of documents",
        "Coaching",
        "About",
    ]
    assert set(groups) == set(listed)
    assert {"/api/v1/uploads/sessions", "/api/v1/cases/{id}/uploads"} <= groups["Uploads"]
    assert groups["About"] == {"/api/docs/", "/api/problems", "/api/problems/{code}", "/api/v1/openapi.json"}


@pytest.mark.django_db
def test_page_of_the_description_is_light_at_first(as_person: Any, clinician_a: Any) -> None:
    """It reads at once; Swagger UI is fetched when somebody asks to try."""
    client = as_person(clinician_a)
    page = client.get("/api/docs/").content.decode()
    first = set(re.findall(r'(?:<script[^>]* src|<link[^>]* href)="(/static/[^"]+)"', page))

    assert first
    assert not any("swagger" in address for address in first)
    assert re.findall(r'<h2 id="tag-[0-9]+">([^<]+)', page)[:3] == ["Cases", "Searching", "Patients"]
    assert 'href="/"' in page or 'href="/cases/"' in page  # the way back
    assert len(gzip.compress(page.encode())) < 60_000
