"""Uploaded documents become a `DocumentText`, or an `Unreadable` with a stable code.

`open_bounded` is for bytes that somebody sent; `from_text` for what somebody pasted. Places in `text` count its
characters; each page and word knows which of them are its own, and where it stands on the page.
"""

from clinic.inference.documents.document import (
    DocumentText,
    Mark,
    Page,
    PageSource,
    Quality,
    Unreadable,
    Word,
)
from clinic.inference.documents.opening import MACHINE_CODES, from_text, open_bounded, page_picture

__all__ = [
    "MACHINE_CODES", "DocumentText", "Mark", "Page", "PageSource", "Quality", "Unreadable", "Word", "from_text",
    "open_bounded", "page_picture",
]  # fmt: skip
