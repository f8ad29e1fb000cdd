"""A program that asks the API. Every answer it gets is held against the description."""

import json
from io import BytesIO
from typing import Any

from django.test import Client

from clinic.actions import keys
from clinic.authorization.permissions import Permission
from tests.contract.description import judge
from tests.make import Person


def key_of(person: Person, *scopes: Permission, days: int = 1) -> str:
    """The secret of a new key; without scopes it may all that the person may."""
    with person.at_work():
        wanted = frozenset(scopes) or person.actor.permissions
        return keys.issue(by=person.actor, owner=person.user, name="test", scopes=wanted, days=days).secret


class Api:
    def __init__(self, credential: str = "", *, browser: Client | None = None) -> None:
        self.client = browser or Client()
        self.credential = credential

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """`body` goes as JSON; `data` and `content_type` as they are; other names are headers."""
        headers = {**self._own_headers(), **options.pop("headers", {})}
        if body is not None:
            options |= {"data": json.dumps(body).encode(), "content_type": "application/json"}
        if "data" in options:  # as a server hands it over: a body may be empty, or shorter than was told
            data = options["data"]
            options = {"wsgi.input": BytesIO(data), "CONTENT_TYPE": options["content_type"],
                       "CONTENT_LENGTH": str(len(data)), **options}  # fmt: skip
        address = path if path.startswith("/api/") else f"/api/v1/{path}"
        response = self.client.generic(method, address, headers=headers, **options)
        judge(method, address.partition("?")[0], response)
        return response

    def _own_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.credential}"} if self.credential else {}

    def get(self, path: str, **options: Any) -> Any:
        return self("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self("POST", path, {} if body is None and "data" not in options else body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> Any:
        return self("PATCH", path, body, **options)


def as_program(person: Person, *scopes: Permission) -> Api:
    return Api(key_of(person, *scopes))
