"""Recordings as words: heard once, by the kind of run `clinic.speech`, and kept in its sealed result, where every
capability finds them.

A place in the text and a moment of the recording are two names of the same words: `time_at` and `span_at` go from one
to the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic import source_views
from clinic.answer_telling import opened
from clinic.errors import Code, Refusal
from clinic.evidence import AudioTime, TextSpan
from clinic.formats import FORMATS
from clinic.lanes import Resource
from clinic.models import Hearing, HearingState, Result, Run, Upload, UploadKind, UploadSession
from clinic.pipeline import FollowUp, Outcome, RunKind, kinds, register
from clinic.source_views import SourceView

KIND = "clinic.speech"
LANGUAGES = ("en", "es")
BYTES_A_SECOND = 32_000  # of the recordings that are followed
LONG_S = 600.0  # from here on nobody sits and waits: the bulk lane hears it
PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "language": {"enum": list(LANGUAGES), "default": "en", "description": "What is spoken."},
        "then": {"type": "array", "items": {"type": "string"}, "default": [],
                 "description": "Kinds of run that are asked for by themselves once the words are there."},
    },
    "additionalProperties": False,
}  # fmt: skip


def clean(params: dict[str, Any]) -> dict[str, Any]:
    language, then = params.get("language", "en"), params.get("then", [])
    known = {kind.name for kind in kinds() if kind.hears_speech}
    wrong = {name[:60]: [gettext("not known")] for name in params if name not in ("language", "then")}
    if language not in LANGUAGES:
        wrong["language"] = [gettext("one of %s") % ", ".join(LANGUAGES)]
    if not isinstance(then, list) or not known.issuperset(map(str, then)):
        wrong["then"] = [gettext("some of %s") % ", ".join(sorted(known))]
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    return {"language": language, "then": sorted(set(then))}


def after_hearing(run: Run, outcome: Outcome) -> Iterable[FollowUp]:
    """Also where nothing could be heard: then a person is told by whoever was to go on."""
    return [FollowUp(kind) for kind in run.params["then"]]


def after_dying(run: Run) -> Iterable[FollowUp]:
    return [FollowUp(kind) for kind in run.params.get("then", ())]


def result_of(upload_id: UUID) -> Result | None:
    """The newest hearing of this recording; it may tell of a problem instead of words."""
    found = Result.objects.filter(kind=KIND, run__uploads=upload_id).select_related("case", "run")
    return found.order_by("-at").first()


def text_of(upload: Upload) -> str | None:
    """What the engine heard, without what is struck: what places in the text are counted in. None where nobody has
    heard it, or nobody can read it any more."""
    found = result_of(upload.pk)
    if found is None or found.facets.get("problem"):
        return None
    return opened(found).get("text")


@dataclass(frozen=True)
class Live:
    """What has been heard so far: a draft that may still change, and no part of any record."""

    words: tuple[dict[str, Any], ...]  # text, start, end, confidence, is_voiced
    seconds: float  # heard so far
    is_listening: bool

    @property
    def text(self) -> str:
        return " ".join(word["text"] for word in self.words if word["is_voiced"])


def live(session: UploadSession) -> Live | None:
    """Of a recording that is still coming. None where nobody was told its language, or it is not followed any more."""
    found = Hearing.objects.select_related("session__case").filter(session=session).first()
    if found is None or found.state == HearingState.GIVEN_UP:
        return None
    words = found.outcome["words"] if found.outcome else found.draft or ()
    return Live(tuple(words), found.size / BYTES_A_SECOND, found.state == HearingState.LISTENING)


def time_at(told: Mapping[str, Any], start: int, end: int) -> tuple[float, float] | None:
    """When the characters from `start` to `end` of the text were said. `told`: the outcome of a run."""
    said = [word for word in told.get("words", ()) if word["is_voiced"] and word["at"] < end and start < word["to"]]
    return (min(word["start"] for word in said), max(word["end"] for word in said)) if said else None


def span_at(told: Mapping[str, Any], start_s: float, end_s: float) -> tuple[int, int] | None:
    """Which characters of the text were said then."""
    said = [word for word in told.get("words", ())
            if word["is_voiced"] and word["start"] < end_s and start_s < word["end"]]  # fmt: skip
    return (min(word["at"] for word in said), max(word["to"] for word in said)) if said else None


def moment(upload: Any, told: Mapping[str, Any], start: int, end: int, *, weight: float = 0.0) -> AudioTime | None:
    """Evidence to listen to, for characters of the text. `upload`: anything with its id and digest."""
    time = time_at(told, start, end)
    if time is None or time[0] >= time[1]:
        return None
    words = told["text"][start:end]
    return AudioTime(upload=str(upload.id), sha256=upload.sha256, weight=weight, words=words, start_s=time[0],
                     end_s=time[1])  # fmt: skip


def span(upload: Any, told: Mapping[str, Any], start: int, end: int, *, weight: float = 0.0) -> TextSpan:
    """Evidence to read, for the same characters."""
    words = told["text"][start:end]
    return TextSpan(upload=str(upload.id), sha256=upload.sha256, weight=weight, words=words, start=start, end=end)


register(
    RunKind(
        name=KIND,
        title=_("Transcript of a recording"),
        resource=Resource.SPEECH,
        limit_s=7200,
        handler="clinic.speech_worker:hear",
        params="clinic.speech:clean",
        params_schema=PARAMS,
        follow_ups="clinic.speech:after_hearing",
        after_death="clinic.speech:after_dying",
        upload_kinds=frozenset({UploadKind.AUDIO.value}),
        uploads_min=1,
        uploads_max=1,
        stages=("open", "hear"),
        stage_titles={"open": _("Open the recording"), "hear": _("Turn speech into words")},
        fact_titles={
            "language": _("Language"), "then": _("Then"), "problem": _("Problem"), "engine": _("Heard by"),
            "second": _("Borne out by"), "is_draft": _("A draft"), "is_remote": _("Left the building"),
            "failed": _("Better engines that failed"), "seconds": _("Seconds"), "voiced_s": _("Seconds of speech"),
            "words": _("Words"), "to_confirm": _("To confirm"), "struck": _("Words in silence, struck"),
            "is_cut_short": _("Cut short"),
        },
        result_template="clinic/transcripts/result.html",
        is_clinical=False,
        is_offered=False,  # the page of a recording asks, in the lane that fits its length
    )
)  # fmt: skip

for _type in sorted({form.mime for form in FORMATS.values() if form.kind == UploadKind.AUDIO.value}):
    source_views.register(_type, SourceView(text="clinic.speech:text_of"))
