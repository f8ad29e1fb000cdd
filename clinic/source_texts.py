"""The text of a text file, decoded one way everywhere: what an engine counts characters in is what a page shows."""

import codecs

LONGEST_BYTES = 4_000_000  # more text than anybody reads; a page does not hold it in memory


def decoded(data: bytes) -> str:
    """UTF-8, or else the older encoding in which every byte is a character. A mark at its very beginning is no text."""
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
