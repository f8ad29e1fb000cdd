"""The text of a text file, decoded one way everywhere: what an engine counts characters in is what a page shows."""

LONGEST_BYTES = 4_000_000  # more text than anybody reads; a page does not hold it in memory


def decoded(content: bytes) -> str:
    """UTF-8, or else the older encoding in which every byte is a character. Nothing is left out, so places stay."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
