"""Answers of the right shape that say nothing: empty, made of placeholders, the example given back, a refusal."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

_LARGEST_SHARE = 0.5
_FEWEST_OF_THE_EXAMPLE = 2
_PLACEHOLDER = re.compile(
    r"""n/?a|none|null|nil|nan|undefined|unknown|
        not\ (?:available|applicable|provided|specified|stated|mentioned|found)|
        tbd|todo|tba|xxx+|\.{2,}|…|-+|_+|\?+|string|str|text|value|placeholder|example|sample|test|foo|bar|baz|
        lorem\ ipsum.*|your\ .{1,40}\ here|insert\ .{1,40}|<[^<>]{0,60}>|\{\{?[^{}]{0,60}\}?\}|\[[^\[\]]{0,60}\]|
        \$\{[^{}]{0,60}\}|desconocido|no\ (?:consta|disponible|especificado)|ninguno""",
    re.IGNORECASE | re.VERBOSE,
)
_REFUSAL = re.compile(
    r"\b(?:as an ai\b|i(?:'m| am) (?:sorry|unable|not able)|i can(?:'t|not) (?:help|assist|comply|provide|answer|do)|"
    r"i (?:won't|will not) (?:help|assist|comply|provide)|unable to (?:process|comply|assist|complete)|"
    r"lo siento|no puedo (?:ayudar|responder|procesar)|como (?:modelo|ia)\b)",
    re.IGNORECASE,
)


class Degenerate(StrEnum):
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    EXAMPLE = "echo_of_the_example"
    INSTRUCTIONS = "echo_of_the_instructions"
    REFUSAL = "refusal"
    REPEATED = "one_thing_over_and_over"


def why_degenerate(
    answer: Any, *, example: Any = None, instructions: str = "", may_be_empty: bool = False, quotes_speech: bool = False
) -> Degenerate | None:
    """`may_be_empty`: nothing can be the truth, where a text holds nothing that was asked for.

    `quotes_speech`: people who talk with patients are sorry and unable to help; whoever quotes them refuses nothing.
    """
    said = [plain for leaf in _leaves(answer) if (plain := _plain(leaf))]
    words = [each for each in said if not _is_number(each)]
    if not said:
        return None if may_be_empty else Degenerate.EMPTY
    if not quotes_speech and _REFUSAL.search(" ".join(words)):
        return Degenerate.REFUSAL
    if words and _share(words, lambda word: _PLACEHOLDER.fullmatch(word) is not None) > _LARGEST_SHARE:
        return Degenerate.PLACEHOLDER
    if _is_echo(said, example):
        return Degenerate.EXAMPLE
    if instructions and any(len(word) > 40 and word in _plain(instructions) for word in words):
        return Degenerate.INSTRUCTIONS
    return Degenerate.REPEATED if _is_repeated(words) else None


def _is_echo(said: list[str], example: Any) -> bool:
    """One thing in common is chance: the example is about an illness, and so may the patient be."""
    given = {_plain(leaf) for leaf in _leaves(example)} - {""}
    common = {each for each in said if each in given}
    return len(common) >= min(_FEWEST_OF_THE_EXAMPLE, len(given)) > 0 and len(common) > _LARGEST_SHARE * len(set(said))


def _is_repeated(words: list[str]) -> bool:
    pieces = [piece for word in words for piece in word.split()]
    return len(pieces) >= 12 and len(set(pieces)) <= max(1, len(pieces) // 12)


def _share(words: list[str], is_so: Any) -> float:
    return sum(bool(is_so(word)) for word in words) / len(words)


def _leaves(answer: Any) -> Iterator[Any]:
    if isinstance(answer, dict):
        for value in answer.values():
            yield from _leaves(value)
    elif isinstance(answer, list | tuple):
        for value in answer:
            yield from _leaves(value)
    elif answer is not None and not isinstance(answer, bool):
        yield answer


def _plain(leaf: Any) -> str:
    return " ".join(str(leaf).split()).strip(" .,:;\"'").casefold() or ("…" if str(leaf).strip() else "")


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).lstrip("-").isdigit()
