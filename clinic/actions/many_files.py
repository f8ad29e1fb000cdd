"""Many files at once: what is wrong with one of them is told of that one, and takes no other with it."""

from collections.abc import Collection

from clinic import file_words, formats
from clinic.errors import Code, Refusal

# What is wrong with one file; anything else stops the whole, and it is tried again or told.
OF_THE_FILE = frozenset({
    Code.EMPTY_FILE, Code.TOO_LARGE, Code.TYPE_NOT_ALLOWED, Code.TYPE_MISMATCH, Code.CUT_OFF, Code.UPLOADS_DO_NOT_FIT,
    Code.PATIENT_STAYS,
})  # fmt: skip


def demand_kind(data: bytes, name: str, kinds: Collection[str]) -> str:
    """Its kind. What is of another is refused before it is kept."""
    head, tail = data[: formats.HEAD_BYTES], data[-formats.TAIL_BYTES :]
    try:
        found = formats.recognise(head, tail=tail, size=len(data), name=name)
    except formats.Refused as why:
        raise file_words.refusal(why) from why
    if found.kind.value not in kinds:
        raise Refusal(Code.UPLOADS_DO_NOT_FIT, facts={"kinds": sorted(kinds)})
    return found.kind.value


def demand_about_the_file(why: Refusal) -> None:
    if why.code not in OF_THE_FILE:
        raise why
