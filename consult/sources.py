"""What was said and shown in a consult, taken together from the results of its parts, and the way back from a place in
it to a file of the case."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from clinic import source_texts, texts
from clinic.evidence import AudioTime, Evidence, ImageRegion, PageBox, TextSpan
from clinic.inference.identifiers import hide
from clinic.models import Result, Run, UploadKind
from clinic.pipeline import UploadReader, Work
from clinic.transcripts import Current, as_it_stands, edits_of
from clinic.transcripts import Said as Word
from consult import kinds
from consult.inference.schema import ByRule, Heard, Picture, Said, Seen, Source
from consult.models import Sort

MOST_DOCUMENT_CHARACTERS = 4000
# Said in the answer in the place of its findings, in the language of the consult.
_FILM_IS_READ = {
    "en": "It is read in the reading room; what the engine found there stays out of this answer.",
    "es": "Se lee en la sala de lectura; lo que el motor encontró allí queda fuera de esta respuesta.",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of what was said, and the file it came from."""

    start: int
    text: str = field(repr=False)
    upload: UploadReader
    voice: "Voice | None" = None  # where it was spoken

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def unsure(self) -> Iterator[Said]:
        return self._said(self.voice.unsure if self.voice else ())

    @property
    def low(self) -> Iterator[Said]:
        return self._said(self.voice.low if self.voice else ())

    def _said(self, places: Iterable[tuple[int, int]]) -> Iterator[Said]:
        for start, end in places:
            yield Said(self.start + start, self.start + end, self.text[start:end])

    def place(self, start: int, end: int) -> Evidence:
        """A moment to listen to; typed words are read."""
        kept: dict[str, Any] = {"upload": str(self.upload.id), "sha256": self.upload.sha256, "weight": 1.0}
        told = kept | {"words": self.text[start:end]}
        moment = self.voice.moment(start, end) if self.voice else None
        if moment is not None:
            return AudioTime(start_s=moment[0], end_s=moment[1], **told)
        return TextSpan(start=start, end=end, **told)


@dataclass(frozen=True)
class Voice:
    """A transcript as it stood: what counts as said, and when each of its characters was."""

    text: str = field(repr=False)
    words: tuple[tuple[int, int, Word], ...]  # from which character to which
    unsure: tuple[tuple[int, int], ...]  # numbers, doses and negations that nobody has confirmed
    low: tuple[tuple[int, int], ...]  # words the engine doubted itself
    is_draft: bool  # by an engine that mishears many, and nobody has checked it

    @classmethod
    def of(cls, stood: Current, told: Mapping[str, Any]) -> Self:
        """A pause and a turn end a line: without them an engine that writes no marks says all in one sentence."""
        said = [word for word in stood.words if word.is_voiced and word.text]
        begins = {one["first"] for one in told["segments"]} | {line.words[0].first for line in stood.lines}
        text, words = "", list[tuple[int, int, Word]]()
        for word in said:
            if words:
                reached = range(words[-1][2].last + 1, word.first + 1)  # with what was struck between
                text += "\n" if any(at in begins for at in reached) else " "
            words.append((len(text), len(text) + len(word.text), word))
            text += word.text
        places = (_place(words, tick.first, tick.last) for tick in stood.unconfirmed)
        low = tuple((start, end) for start, end, word in words if word.is_low)
        is_draft = bool(told.get("is_draft")) and not stood.is_checked
        return cls(text, tuple(words), tuple(place for place in places if place), low, is_draft)

    def moment(self, start: int, end: int) -> tuple[float, float] | None:
        meant = [word for begin, stop, word in self.words if begin < end and start < stop]
        if not meant or meant[0].start >= meant[-1].end:
            return None
        return meant[0].start, meant[-1].end


def _place(words: Sequence[tuple[int, int, Word]], first: int, last: int) -> tuple[int, int] | None:
    """Of the engine's words from `first` to `last`; nothing of those that are struck."""
    meant = [(begin, stop) for begin, stop, word in words if word.first <= last and first <= word.last]
    return (meant[0][0], meant[-1][1]) if meant else None


@dataclass(frozen=True)
class Shown:
    """A picture's file, and what was read on it: its text, and where on which page each word stands."""

    upload: UploadReader
    read: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def place(self, words: str) -> Evidence:
        """The box around these words; all of the picture where they are not named or not found again."""
        page, box = self._box(words) or (1, (0.0, 0.0, 1.0, 1.0))
        left, top, width, height = box
        told: dict[str, Any] = {"upload": str(self.upload.id), "sha256": self.upload.sha256, "weight": 1.0,
                                "words": words, "left": left, "top": top, "width": width, "height": height}  # fmt: skip
        return PageBox(page=page, **told) if self.upload.kind == UploadKind.DOCUMENT else ImageRegion(**told)

    def _box(self, words: str) -> tuple[int, tuple[float, float, float, float]] | None:
        pattern = r"\s+".join(map(re.escape, words.split()))
        found = re.search(pattern, str(self.read.get("text") or "")) if pattern else None
        if found is None:
            return None
        for page in self.read.get("pages", ()):
            boxes = [word[2:] for word in page["words"] if word[0] < found.end() and found.start() < word[1]]
            if boxes:
                return page["number"], _around(boxes)
        return None


