"""What a browser finds: links, and every form of a page with its fields. By the parser of the standard library."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

TYPED = {
    "text",
    "search",
    "email",
    "password",
    "number",
    "date",
    "datetime-local",
    "time",
    "tel",
    "url",
    "textarea",
    "file",
}
NEVER = ("/account/logout/", "/static/", "/api/", "/audit/export/", "/audit/verifier/", "/health/")
MOST_OF_A_ROUTE = 2


@dataclass(frozen=True)
class Field:
    name: str
    kind: str  # of the input: text, hidden, file, choice ...
    value: str = ""


@dataclass
class Form:
    action: str
    fields: list[Field] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, ...]:
        """The same form on another page, or of another row, is the same."""
        return route_of(self.action), *sorted({each.name for each in self.fields})

    @property
    def usual(self) -> dict[str, str]:
        return {each.name: each.value for each in self.fields if each.kind != "file"}

    def takes_file(self) -> bool:
        return any(each.kind == "file" for each in self.fields)


@dataclass
class Seen:
    """Of a page."""

    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    questions: set[str] = field(default_factory=set)  # names in forms that ask, and in links


class _Reader(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.seen, self.form, self.option, self.form_ids = at, Seen(), None, None, {}
        self.loose: list[tuple[str, Field]] = []  # fields that stand outside and name their form
        self.asks = False

    form: Form | None
    option: tuple[str, str] | None
    form_ids: dict[str, Form]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get"):
            if tag != "link" and told.get(name, "").startswith("/"):
                self.seen.links.append(told[name])
        if tag == "form":
            self._begin(told)
        elif "hx-post" in told:
            self.seen.forms.append(Form(told["hx-post"] or self.at, [_field(tag, told)] if told.get("name") else []))
        elif tag in ("input", "textarea", "select", "button") and told.get("name"):
            self._take(_field(tag, told), told.get("form", ""))
            if told.get("formaction") and self.form:
                self.seen.forms.append(Form(told["formaction"], list(self.form.fields)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form, self.asks = None, False

    def _begin(self, told: dict[str, str]) -> None:
        to = told.get("hx-post") or told.get("action") or self.at
        self.asks = told.get("method", "get").lower() != "post" and "hx-post" not in told
        self.form = Form(to)
        if not self.asks:
            self.seen.forms.append(self.form)
            if told.get("id"):
                self.form_ids[told["id"]] = self.form

    def _take(self, found: Field, form_id: str) -> None:
        if form_id:
            self.loose.append((form_id, found))
        elif self.form is not None:
            self.form.fields.append(found)
            if self.asks:
                self.seen.questions.add(found.name)

    def done(self) -> Seen:
        for form_id, found in self.loose:
            if form_id in self.form_ids:
                self.form_ids[form_id].fields.append(found)
        for link in self.seen.links:
            self.seen.questions |= {name for name, _value in parse_qsl(urlsplit(link).query)}
        return self.seen


def _field(tag: str, told: dict[str, str]) -> Field:
    kind = told.get("type", "text").lower() if tag == "input" else {"select": "choice"}.get(tag, tag)
    return Field(told["name"], kind, told.get("value", ""))


def read(html: str, at: str) -> Seen:
    reader = _Reader(at)
    reader.feed(html)
    return reader.done()


def route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return ""


def walk(client: Client, starts: list[str], most: int = MOST_OF_A_ROUTE) -> Iterator[tuple[str, Seen]]:
    """Each page that can be come to, a few of each route."""
    waiting, times = list(dict.fromkeys(starts)), dict[str, int]()
    known = set(waiting)
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if not route or address.startswith(NEVER) or times.get(route, 0) >= most:
            continue
        times[route] = times.get(route, 0) + 1
        answer = client.get(address)
        assert answer.status_code < 500, address
        is_led_on = 300 <= answer.status_code < 400
        found = Seen(links=[answer["Location"]]) if is_led_on else read(_text_of(answer), address)
        yield address, found
        fresh = [link.partition("#")[0] for link in found.links if link.startswith("/") and link not in known]
        known |= set(fresh)
        waiting += fresh


def _text_of(answer: Any) -> str:
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return ""
    return str(answer.content.decode("utf-8", "replace"))
