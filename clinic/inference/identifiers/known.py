"""The lists, read once. Where they come from is told in lists/README.md."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("lists")


@dataclass(frozen=True)
class Words:
    """`words` are no names by themselves, `things` are written with a capital and are nobody, `eponyms` may be both."""

    given: frozenset[str]
    surnames: frozenset[str]
    words: frozenset[str]
    things: frozenset[str]
    eponyms: frozenset[str]

    def is_plain(self, word: str) -> bool:
        """Says something else than who somebody is, whatever else it may be."""
        return word in self.words or word in self.things or word in self.eponyms

    def is_name(self, word: str) -> bool:
        return word in self.given or word in self.surnames


@cache
def words() -> Words:
    lists = ("given_names", "surnames", "words", "things", "eponyms")
    return Words(*(frozenset(word for line in _lines(name) for word in line.split()) for name in lists))


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The lines of each [section] of a list."""
    found: dict[str, list[str]] = {}
    for line in _lines(name):
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        else:
            current.append(line)
    return {section: tuple(lines) for section, lines in found.items()}


def _lines(name: str) -> list[str]:
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
