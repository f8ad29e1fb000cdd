"""The questions that come with the product: a file a category in `coaching/questions/`, checked once."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from coaching.inference.question_form import UnfitQuestion, as_json, from_json
from coaching.inference.schema import Category, Question

FOLDER = Path(__file__).parent.parent / "questions"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same safe subset, in C where the wheel has it


class UnfitBank(ValueError):
    """Names file and line of the item that is wrong."""


@cache
def questions() -> tuple[Question, ...]:
    """All of them, in the order of categories and of their files."""
    return read(FOLDER)


def question(id: str) -> Question:
    """KeyError where there is none."""
    return by_id()[id]


@cache
def digest() -> str:
    """SHA-256 over every question: what was trained on or measured names the bank it knew."""
    told = json.dumps([as_json(each) for each in questions()], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def by_id() -> Mapping[str, Question]:
    return MappingProxyType({each.id: each for each in questions()})


def read(folder: Path) -> tuple[Question, ...]:
    found: list[Question] = []
    places: dict[str, str] = {}
    for category in Category:
        for place, item in _file(folder / f"{category.value}.yaml", category):
            if item.id in places:
                raise UnfitBank(f"{place}: {item.id!r} is also in {places[item.id]}")
            places[item.id] = place
            found.append(item)
    known = {f"{category.value}.yaml" for category in Category}
    if strangers := sorted(path.name for path in folder.glob("*.y*ml") if path.name not in known):
        raise UnfitBank(f"{strangers[0]}: no category of this name")
    return tuple(found)


def _file(path: Path, category: Category) -> Iterator[tuple[str, Question]]:
    for line, data in _items(path):
        name = data.get("id") if isinstance(data, dict) else None
        place = f"{path.name}, line {line} ({name or 'no id'})"
        if isinstance(data, dict):
            data = {**data, "category": data.get("category", category.value)}
        try:
            item = from_json(data, both_languages=True)
        except UnfitQuestion as why:
            raise UnfitBank(f"{place}: {why}") from why
        if item.category is not category:
            raise UnfitBank(f"{place}: its category is {item.category.value}")
        yield place, item


def _items(path: Path) -> Iterator[tuple[int, Any]]:
    """Each item with the line it begins on."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise UnfitBank(f"{path.name}: {why.strerror}") from why
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.SequenceNode):
            raise UnfitBank(f"{path.name}: not a list of items")
        for node in root.value:
            _refuse_keys_twice(node, path)
            yield node.start_mark.line + 1, loader.construct_document(node)
    except yaml.YAMLError as why:
        raise UnfitBank(f"{path.name}: {why}") from why
    finally:
        loader.dispose()


def _refuse_keys_twice(node: yaml.Node, path: Path) -> None:
    """YAML keeps the last of two equal keys without a word."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for number, (key, value) in enumerate(node.value):
            if key.value in keys[:number]:
                raise UnfitBank(f"{path.name}, line {key.start_mark.line + 1}: {key.value!r} twice")
            _refuse_keys_twice(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _refuse_keys_twice(each, path)
