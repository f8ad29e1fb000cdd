"""What a language model is asked to answer: the facts in their usual shape, with quotations instead of places.

Models quote well and count badly. Where a quotation stands is looked up here; one that stands nowhere is flagged and
points at nothing, and `grounding` takes out what then has no source.
"""

from collections.abc import Iterator
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from extraction.inference.alignment import places_of
from extraction.inference.items import CLASSES, PATIENT, class_of
from extraction.inference.schema import KINDS, Extraction, Item, Patient, TextEvidence

NO_PLACE = "evidence_not_in_source"
_OF_THE_ENGINE = frozenset({"evidence", "confidence"})


class Quote(BaseModel):
    """Words of the document, letter by letter. `start` and `end` are allowed and not believed."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field(min_length=1, max_length=2_000)
    field: str | None = None


def _asked(shape: type[Item]) -> type[BaseModel]:
    told: dict[str, Any] = {
        name: (field.annotation, field.default if not field.is_required() else ...)
        for name, field in shape.model_fields.items()
        if name not in _OF_THE_ENGINE
    }
    told["evidence"] = (list[Quote], Field(min_length=1, max_length=20))
    return create_model(f"Asked{shape.__name__}", __config__=ConfigDict(extra="ignore"), **told)


class _Whole(BaseModel):
    """Give every list. One about which the document says nothing is given empty."""

    model_config = ConfigDict(
        extra="ignore", json_schema_extra=lambda schema: schema.update(required=list(schema["properties"]))
    )

    @model_validator(mode="after")
    def says_nothing_in_so_many_words(self) -> Self:
        """That a document says nothing is an answer; that nothing was said of the document is none."""
        says = any(getattr(self, kind) for kind in CLASSES) or any(vars(getattr(self, PATIENT)).values())
        if not says and not CLASSES.keys() <= self.model_fields_set:
            raise ValueError("neither a fact nor every list")
        return self


_MOST = 500  # items of a kind: a model that repeats itself does not fill the house
_PATIENT = create_model(
    "AskedPatient", __config__=ConfigDict(extra="ignore"),
    **{name: (_asked(class_of(PATIENT, name) or Item) | None, None) for name in Patient.model_fields},
)  # type: ignore[call-overload]  # fmt: skip
AskedExtraction: type[BaseModel] = create_model(
    "AskedExtraction", __base__=_Whole, patient=(_PATIENT, Field(default_factory=_PATIENT)),
    **{kind: (list[shape], Field(default_factory=list, max_length=_MOST))  # type: ignore[valid-type]
       for kind, shape in ((kind, _asked(of)) for kind, of in CLASSES.items())},
)  # type: ignore[call-overload]  # fmt: skip


def placed(answer: dict[str, Any], source: str, *, start: int = 0, end: int | None = None) -> Extraction:
    """The answer with each quotation where it stands in that stretch of the source."""
    quotes, flags = _Quotations(source[start:end], start), []
    told: dict[str, Any] = {}
    for kind in KINDS:
        found = [_placed(CLASSES[kind], each, kind, quotes) for each in answer.get(kind) or ()]
        flags += [f"{NO_PLACE}:{kind}.{number}" for number, each in enumerate(found) if each is None]
        told[kind] = tuple(each for each in found if each is not None)
    patient: dict[str, Any] = {}
    for name, fact in (answer.get(PATIENT) or {}).items():
        shape = class_of(PATIENT, name)
        if fact is not None and shape is not None:
            patient[name] = _placed(shape, fact, PATIENT, quotes)
            flags += [] if patient[name] else [f"{NO_PLACE}:{PATIENT}.{name}"]
    return Extraction(patient=Patient(**patient), flags=tuple(flags), **told)


def _placed(shape: type[Item], told: dict[str, Any], kind: str, quotes: "_Quotations") -> Item | None:
    evidence = tuple(quotes.evidence(kind, told.get("evidence") or ()))
    values = {name: value for name, value in told.items() if name in shape.model_fields and name not in _OF_THE_ENGINE}
    return shape(**values, evidence=evidence) if evidence else None


class _Quotations:
    """Where words stand that are quoted more than once: the second fact with the same words is the second place, and
    what else is quoted of a fact is the place nearest to its first words."""

    def __init__(self, part: str, start: int) -> None:
        self.part, self.start = part, start
        self.used: dict[tuple[str, str], int] = {}

    def evidence(self, kind: str, quotes: Any) -> Iterator[TextEvidence]:
        near: int | None = None
        for quote in quotes:
            found = places_of(quote["text"], self.part)
            if found is None:
                continue
            first, last = self._next(kind, found) if near is None else self._nearest(near, found)
            near = first if near is None else near
            yield TextEvidence(start=self.start + first, end=self.start + last, text=self.part[first:last],
                               field=quote.get("field"))  # fmt: skip

    def _next(self, kind: str, found: tuple[int, int]) -> tuple[int, int]:
        words = self.part[slice(*found)]
        at = self.part.find(words, self.used.get((kind, words), 0))
        place = (at, at + len(words)) if at >= 0 else found
        self.used[kind, words] = place[1]
        return place

    def _nearest(self, near: int, found: tuple[int, int]) -> tuple[int, int]:
        words = self.part[slice(*found)]
        after, before = self.part.find(words, near), self.part.rfind(words, 0, near + len(words))
        places = [at for at in (after, before) if at >= 0]
        at = min(places, key=lambda one: abs(one - near), default=found[0])
        return at, at + len(words)
