"""The text of a text file, decoded one way everywhere: what an engine counts characters in is what a page shows."""

from clinic.formats.texts import UTF16_MARKS

LONGEST_BYTES = 4_000_000  # more text than anybody reads; a page does not hold it in memory


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 where its mark says so, or else the older encodings in which every byte is a character. Nothing is
    left out, so places stay."""
    if content.startswith(UTF16_MARKS):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
