"""How the API says no: always problem+json, always a code, never a server error for what a client sends."""

import json
from typing import Any

import pytest

from clinic.api.fields import Flag, Id, Input, Moment, PastDay, Text, Whole
from clinic.api.parsers import MAX_BYTES, MAX_DEPTH
from clinic.errors import Code
from tests.contract.asking import Api

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"


def refused(answer: Any, status: int, code: str) -> None:
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["status"] == status
    assert answer.json()["request_id"] == answer["X-Request-Id"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v1/",
        "/api/",
        "/api/v2/cases",
        "/api/v1/cases/",
        "/api/v1/cases/12",
        "/api/v1/cases/not-an-id",
        f"/api/v1/cases/{NOWHERE.upper()}X",
        "/api/v1/runs/..%2Fcases",
        "/api/problems/nothing",
    ],
)
def test_unknown_address_is_a_problem(api_a: Api, path: str) -> None:
    refused(api_a.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "cases"),
        ("PUT", "cases"),
        ("OPTIONS", "cases"),
        ("PATCH", "me"),
        ("GET", "cases/search"),
        ("TRACE", "me"),
        ("DELETE", f"uploads/{NOWHERE}"),
        ("DELETE", f"cases/{NOWHERE}"),
        ("POST", "openapi.json"),
        ("GET", "tokens"),
    ],
)
def test_method_that_is_not_taken_is_a_problem(api_a: Api, method: str, path: str) -> None:
    answer = api_a(method, path)

    refused(answer, 405, "method_not_allowed")
    assert method not in answer["Allow"]


def test_answer_in_another_form_is_a_problem(api_a: Api) -> None:
    refused(api_a.get("cases", headers={"Accept": "text/csv"}), 406, "not_acceptable")
    assert api_a.get("cases", headers={"Accept": "text/html,*/*;q=0.8"}).status_code == 200
    assert api_a.get("cases?format=api").status_code == 400


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense", ""]
)
def test_body_of_another_type_is_a_problem(api_a: Api, content_type: str) -> None:
    refused(api_a("POST", "patients", data=b"{}", content_type=content_type), 415, "media_type_not_taken")


def test_every_code_is_explained_where_its_type_leads(api_a: Api) -> None:
    for code in Code:
        told = api_a.get(f"/api/problems/{code.value}").json()
        assert told["code"] == code.value
    assert len(api_a.get("/api/problems").json()["results"]) == len(Code)


def test_unexpected_failure_says_nothing_of_its_cause(api_a: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the patient is called Ana")

    monkeypatch.setattr("clinic.access.case_list", fail)

    answer = api_a.get("cases")

    refused(answer, 500, "unexpected")
    assert "Ana" not in answer.content.decode()


# --- JSON -------------------------------------------------------------------------------------------------------------


def send(api: Api, raw: bytes) -> Any:
    return api("POST", "patients", data=raw, content_type="application/json")


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"",
        b"[",
        b"nul",
        b'{"name":}',
        b'{"name" "x"}',
        b"{'name': 'x'}",
        b'{"name":"x",}',
        b'{"name":"\xff"}',
        b'\xef\xbb\xbf{"name":"x"}',
        '{"name":"x"}'.encode("utf-16"),
        b'{"name":"a\x00b"}',
        b'{"name":"a\nb"}',
        b'{"name":01}',
        b'{"name":NaN}',
        b'{"name":Infinity}',
        b'{"name":-Infinity}',
        b'{"name":1e999}',
        b'{"name":-1e999}',
        b'{"name":' + b"9" * 5000 + b"}",
        b'{"name":12345678901234567890}',
        b'{"name":' + b"1" * 400 + b".5}",
        b'{"name":"\\ud800"}',
        b'{"name":"\\udc00\\ud800"}',
        b'{"\\ud800":"x"}',
        b'{"name":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"name":"x","name":"y"}',
        b'{"name":"x","name":"x"}',
        b'{"sex":{"a":1,"a":1}}',
        b'{"name":"\\x"}',
        b'{"name":"\\u12"}',
        b"[" * 100_000,
        b"]" * 100,
        b'{"a":' * 50_000,
        b"\x00" * 10,
        b'"',
        b'{"name":"' + b"\\" * 9999,
    ],
)
def test_json_that_is_none_or_not_storable_is_refused(api_a: Api, raw: bytes) -> None:
    answer = send(api_a, raw)

    if raw == b"":
        assert answer.status_code == 201  # nothing said about the patient
    else:
        assert answer.status_code == 400
        assert answer.json()["code"] in ("invalid", "json_too_deep")


@pytest.mark.parametrize("raw", [b"[]", b"[[[]]]", b"null", b"5", b'"x"', b"true", b"[{}]", b"-0.0", b"1e5"])
def test_json_that_is_no_object_is_refused(api_a: Api, raw: bytes) -> None:
    refused(send(api_a, raw), 400, "invalid")


@pytest.mark.parametrize("name", ["é", "𝄞", "a\u2028b", "\\u0000", "[[[[" * 50, '"', "\\", "\ud83d\ude00"])
def test_text_of_any_script_is_taken_as_it_is(api_a: Api, name: str) -> None:
    name = name.encode("utf-16", "surrogatepass").decode("utf-16")
    for escaped in (True, False):
        raw = json.dumps({"name": name}, ensure_ascii=escaped).encode()
        assert send(api_a, raw).json()["name"] == name.strip()


def test_depth_is_counted_outside_strings_and_bounded(api_a: Api) -> None:
    deepest, too_deep = (b'{"params":' + b"[" * n + b"]" * n + b"}" for n in (MAX_DEPTH - 1, MAX_DEPTH))

    refused(api_a("POST", "runs", data=deepest, content_type="application/json"), 400, "invalid")
    refused(api_a("POST", "runs", data=too_deep, content_type="application/json"), 400, "json_too_deep")


def test_body_beyond_the_limit_is_refused_unread(api_a: Api) -> None:
    refused(send(api_a, b'{"name":"' + b"x" * MAX_BYTES + b'"}'), 413, "too_large")


def every_input(kind: type[Input] = Input) -> list[type[Input]]:
    """The views are imported by their addresses, and bring every input with them."""
    from clinic.api import urls  # noqa: F401

    return [kind, *(found for below in kind.__subclasses__() for found in every_input(below))]


WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**53,
    "",
    " ",
    "\u202e",
    "x" * 30_000,
    "0000",
    "' OR 1=1 --",
    [],
    [None],
    [[]],
]
WRONG += [{}, {"a": []}, [{}], "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2025-02-30"]


@pytest.mark.parametrize("kind", every_input(), ids=lambda kind: kind.__name__)
def test_each_field_meets_each_wrong_value_without_a_failure(kind: type[Input]) -> None:
    for name in kind().fields:
        for value in WRONG:
            form = kind(data={name: value}, partial=True)
            assert form.is_valid() or list(form.errors) == [name]


@pytest.mark.parametrize("kind", every_input(), ids=lambda kind: kind.__name__)
def test_text_is_no_number_and_no_number_a_text(kind: type[Input]) -> None:
    for name, field in kind().fields.items():
        if isinstance(field, Text | Id | Moment | PastDay):
            assert not kind(data={name: 5}, partial=True).is_valid()
        if isinstance(field, Whole | Flag):
            assert not kind(data={name: "5"}, partial=True).is_valid()
            assert not kind(data={name: "true"}, partial=True).is_valid()
