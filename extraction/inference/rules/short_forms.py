"""Short forms that a text introduces itself: after "doxorubicin (DOX)" every DOX is one more."""

import re

Span = tuple[int, int]
_INTRODUCED = re.compile(r"\s*[(\[]\s*([A-Za-z][A-Za-z0-9/-]{1,9}s?)\s*[)\],;]")


def with_short_forms(text: str, spans: list[Span]) -> list[Span]:
    short = {form for start, end in spans if (form := _form_after(text, start, end))}
    if not short:
        return spans
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, short), key=len, reverse=True))})(?![\w])")
    return sorted({*spans, *(found.span() for found in pattern.finditer(text))})


def _form_after(text: str, start: int, end: int) -> str | None:
    found = _INTRODUCED.match(text, end)
    if found is None:
        return None
    form = found.group(1)
    capitals = sum(letter.isupper() for letter in form)
    is_short = capitals >= 2 and len(form) < end - start
    return form if is_short and form[0].lower() in text[start:end].lower() else None
