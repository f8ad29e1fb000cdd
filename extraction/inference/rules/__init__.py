"""The field rules: an engine that reads facts out of English notes with lists and grammars, and nothing else."""

from extraction.inference.rules.reading import (
    CUT,
    EMPTY,
    NAME,
    OTHER_LANGUAGE,
    VERSION,
    digest,
    engine,
    extract,
)

__all__ = ["CUT", "EMPTY", "NAME", "OTHER_LANGUAGE", "VERSION", "digest", "engine", "extract"]
