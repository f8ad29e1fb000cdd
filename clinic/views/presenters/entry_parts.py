"""What a line of a story is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from clinic.authorization.actor import Actor
from clinic.models import CoSignature, Entry, Handover, Note, Result, Run, StateChange, Upload
from clinic.proof import MISSING, Proof
from clinic.sources import Sources
from clinic.standing import Standing
from clinic.upload_links import UploadLink
from clinic.views.presenters.ai_cards import AiCard
from clinic.views.presenters.mentions import Piece
from clinic.views.presenters.review_standing import Reviewed

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What partials/entry.html takes, and what the templates of the kinds need beside it."""

    icon: str
    title: Words
    at: datetime | None = None
    by: Words = ""
    look: str = ""
    text: Words = ""
    sub: Words = ""
    url: str = ""
    url_words: Words = ""
    body_template: str = ""
    proof: Proof = MISSING
    pieces: tuple[Piece, ...] = ()
    run: Run | None = None
    result: Result | None = None
    facts: tuple[tuple[Words, object], ...] = ()
    card: AiCard | None = None
    standing: str = ""
    links: tuple[UploadLink, ...] = ()  # to what became of a file


@dataclass
class Found:
    """What the lines of one page tell of, by id."""

    viewer: Actor = field(default_factory=Actor.nobody)
    notes: dict[UUID, Note] = field(default_factory=dict)
    uploads: dict[UUID, Upload] = field(default_factory=dict)
    runs: dict[UUID, Run] = field(default_factory=dict)
    results: dict[UUID, Result] = field(default_factory=dict)
    sources: Sources | None = None  # what the answers point into
    standings: dict[UUID, Standing] = field(default_factory=dict)  # of the results, by their own ids
    reviewed: dict[UUID, Reviewed] = field(default_factory=dict)  # of the results, by their own ids
    changes: dict[UUID, StateChange] = field(default_factory=dict)
    handovers: dict[UUID, Handover] = field(default_factory=dict)
    cosignatures: dict[UUID, CoSignature] = field(default_factory=dict)
    people: dict[UUID, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)


Wording = Callable[[Entry, Found], Shown]
