"""What a statement points at, as numbered links. A link to what is no longer as it was leads nowhere and says why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.authorization.actor import Actor
from clinic.evidence import AudioTime, Evidence, ImageRegion, PageBox, TextSpan, read
from clinic.models import Result, Upload
from clinic.sealed_words import said
from clinic.sources import Source, Sources, State

BROKEN: dict[State, str | Promise] = {
    State.CHANGED: gettext_lazy("The source no longer matches: another file stands there now."),
    State.DAMAGED: gettext_lazy("The source no longer matches: its stored bytes were changed."),
    State.GONE: gettext_lazy("The source is gone."),
    State.ELSEWHERE: gettext_lazy("The source does not say this at the place named."),
}


@dataclass(frozen=True)
class EvidenceLink:
    """As partials/evidence.html and the AI card take it."""

    number: int
    text: str | Promise
    source: str
    state: State
    url: str = ""  # of the page that opens the place; a broken one has none
    is_against: bool = False

    @property
    def is_broken(self) -> bool:
        return self.state != State.FITS

    @property
    def reason(self) -> str | Promise:
        return BROKEN.get(self.state, "")


def of_result(actor: Actor, result: Result) -> list[EvidenceLink]:
    """Of an engine's answer. The caller has noted that the answer is read."""
    return links(actor, [read(told) for told in result.outcome.get("evidence", ())])


def links(actor: Actor, evidence: Sequence[Evidence]) -> list[EvidenceLink]:
    return numbered(Sources.of(Upload.objects.visible_to(actor), evidence), evidence)


def numbered(sources: Sources, evidence: Iterable[Evidence], *, first: int = 1) -> list[EvidenceLink]:
    return [_link(number, one, sources) for number, one in enumerate(evidence, first)]


def _link(number: int, evidence: Evidence, sources: Sources) -> EvidenceLink:
    source, state = sources.get(evidence), sources.look(evidence)
    words = evidence.words or (source.words_at(evidence) if source else "") or _wordless(evidence)
    return EvidenceLink(
        number=number, text=words, source=where(evidence, source), state=state,
        url=place_url(evidence) if state == State.FITS else "", is_against=evidence.weight < 0,
    )  # fmt: skip


def _wordless(evidence: Evidence) -> str:
    return _("Marked place in the picture") if isinstance(evidence, ImageRegion) else _("No words")


def place_url(evidence: Evidence) -> str:
    """The address says where to look, never what stands there."""
    return f"{reverse('evidence', args=[evidence.upload])}?{urlencode(evidence.place())}#place"


def where(evidence: Evidence, source: Source | None) -> str:
    name = str(said(lambda: source.upload.name)) if source else ""
    return ", ".join(filter(None, [name, _position(evidence, source)]))


def _position(evidence: Evidence, source: Source | None) -> str:
    match evidence:
        case TextSpan():
            text = source.text if source else None
            return "" if text is None else _("line %d") % (text.count("\n", 0, evidence.start) + 1)
        case PageBox():
            return _("page %d") % evidence.page
        case AudioTime():
            return f"{clock(evidence.start_s)}–{clock(evidence.end_s)}"
    return _("region")


def clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
