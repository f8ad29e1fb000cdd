"""Whether what a statement points at is still what it was: the file by its digest, every byte of it, and the place."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import cached_property

from clinic.evidence import Evidence, TextSpan
from clinic.formats import FORMATS
from clinic.models import Upload
from clinic.sealing import Unreadable
from clinic.source_texts import LONGEST_BYTES, decoded
from clinic.source_views import text_in
from clinic.storage.errors import KeyDestroyed, ObjectDamaged, ObjectMissing
from clinic.uploads import Expired, open_upload

TEXT_TYPES = frozenset(kind for form in FORMATS.values() if form.is_text for kind in form.types)


class State(StrEnum):
    FITS = "fits"
    CHANGED = "changed"  # another file stands there now
    DAMAGED = "damaged"  # the stored bytes are no longer those that came
    GONE = "gone"  # nothing stands there, or nobody can read it any more
    ELSEWHERE = "elsewhere"  # the file has no such place, or other words stand there


class Source:
    """One stored file. Its bytes are read once, however many statements point into it."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload

    @cached_property
    def state(self) -> State:
        """Reading to the end proves every frame and the digest. A store that does not answer is no verdict."""
        try:
            with open_upload(self.upload) as reader:
                kept = [piece if self._is_text else b"" for piece in reader.chunks()]
        except (ObjectDamaged, KeyDestroyed):
            return State.DAMAGED
        except (ObjectMissing, Unreadable, Expired):
            return State.GONE
        self._bytes = b"".join(kept)
        return State.FITS

    @property
    def _is_text(self) -> bool:
        return self.upload.content_type in TEXT_TYPES and self.upload.size <= LONGEST_BYTES

    @cached_property
    def text(self) -> str | None:
        """None where the file has no text, or nobody has got it out yet."""
        if self.state != State.FITS:
            return None
        return decoded(self._bytes) if self._is_text else text_in(self.upload)

    def words_at(self, evidence: Evidence) -> str:
        """What stands there, for a statement that did not say it itself."""
        if not isinstance(evidence, TextSpan) or self.text is None:
            return ""
        return _folded(self.text[evidence.start : evidence.end])

    def look(self, evidence: Evidence) -> State:
        if not hmac.compare_digest(self.upload.sha256, evidence.sha256):
            return State.CHANGED
        if self.state != State.FITS:
            return self.state
        return State.FITS if self._holds(evidence) else State.ELSEWHERE

    def _holds(self, evidence: Evidence) -> bool:
        if not evidence.is_sound:
            return False
        if not isinstance(evidence, TextSpan) or self.text is None:
            return True
        if evidence.end > len(self.text):
            return False
        said = self.text[evidence.start : evidence.end]
        return not evidence.words or _folded(evidence.words) == _folded(said)


def _folded(words: str) -> str:
    """Line breaks and spaces are the layout's, not the statement's."""
    return " ".join(words.split())


@dataclass(frozen=True)
class Sources:
    """The files a set of statements points into, as far as they are there and may be seen."""

    by_id: dict[UUID, Source]

    @classmethod
    def of(cls, rows: QuerySet[Upload], statements: Iterable[Evidence]) -> Self:
        wanted = {pk for one in statements if (pk := _id(one.upload))}
        return cls({row.pk: Source(row) for row in rows.filter(pk__in=wanted).select_related("case")})

    def get(self, evidence: Evidence) -> Source | None:
        pk = _id(evidence.upload)
        return self.by_id.get(pk) if pk else None

    def look(self, evidence: Evidence) -> State:
        source = self.get(evidence)
        return source.look(evidence) if source else State.GONE


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
