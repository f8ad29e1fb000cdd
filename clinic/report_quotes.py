"""Where words stand in a file: what a person copies out of it becomes a pointer into it."""

import re

from clinic.evidence import TextSpan
from clinic.models import Upload
from clinic.sources import Source


def place_of_words(upload: Upload, words: str) -> TextSpan | None:
    """The first place where they stand, however the lines were broken there; None where they do not, or where the file
    has no text."""
    text = Source(upload).text
    wanted = words.split()
    if text is None or not wanted:
        return None
    found = re.search(r"\s+".join(map(re.escape, wanted)), text)
    if found is None:
        return None
    return TextSpan(upload=str(upload.pk), sha256=upload.sha256, start=found.start(), end=found.end(), words=found[0])
