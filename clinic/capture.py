"""What the page of capturing needs where there is no network: the static files its shell draws itself with, followed
from those it names. Nothing else is ever kept by its worker: no page of a person, no answer of the API."""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

ROOTS = (
    "theme.css", "css/shell.css", "css/parts.css", "css/capture.css", "icons.svg", "img/favicon.svg",
    "img/favicon-32.png", "img/icon-180.png", "img/icon-192.png", "site.webmanifest", "js/early.js", "js/app.js",
    "js/capture.js", "js/recorder_worklet.js",
)  # fmt: skip
WORKER = "js/capture_worker.js"
_NAMED = {
    ".js": re.compile(r'(?:from|import) ?\(?"(\.{1,2}/[^"]+)"'),
    ".css": re.compile(r'url\("(?!data:)([^"#]+)"\)'),
}


@lru_cache(maxsize=1)
def files() -> tuple[str, ...]:
    """Names below static/, each once."""
    found: list[str] = []
    waiting = list(ROOTS)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting += _named_in(name)
    return tuple(sorted(found))


def _named_in(name: str) -> Iterator[str]:
    pattern = _NAMED.get(Path(name).suffix)
    for address in pattern.findall(_read(name).decode()) if pattern else ():
        yield normpath(join(dirname(name), address))


def _read(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()


@lru_cache(maxsize=1)
def version() -> str:
    """Another one with every byte of them that changes, and with their addresses."""
    digest = hashlib.sha256()
    for name in (*files(), WORKER):
        digest.update(f"{static(name)}\n{hashlib.sha256(_read(name)).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def worker() -> str:
    """Its script, told what it may keep."""
    told = {
        "VERSION": version(),
        "HOME": reverse("capture"),
        "SHELL": reverse("capture_shell"),
        "FILES": [static(name) for name in files()],
    }
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items()) + _read(WORKER).decode()