def _around(boxes: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, min(right, 1.0) - left, min(bottom, 1.0) - top


@dataclass(frozen=True)
class Gathered:
    heard: Heard
    pieces: tuple[Piece, ...]
    pictures: tuple[Picture, ...]
    shown: tuple[Shown, ...]  # the pictures, in their order

    def evidence(self, given: Iterable[Source]) -> tuple[dict[str, Any], ...]:
        return tuple(place.as_json() for place in self._places(given))

    def _places(self, given: Iterable[Source]) -> Iterator[Evidence]:
        for one in given:
            if isinstance(one, Said):
                yield from self._said(one)
            elif isinstance(one, Seen):
                yield self.shown[one.picture].place(one.words)

    def _said(self, one: Said) -> Iterator[Evidence]:
        """A sentence may go over the end of a recording: it has a place in both."""
        for piece in self.pieces:
            start, end = max(one.start, piece.start), min(one.end, piece.end)
            if start < end:
                yield piece.place(start - piece.start, end - piece.start)


def rules(given: Iterable[Source]) -> tuple[str, ...]:
    return tuple(one.rule for one in given if isinstance(one, ByRule))


def gather(work: Work) -> Gathered:
    """Exactly what the run names: asked again later, it gathers the same."""
    files = {str(upload.id): upload for upload in work.uploads}
    named = [part for part in work.params["parts"] if part["upload"] in files]
    pieces = _said(named, files)
    unsure = tuple(one for piece in pieces for one in piece.unsure)
    low = tuple(one for piece in pieces for one in piece.low)
    is_draft = any(piece.voice is not None and piece.voice.is_draft for piece in pieces)
    shown = [part for part in named if part["sort"] == Sort.PICTURE]
    results = [_last_result(part) for part in shown]
    return Gathered(
        heard=Heard("\n".join(piece.text for piece in pieces), work.params["language"], unsure, low, is_draft),
        pieces=tuple(pieces), pictures=tuple(_picture(last, work.params["language"]) for last in results),
        shown=tuple(Shown(files[part["upload"]], _read_on(last)) for part, last in zip(shown, results, strict=True)),
    )  # fmt: skip


def _said(named: list[dict[str, Any]], files: dict[str, UploadReader]) -> list[Piece]:
    pieces: list[Piece] = []
    for part in named:
        if part["sort"] == Sort.PICTURE:
            continue
        upload, start = files[part["upload"]], pieces[-1].end + 1 if pieces else 0
        voice = _voice(part) if part["sort"] == Sort.VOICE else None
        text = voice.text if voice else source_texts.decoded(b"".join(upload.chunks()))
        pieces.append(Piece(start, text, upload, voice))
    return pieces


def _voice(part: dict[str, Any]) -> Voice:
    """With what people had confirmed and corrected when the answer was asked for, and nothing of later."""
    run = Run.objects.get(pk=part["run"])
    told = Result.objects.select_related("case").get(run=run).outcome
    return Voice.of(as_it_stands(run.pk, told, edits_of(run)[: part.get("edits", 0)]), told)


def _last_result(part: dict[str, Any]) -> Result | None:
    return Result.objects.filter(run=part["run"]).select_related("case").first()


def _read_on(last: Result | None) -> dict[str, Any]:
    is_text = last is not None and last.kind == texts.KIND and not last.facets.get("problem")
    return last.outcome if last is not None and is_text else {}


def _picture(last: Result | None, language: str) -> Picture:
    """A film's findings stay out: its reader sees the film before she sees an engine's word. A document is quoted
    without what identifies anybody, which the answer must not say aloud; its values are looked for in all of it."""
    if last is None:
        return Picture(kinds.PHOTO)
    if last.kind == kinds.LOOK:
        return Picture(str(last.facets.get("kind") or kinds.PHOTO), is_usable=bool(last.facets.get("is_usable")))
    if last.kind != texts.KIND:
        return Picture(kinds.FILM, _FILM_IS_READ[language])
    paper = str(_read_on(last).get("text") or "")
    return Picture(kinds.DOCUMENT, hide(paper[:MOST_DOCUMENT_CHARACTERS]).text, is_usable=bool(paper), paper=paper)
