"""What a report says, sentence by sentence, and on what each one rests. Pure: how a draft may change is decided here.

A sentence is an engine's, word for word, with the places it points at; or a clinician's. Whoever rewrites an engine's
sentence makes it her own, and what the engine said is kept beside it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import uuid4

from clinic import evidence as places
from clinic.evidence import Evidence

LONGEST_SENTENCE = 2000
MOST_SENTENCES = 200


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The answer of an engine that a sentence was taken from."""

    result: str
    output_sha256: str
    engine: str
    engine_digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """What an engine had said where a clinician's sentence stands now."""

    text: str
    evidence: tuple[Evidence, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Sentence:
    section: str
    text: str
    author: str  # the id of whose words they are, or of who took an engine's over
    author_name: str
    id: str = field(default_factory=lambda: str(uuid4()))
    evidence: tuple[Evidence, ...] = ()
    origin: Origin | None = None
    replaced: Replaced | None = None
    is_vouched: bool = False  # "a clinician wrote this", said by the author
    revision: int = 0  # of the draft, when this sentence last changed

    @property
    def is_engines(self) -> bool:
        return self.origin is not None

    def reworded(self, text: str, author: str, author_name: str) -> Self:
        if text == self.text:
            return self
        if self.origin:
            was = Replaced(text=self.text, evidence=self.evidence, origin=self.origin)
            return replace(self, text=text, author=author, author_name=author_name, evidence=(), origin=None,
                           replaced=was, is_vouched=False)  # fmt: skip
        if author == self.author:
            return replace(self, text=text)
        return replace(self, text=text, author=author, author_name=author_name, evidence=(), is_vouched=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "section": self.section, "text": self.text, "author": self.author,
            "author_name": self.author_name, "evidence": [one.as_json() for one in self.evidence],
            "origin": vars(self.origin) if self.origin else None,
            "replaced": _replaced_json(self.replaced) if self.replaced else None,
            "is_vouched": self.is_vouched, "revision": self.revision,
        }  # fmt: skip

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        origin, was = told["origin"], told["replaced"]
        read = {
            "evidence": _evidence(told["evidence"]),
            "origin": Origin(**origin) if origin else None,
            "replaced": Replaced(text=was["text"], evidence=_evidence(was["evidence"]), origin=Origin(**was["origin"]))
            if was else None,
        }  # fmt: skip
        return cls(**(told | read))


def _evidence(told: Iterable[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(places.read(one) for one in told)


def _replaced_json(was: Replaced) -> dict[str, Any]:
    return {"text": was.text, "evidence": [one.as_json() for one in was.evidence], "origin": vars(was.origin)}


class NoSuchSentence(LookupError): ...


@dataclass(frozen=True)
class Body:
    sentences: tuple[Sentence, ...] = ()

    def get(self, sentence_id: str) -> Sentence:
        found = next((one for one in self.sentences if one.id == sentence_id), None)
        if found is None:
            raise NoSuchSentence
        return found

    def with_(self, sentence: Sentence) -> Self:
        return replace(self, sentences=(*self.sentences, sentence))

    def without(self, sentence_id: str) -> Self:
        return replace(self, sentences=tuple(one for one in self.sentences if one.id != sentence_id))

    def changed(self, sentence_id: str, change: Callable[[Sentence], Sentence]) -> Self:
        return replace(self, sentences=tuple(change(s) if s.id == sentence_id else s for s in self.sentences))

    def shifted(self, sentence_id: str, step: int) -> Self:
        """Past the neighbour in its own section; at the end of it nothing happens."""
        moved = self.get(sentence_id)
        own = [n for n, one in enumerate(self.sentences) if one.section == moved.section]
        here = own.index(self.sentences.index(moved))
        if not 0 <= here + step < len(own):
            return self
        a, b = own[here], own[here + step]
        order = list(self.sentences)
        order[a], order[b] = order[b], order[a]
        return replace(self, sentences=tuple(order))

    def evidence(self) -> list[Evidence]:
        return [one for sentence in self.sentences for one in sentence.evidence]

    def results(self) -> dict[str, Origin]:
        """The engines' answers it rests on: those whose sentence stands in it as the engine said it."""
        return {sentence.origin.result: sentence.origin for sentence in self.sentences if sentence.origin}

    def as_json(self) -> dict[str, Any]:
        return {"sentences": [one.as_json() for one in self.sentences]}

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        return cls(tuple(Sentence.of(one) for one in told["sentences"]))


def canonical(told: Any) -> bytes:
    """The same bytes for the same content, on every machine: names sorted, no spaces, letters as they are."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def digest_of(told: Any) -> str:
    return hashlib.sha256(canonical(told)).hexdigest()
