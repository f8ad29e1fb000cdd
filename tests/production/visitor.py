"""Whoever comes through the proxy: by TLS, with a session as a browser has one, or with a key as a program has one."""

import http.client
import json
import re
import socket
import ssl
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from allauth.mfa.totp.internal import auth as totp

from tests.production.house import HOST

TIMEOUT_S = 40.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECRET = re.compile(r'class="[^"]*\bsecret\b[^"]*"[^>]*>([A-Z2-7 ]+)<')


class NotTaken(Exception):
    """No answer, or one that says no: whoever sent it does not know more than that."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.content)


class _Line(http.client.HTTPSConnection):
    """To this machine, asking for the host that the certificate names."""

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)  # type: ignore[attr-defined]


class Visitor:
    def __init__(self, port: int, authority: Path, key: str = "") -> None:
        self.line = _Line(HOST, port, timeout=TIMEOUT_S, context=ssl.create_default_context(cafile=str(authority)))
        self.cookies: SimpleCookie = SimpleCookie()
        self.key = key

    # --- asking -------------------------------------------------------------------------------------------------------
    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        sent = {"Host": HOST, **self._mine(), **{name.replace("_", "-"): value for name, value in headers.items()}}
        try:
            self.line.request(method, path, body=body, headers=sent)
            answer = self.line.getresponse()
            found = Answer(answer.status, dict(answer.getheaders()), answer.read())
        except (OSError, http.client.HTTPException) as problem:
            self.line.close()
            raise NotTaken(type(problem).__name__) from problem
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        return found

    def _mine(self) -> dict[str, str]:
        if self.key:
            return {"Authorization": f"Bearer {self.key}"}
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        token = self.cookies.get("__Host-csrf")
        own = {"Cookie": cookies} if cookies else {}
        return own | {"Origin": f"https://{HOST}"} | ({"X-CSRFToken": token.value} if token else {})

    def call(self, method: str, path: str, told: Any = None, *, raw: bytes | None = None, again: str = "") -> Any:
        """Of the API. `again`: the name under which the same wish may be sent any number of times."""
        body = raw if raw is not None else json.dumps(told).encode() if told is not None else None
        kind = "application/octet-stream" if raw is not None else "application/json"
        more = {"Idempotency_Key": again} if again else {}
        answer = self.ask(method, f"/api/v1/{path}", body, Content_Type=kind, **more)
        if answer.status >= 300:
            raise NotTaken(f"{answer.status} {method} {path.split('/')[0]}: {answer.content[:200]!r}")
        return answer.told if answer.content else None

    def content(self, path: str) -> bytes:
        answer = self.ask("GET", f"/api/v1/{path}")
        if answer.status != http.client.OK:
            raise NotTaken(f"{answer.status} {path}")
        return answer.content

    # --- signing in, as a person does ---------------------------------------------------------------------------------
    def sign_in(self, email: str, password: str) -> None:
        self._send("/account/login/", self._page("/account/login/"), login=email, password=password)
        page = self._page("/account/2fa/totp/activate/")  # asked again it would have another secret
        found = SECRET.search(page)
        if found is None:
            raise NotTaken("no secret to set an authenticator up with")
        step = totp.hotp_value(found[1].replace(" ", ""), int(time.time()) // 30)
        self._send("/account/2fa/totp/activate/", page, code=totp.format_hotp_value(step))

    def _page(self, path: str) -> str:
        return self.ask("GET", path).content.decode()

    def _send(self, path: str, page: str, **fields: str) -> None:
        token = TOKEN.search(page)
        words = {"csrfmiddlewaretoken": token[1] if token else "", **fields}
        answer = self.ask("POST", path, urlencode(words).encode(), Content_Type="application/x-www-form-urlencoded")
        if answer.status != http.client.FOUND:
            raise NotTaken(f"{answer.status} at {path}")


def new_name() -> str:
    return str(uuid4())
