"""Texts read by one part of the rules at a time."""

from typing import Any

from extraction.inference.rules.measures import measures
from extraction.inference.rules.prepared import Prepared


def ready(text: str) -> Prepared:
    return Prepared.of(text)


def measured(text: str) -> tuple[Prepared, list[Any]]:
    prepared = Prepared.of(text)
    return prepared, list(measures(prepared))


def words_of(item: Any, field: str) -> list[str]:
    return [each.text for each in item.evidence if each.field == field]
