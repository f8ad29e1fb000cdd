"""Labelled documents from lines of JSON, plain or compressed. Only rows whose licence lets a shipped engine learn."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from classify.inference.pieces import SHORTEST
from classify.inference.specialties import OTHER, SPECIALTIES

# Tags of notes that belong to the five specialties, or may: what carries one of them is nothing else for sure.
OF_THE_FIVE = frozenset({"Cardiovascular / Pulmonary", "Gastroenterology", "Emergency Room Reports", "Dermatology"})
NOTES, NO_ROW = "notes", "no row of JSON"
LICENCES = ("CC0", "CC BY 4.0", "MIT", "CC BY-SA 3.0")


@dataclass(frozen=True)
class Document:
    """`group` is what must never be split: documents about one thing, or copied from one another.

    `label` is empty where it is not known: such a document may still say how urgent it is.
    """

    text: str
    label: str
    group: str
    source: str
    id: str = ""
    basis: str = ""
    date: str = ""
    tags: tuple[str, ...] = ()
    told: str = ""  # a sentence about the document that is not part of it


@dataclass(frozen=True)
class Loaded:
    documents: tuple[Document, ...]
    left_out: Counter[str]  # why: how many


def load(paths: Iterable[Path], licences: Sequence[str] = LICENCES) -> Loaded:
    documents: list[Document] = []
    left_out: Counter[str] = Counter()
    for path in paths:
        for row in _rows(path):
            made = document_of(row, licences) if isinstance(row, dict) else NO_ROW
            if isinstance(made, str):
                left_out[made] += 1
            else:
                documents.append(made)
    return Loaded(tuple(documents), left_out)


def document_of(row: dict[str, Any], licences: Sequence[str] = LICENCES) -> Document | str:
    """Or why it is left out. Two shapes of rows are known: labelled texts, and notes with tags of specialties."""
    return _note(row) if "transcription" in row else _labelled(row, licences)


def _labelled(row: dict[str, Any], licences: Sequence[str]) -> Document | str:
    label, text = str(row.get("label", "")).lower(), str(row.get("text", ""))
    if label not in (*SPECIALTIES, OTHER):
        return "a label that is not known"
    if len(text.strip()) < SHORTEST:
        return "too short"
    if not str(row.get("licence", LICENCES[0])).startswith(tuple(licences)):
        return "its licence does not allow it"
    return Document(
        text=text, label=label, group=str(row.get("group") or row.get("id") or text),
        source=str(row.get("source", "")), id=str(row.get("id", "")), basis=str(row.get("basis", "")),
        date=str(row.get("date", "")),
    )  # fmt: skip


def _note(row: dict[str, Any]) -> Document | str:
    tags, text = tuple(map(str, row.get("specialties") or ())), str(row["transcription"])
    if len(text.strip()) < SHORTEST:
        return "too short"
    if not tags:
        return "a note without a specialty"
    described = row.get("descriptions") or ()
    name = str(row.get("text_id") or text)
    return Document(
        text=text, label="" if OF_THE_FIVE & set(tags) else OTHER, group=name, source=NOTES, id=name,
        basis="; ".join(tags), tags=tags,
        told=" ".join(map(str, described)) if isinstance(described, list) else str(described),
    )  # fmt: skip


def _rows(path: Path) -> Iterator[Any]:
    """Nothing for a line that is no JSON."""
    with _opened(path) as lines:
        for line in lines:
            if line.strip():
                yield _told(line)


def _told(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", errors="replace")
    return path.open(encoding="utf-8", errors="replace")
