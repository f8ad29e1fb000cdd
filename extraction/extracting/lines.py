"""One line of JSON a document, always with the same names: `null` and empty lists where there is nothing to say."""

from collections.abc import Mapping, Sequence
from typing import Any

from clinic.inference.documents import DocumentText
from extraction.inference.schema import Extraction


def answered(
    name: str, told: Extraction, engine: str, milliseconds: float, document: DocumentText | None = None
) -> dict[str, Any]:
    data = told.model_dump(mode="json")
    flags = data.pop("flags")
    if document is not None:
        data = _with_boxes(data, document)
    return {"id": name, "data": data, "flags": flags, "engine": engine, "milliseconds": round(milliseconds, 3)}


def failed(name: str, flags: Sequence[str], engine: str) -> dict[str, Any]:
    return answered(name, Extraction(flags=tuple(flags)), engine, 0.0)


def _with_boxes(data: dict[str, Any], document: DocumentText) -> dict[str, Any]:
    """Beside the characters, where on their page the words stand, if the document has pages with places."""
    if not any(page.words for page in document.pages):
        return data
    kinds = {
        kind: [_boxed(item, document) for item in items] for kind, items in data.items() if isinstance(items, list)
    }
    facts = {name: _boxed(fact, document) if fact else None for name, fact in data["patient"].items()}
    return data | kinds | {"patient": facts}


def _boxed(item: Mapping[str, Any], document: DocumentText) -> dict[str, Any]:
    evidence = [each for said in item["evidence"] for each in (said, *_boxes(said, document))]
    return {**item, "evidence": evidence}


def _boxes(said: Mapping[str, Any], document: DocumentText) -> list[dict[str, Any]]:
    """A box a page that the words touch, around all of them there."""
    found: dict[int, list[tuple[float, float, float, float]]] = {}
    for word in document.words_in(said["start"], said["end"]):
        found.setdefault(document.page_at(word.start).number, []).append(word.box)
    return [{"page": page, "box": _around(boxes), "field": said["field"]} for page, boxes in found.items()]


def _around(boxes: Sequence[tuple[float, float, float, float]]) -> list[float]:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return [round(share, 5) for share in (left, top, min(right - left, 1.0), min(bottom - top, 1.0))]
