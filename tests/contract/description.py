"""The API description as a judge: whether an answer is one that the description announces."""

import json
import re
from functools import cache, lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = "urn:rounds:api"


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    from clinic.api.docs import document as made

    found: dict[str, Any] = json.loads(made())
    return found


@lru_cache(maxsize=1)
def _registry() -> Any:
    return Registry().with_resource(ROOT, DRAFT202012.create_resource(document()))


def problems_with(value: Any, schema: dict[str, Any]) -> list[str]:
    """An empty list: it is as the schema has it."""
    return [f"{error.json_path}: {error.message}" for error in _validator(json.dumps(schema)).iter_errors(value)]


@cache
def _validator(schema: str) -> Draft202012Validator:
    rooted = json.loads(schema.replace('"#/components/', f'"{ROOT}#/components/'))
    return Draft202012Validator(rooted, registry=_registry(), format_checker=FormatChecker())


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, told) for path, methods in document()["paths"].items() for method, told in methods.items()]


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    fixed_first = sorted(document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path) for path in fixed_first]


def described(method: str, path: str) -> dict[str, Any] | None:
    template = next((template for pattern, template in _patterns() if pattern.fullmatch(path)), None)
    methods = document()["paths"].get(template, {})
    found: dict[str, Any] | None = methods.get("get" if method == "HEAD" else method.lower())
    return found


def judge(method: str, path: str, response: Any) -> None:
    """Fails the test when the answer has a status, a type or a body that nobody announced."""
    told = described(method, path)
    if told is None:
        assert response.status_code in (401, 404, 405), f"{method} {path} is not described"
        return
    status = str(response.status_code)
    assert status in told["responses"], f"{method} {path} answers {status}, described: {sorted(told['responses'])}"
    contents = told["responses"][status].get("content", {})
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    if not contents or "*/*" in contents or method == "HEAD":
        return
    assert media_type in contents, f"{method} {path} {status} is {media_type}, described: {sorted(contents)}"
    if media_type.endswith("json"):
        wrong = problems_with(response.json(), contents[media_type]["schema"])
        assert not wrong, f"{method} {path} {status}: {wrong[:5]}"
