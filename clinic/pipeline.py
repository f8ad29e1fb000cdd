"""Kinds of run. A capability registers its kinds from `apps.py` as dotted strings, so the core imports no capability
and a web process loads no model."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.models.runs import RunError


class UploadReader(Protocol):
    """What a worker may do with an input: read its plaintext, checked against its digest to the last byte."""

    id: UUID
    kind: str
    content_type: str
    size: int
    sha256: str

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class Outcome:
    """What an engine returns: typed and frozen. Subclasses add their fields and say which of them are plain facets."""

    engine: ClassVar[str] = ""

    def facets(self) -> dict[str, Any]:
        return {}

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def canonical(outcome: Outcome) -> bytes:
    """The answer as it is hashed, stored and compared: the same answer gives the same bytes."""
    return json.dumps(outcome.as_json(), sort_keys=True, default=str, separators=(",", ":")).encode()


@dataclass
class Work:
    """A claimed run as its handler sees it."""

    run_id: UUID
    kind: str
    params: dict[str, Any]
    uploads: tuple[UploadReader, ...]
    attempt: int
    report: Callable[[str, int], None]  # stage, percent of the whole
    until: float | None = None  # by time.monotonic: the watch ends the process then
    engine: Any = None  # clinic.engines.ladder.Chosen, where the kind asks engines: `engine.asked` is open

    @property
    def upload(self) -> UploadReader:
        return self.uploads[0]


class Failed(Exception):
    """Raised by a handler that knows why it cannot answer. `retry` tells whether another try may help."""

    def __init__(self, error: RunError, *, detail_code: str = "", retry: bool = False) -> None:
        super().__init__(error.value)
        self.error, self.detail_code, self.retry = error, detail_code, retry


class NotHere(Exception):
    """This machine does not compute in the way that is recorded; nothing else is put in its place."""


@dataclass(frozen=True)
class FollowUp:
    """The next step of a chained kind, requested in the finishing transaction of the one before."""

    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    upload_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunKind:
    name: str
    title: str | Promise
    resource: Resource
    limit_s: int
    handler: str  # 'app.worker:handle' (Work) -> Outcome, imported in the worker only
    params: str  # 'app.module:function' (dict) -> dict, raises Refusal(INVALID)
    params_schema: dict[str, Any] = field(default_factory=lambda: {"type": "object"})  # the same, for programs to read
    recorder: str = ""  # 'app.actions.record:function' (run, outcome, by), in the finishing transaction
    follow_ups: str = ""  # 'app.module:function' (run, outcome) -> Iterable[FollowUp]
    after_death: str = ""  # 'app.module:function' (run) -> Iterable[FollowUp]: who is asked although it never answered
    conceals: str = ""  # 'app.module:function' (results, actor) -> ids of those that this person may not see yet
    recalls: str = ""  # 'app.module:function' (work) -> what the chosen engine has answered to this before, or nothing
    as_recorded: str = ""  # 'app.module:function' (asked, outcome) -> the engine as it computed then, or NotHere
    upload_kinds: frozenset[str] = frozenset()  # empty: any
    begins_with: frozenset[str] = (
        frozenset()
    )  # kinds of upload for which it is asked by itself, as soon as one is added
    uploads_min: int = 0
    uploads_max: int = 1
    reads_text: bool = False  # its handler needs the text of its upload: `clinic.text` can be told to ask for it then
    hears_speech: bool = False  # its handler needs the words of its recording: `clinic.speech` asks for it then
    paced_by: tuple[str, ...] = ()  # parameters that decide how long it takes: runs alike in them tell the usual time
    stages: tuple[str, ...] = ()
    stage_titles: dict[str, str | Promise] = field(default_factory=dict)
    fact_titles: dict[str, str | Promise] = field(default_factory=dict)  # of its parameters and facets, for people
    permission: Permission = Permission.RUN_REQUEST
    entry_template: str = "clinic/entries/run.html"
    result_template: str = ""  # what the page of a run shows of the outcome under its plain facts; takes `outcome`
    spoken: str = (
        ""  # 'app.module:function' (result) -> (text, language) as the page shows it, or nothing: see `spoken.py`
    )
    is_clinical: bool = True  # what it answers is about the patient, so it is preliminary until a person signs it
    is_in_reports: bool = True  # what it says may change what is signed, so a report waits for it
    is_told: bool = (
        True  # that it was asked and has answered stands in the story of the case; that it failed always does
    )
    is_offered: bool = True  # shown among what a person may start on a case

    def load(self, dotted: str) -> Any:
        return load(dotted)

    def clean(self, params: dict[str, Any]) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.load(self.params)(params)
        return cleaned

    def handle(self, work: Work) -> Outcome:
        outcome: Outcome = self.load(self.handler)(work)
        return outcome

    def recall(self, work: Work) -> Outcome | None:
        known: Outcome | None = self.load(self.recalls)(work) if self.recalls else None
        return known

    def as_it_was(self, asked: Any, outcome: Any) -> Any:
        return self.load(self.as_recorded)(asked, outcome) if self.as_recorded else asked

    def next_steps(self, run: Any, outcome: Outcome) -> Iterable[FollowUp]:
        return self.load(self.follow_ups)(run, outcome) if self.follow_ups else ()

    def steps_after_death(self, run: Any) -> Iterable[FollowUp]:
        return self.load(self.after_death)(run) if self.after_death else ()


def load(dotted: str) -> Any:
    return import_string(dotted.replace(":", "."))


NO_PARAMS: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}


def no_params(params: dict[str, Any]) -> dict[str, Any]:
    """For kinds that are told nothing."""
    if params:
        raise Refusal(Code.INVALID, fields={name[:60]: [gettext("not known")] for name in params})
    return {}


_kinds: dict[str, RunKind] = {}


def register(kind: RunKind) -> None:
    _kinds[kind.name] = kind


def kind_named(name: str) -> RunKind:
    try:
        return _kinds[name]
    except KeyError:
        raise Refusal(Code.UNKNOWN_KIND, facts={"known": sorted(_kinds)}) from None


def kinds() -> list[RunKind]:
    return sorted(_kinds.values(), key=lambda k: k.name)
