"""The rows of one case that this person may take along, of one moment. What she may not see yet stays here, and is
named with the reason."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.utils.module_loading import import_string

from clinic import capabilities, concealment, contradictions, cosigning, progress, report_sections, speech, transcripts
from clinic.answer_telling import for_many, opened
from clinic.authorization.actor import Actor
from clinic.export import parts
from clinic.export.parts import AddedFile, Resource
from clinic.models import (
    Case,
    Conflict,
    ConflictState,
    CoSignature,
    Engine,
    Entry,
    Note,
    Report,
    Result,
    Review,
    RunUpload,
    Site,
    Upload,
    UploadKind,
    User,
)
from clinic.models.reviews import ItemState
from clinic.report_content import body_of
from clinic.report_sections import Claim
from clinic.standing import is_clinical

MOST_ENTRIES = 5000  # lines of the story, the newest
READ_FIRST, EXPIRED = "read_first", "expired"


@dataclass(frozen=True)
class LeftOut:
    what: str  # "file", "answer"
    id: UUID
    why: str  # a code


@dataclass(frozen=True, kw_only=True)
class Told:
    """An engine's answer as it leaves. `is_signed`: it stands as it was given in the newest signed version."""

    result: Result
    title: str
    label: str
    words: str
    is_signed: bool
    probabilities: Mapping[str, float]  # calibrated, or none
    prediction_set: tuple[str, ...]
    class_words: Mapping[str, str]
    uploads: tuple[UUID, ...]
    is_rest: bool = False  # what of the answer is not in the signed version, where some of it is

    @property
    def status(self) -> str:
        return "final" if self.is_signed else "preliminary"


@dataclass(frozen=True)
class Spoken:
    """A recording as words, as they stand: a draft until a person has checked them."""

    upload: Upload
    text: str = field(repr=False)
    is_checked: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Gathered:
    by: User | None  # a part of the system is no person
    made_by: str
    at: datetime
    case: Case
    site: Site
    reports: list[Report]
    uploads: list[Upload]
    answers: list[Told]
    reviews: list[Review]
    notes: list[Note]
    spoken: list[Spoken]
    entries: list[Entry]
    conflicts: list[Conflict]
    cosigned: Mapping[UUID, list[CoSignature]]  # by version
    engines: Mapping[str, Engine]  # by their digest
    resources: list[Resource] = field(default_factory=list)  # of capabilities
    files: list[tuple[str, Iterable[AddedFile]]] = field(default_factory=list)  # of capabilities, by their folder
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def newest(self) -> Report | None:
        return self.reports[-1] if self.reports else None

    @property
    def standing(self) -> str:
        if self.newest is None:
            return "preliminary"
        return "amended" if self.newest.version > 1 else "signed"

    @property
    def open_conflicts(self) -> list[Conflict]:
        return [one for one in self.conflicts if one.state == ConflictState.OPEN]

    @property
    def people(self) -> dict[UUID, User]:
        rows = [self.by, *(one.signed_by for one in self.reports), *(one.added_by for one in self.uploads),
                *(one.author for one in self.notes),
                *(one.reader for one in self.reviews), *(one.actor for one in self.entries),
                *(one.decided_by for one in self.conflicts),
                *(row.signer for rows in self.cosigned.values() for row in rows)]  # fmt: skip
        return {one.pk: one for one in rows if one is not None}

    def of_the_core(self) -> Self:
        return replace(self, resources=[], files=[])

    def written(self) -> Iterator[AddedFile]:
        """The files of capabilities, each made as it is taken."""
        for folder, each in self.files:
            yield from (replace(one, path=f"{folder}/{one.path}") for one in each)

    def without(self, uploads: Collection[UUID], left: list[LeftOut]) -> Self:
        return replace(self, uploads=[one for one in self.uploads if one.pk not in uploads],
                       spoken=[one for one in self.spoken if one.upload.pk not in uploads],
                       left_out=[*self.left_out, *left])  # fmt: skip


def gather(by: Actor, case: Case, at: datetime, *, with_entries: bool = True, with_files: bool = False) -> Gathered:
    """`with_files`: what capabilities write too. Nothing is asked for it where somebody only looks."""
    reports = _of(case, Report.objects.visible_to(by).filter(case=case).select_related("signed_by").order_by("version"))
    added = list(parts.of_case(by, case))
    withheld = {pk: why for _folder, each in added for pk, why in each.withheld.items()}
    uploads, kept = _uploads(by, case, withheld)
    answers, reviews, hidden = _answers(by, case, reports[-1] if reports else None)
    return Gathered(
        by=User.objects.get(pk=by.user_id) if by.user_id else None, made_by=by.label, at=at, case=case,
        site=Site.objects.get(pk=case.site_id), reports=reports, uploads=uploads,
        answers=answers, reviews=reviews, notes=_notes(by, case), spoken=_spoken(uploads),
        entries=_entries(by, case) if with_entries else [], conflicts=contradictions.shown_to(by, case),
        cosigned=cosigning.signed_under(reports),
        engines=_engines(answers),
        resources=[one for _folder, each in added for one in each.resources],
        files=[(folder, each.write()) for folder, each in added] if with_files else [], left_out=[*kept, *hidden],
    )  # fmt: skip


