"""The description as a page shows it: what programs must know, and every operation, before anything is tried."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from clinic.api.about import ABOUT

_STRONG, _CODE = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`(.+?)`", re.DOTALL)


@dataclass(frozen=True)
class Line:
    method: str
    path: str
    summary: str


@lru_cache(maxsize=1)
def groups(document: bytes) -> dict[str, list[Line]]:
    """By the tag of each operation, in the order the document lists its tags."""
    whole = json.loads(document)
    found: dict[str, list[Line]] = {tag["name"]: [] for tag in whole["tags"]}
    for path, operations in whole["paths"].items():
        for method, told in operations.items():
            found[told["tags"][0]].append(Line(method.upper(), path, told["summary"]))
    return found


def about() -> list[SafeString]:
    """Paragraphs. The text is ours and knows two marks: strong and code."""
    return [mark_safe(_marked(escape(paragraph))) for paragraph in ABOUT.split("\n\n")]  # noqa: S308


def _marked(paragraph: str) -> str:
    return _CODE.sub(r"<code>\1</code>", _STRONG.sub(r"<strong>\1</strong>", paragraph))
