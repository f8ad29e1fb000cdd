"""One expression that finds thousands of phrases in a single pass over a text."""

import re
from collections.abc import Iterable
from typing import Any


def expression(phrases: Iterable[str]) -> str:
    """The phrases share their beginnings, so that a letter is looked at once; the longest of them is found.

    A phrase begins and ends where a word does; a space in it is any space in the text.
    """
    all_phrases = list(phrases)
    words = [phrase for phrase in all_phrases if phrase[0].isalnum()]
    others = [phrase for phrase in all_phrases if not phrase[0].isalnum()]
    parts = [rf"\b{_shared(words)}"] if words else []
    return "|".join([*parts, _shared(others)] if others else parts)


def _shared(phrases: Iterable[str]) -> str:
    tree: dict[str, Any] = {}
    for phrase in phrases:
        node = tree
        for character in phrase:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(tree, "")


def _branch(tree: dict[str, Any], before: str) -> str:
    longer = [_one(character, below) for character, below in sorted(tree.items()) if character]
    if "" not in tree:
        return longer[0] if len(longer) == 1 else f"(?:{'|'.join(longer)})"
    here = r"(?!\w)" if before.isalnum() else ""
    return f"(?:{'|'.join([*longer, here])})" if longer else here


def _one(character: str, below: dict[str, Any]) -> str:
    return (r"\s+" if character == " " else re.escape(character)) + _branch(below, character)