def _of(case: Case, rows: Iterable[Any]) -> list[Any]:
    """Each knows its case already: what is sealed in it is opened without another question."""
    found = list(rows)
    for row in found:
        row.case = case
    return found


def _uploads(by: Actor, case: Case, withheld: Mapping[UUID, str]) -> tuple[list[Upload], list[LeftOut]]:
    rows = Upload.objects.visible_to(by).filter(case=case).select_related("added_by").order_by("added_at", "pk")
    every: list[Upload] = _of(case, rows)
    why = {one.pk: EXPIRED for one in every if one.expired_at is not None} | dict(withheld)
    kept = [LeftOut("file", one.pk, why[one.pk]) for one in every if one.pk in why]
    return [one for one in every if one.pk not in why], kept


def _answers(by: Actor, case: Case, newest: Report | None) -> tuple[list[Told], list[Review], list[LeftOut]]:
    rows = Result.objects.visible_to(by).filter(case=case).select_related("run").order_by("at", "pk")
    clinical = [one for one in _of(case, for_many(rows)) if is_clinical(one.kind)]
    hidden = concealment.concealed(clinical, by)
    left = [LeftOut("answer", one.pk, READ_FIRST) for one in clinical if one.pk in hidden]
    shown = [one for one in clinical if one.pk not in hidden]
    left += [LeftOut("answer", one.pk, EXPIRED) for one in shown if one.is_over]
    taken = [one for one in shown if not one.is_over]
    signed, inputs = _signed(newest), _inputs(taken)
    told = [each for one in taken for each in _told(one, signed.get(str(one.pk), ()), inputs[one.run_id])]
    return told, _reviews(by, case, {one.pk for one in taken}), left


def _inputs(results: Iterable[Result]) -> Mapping[UUID, list[UUID]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    rows = RunUpload.objects.filter(run__in=[one.run_id for one in results]).order_by("position")
    for run, upload in rows.values_list("run", "upload"):
        found[run].append(upload)
    return found


def _signed(newest: Report | None) -> dict[str, list[str]]:
    """By the answer that a signed sentence was taken from, word for word: those sentences."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for sentence in body_of(newest).sentences if newest else ():
        if sentence.origin:
            found[sentence.origin.result].append(sentence.text)
    return found


def _told(result: Result, signed: Sequence[str], uploads: list[UUID]) -> Iterator[Told]:
    """An answer of several sentences of which a person signed some is told in two: nothing is final that nobody
    signed."""
    capability, outcome, words = capabilities.of_kind(result.kind), opened(result), _words(result)
    is_calibrated = isinstance(outcome.get("probabilities"), dict)
    whole = Told(
        result=result, is_signed=bool(signed), uploads=tuple(uploads), words=" ".join(signed or words),
        title=str(capability.title if capability else progress.title_of(result.kind)),
        label=str(outcome.get("label") or ""),
        probabilities=outcome["probabilities"] if is_calibrated else {},
        prediction_set=tuple(outcome.get("prediction_set") or ()) if is_calibrated else (),
        class_words={name: str(card.words) for name, card in capability.classes.items()} if capability else {},
    )  # fmt: skip
    yield whole
    rest = [one for one in words if one not in signed]
    if signed and rest and not whole.label:
        yield replace(whole, is_signed=False, is_rest=True, words=" ".join(rest))


def _words(result: Result) -> list[str]:
    """What the answer has to say in a report, as the engine said it."""
    contributor = report_sections.contributor_for(result.kind)
    if contributor is None:
        return []
    claims: Callable[[Result, str], Iterable[Claim]] = import_string(contributor.claims.replace(":", "."))
    return [one.text for one in claims(result, "")]


def _reviews(by: Actor, case: Case, results: set[UUID]) -> list[Review]:
    """Of items that are decided: before that a reader may still be reading blind."""
    rows = Review.objects.visible_to(by).filter(case=case, result__in=results, item__state=ItemState.DECIDED)
    return _of(case, rows.select_related("reader").order_by("at", "pk"))


def _notes(by: Actor, case: Case) -> list[Note]:
    return _of(case, Note.objects.visible_to(by).filter(case=case).select_related("author").order_by("at", "pk"))


def _spoken(uploads: Iterable[Upload]) -> list[Spoken]:
    recordings = [one for one in uploads if one.kind == UploadKind.AUDIO]
    results = {one.pk: result for one in recordings if (result := speech.result_of(one.pk)) is not None}
    current = transcripts.currents(results.values())
    heard = ((one, results[one.pk]) for one in recordings if one.pk in results)
    found = ((one, told, current.get(told.run_id)) for one, told in heard)
    return [Spoken(one, now.text, now.is_checked, told.at) for one, told, now in found if now is not None]


def _entries(by: Actor, case: Case) -> list[Entry]:
    rows = Entry.objects.visible_to(by).filter(case=case).select_related("actor").order_by("-at", "-pk")
    return list(reversed(rows[:MOST_ENTRIES]))


def _engines(answers: Iterable[Told]) -> dict[str, Engine]:
    digests = {one.result.engine_digest for one in answers if one.result.engine_digest}
    return {one.digest: one for one in Engine.objects.filter(digest__in=digests)}
