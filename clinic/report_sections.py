"""The parts of a report, and what engines' answers have to say in them. A capability registers from `apps.py` how its
answers become sentences; an answer with classes needs nothing: it is worded here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from clinic import capabilities, concealment
from clinic.authorization.actor import Actor
from clinic.capabilities import Capability
from clinic.evidence import Evidence, read
from clinic.models import Case, Result, ReviewItem
from clinic.models.reviews import CANNOT_TELL, OPEN_STATES
from clinic.report_body import Origin


@dataclass(frozen=True)
class Section:
    name: str
    title: str | Promise
    order: int


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence an answer has to offer. `name` tells which of several it is, whatever people made of it."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    name: str = ""
    has_own_sources: bool = False  # people changed what it says, and what it points at is what they kept


@dataclass(frozen=True, kw_only=True)
class Contributor:
    """How the answers of one kind of run become sentences."""

    kind: str
    section: Section
    claims: (
        str  # 'app.reports:claims' (Result, decided) -> Iterable[Claim]; decided: the label people settled on, or ""
    )


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A claim that may be taken over into the report, or the reason why not yet."""

    key: str
    section: Section
    claim: Claim
    origin: Origin
    is_open: bool = False  # people have still to decide on the answer
    decided: str = ""  # the label people settled on
    overruled: Claim | None = None  # what the engine had said, where people settled on something else


CORE = (
    Section("findings", _("Findings"), 50),
    Section("impression", _("Impression"), 60),
    Section("plan", _("Plan"), 70),
)
_contributors: dict[str, Contributor] = {}


def register(contributor: Contributor) -> None:
    _contributors[contributor.kind] = contributor


def contributor_for(kind: str) -> Contributor | None:
    capability = capabilities.of_kind(kind)
    return _contributors.get(kind) or (_of_classes(capability) if capability else None)


def _of_classes(capability: Capability) -> Contributor:
    section = Section(capability.name, capability.title, 10)
    return Contributor(kind=capability.kind, section=section, claims=f"{__name__}:class_claims")


def class_claims(result: Result, decided: str) -> Iterable[Claim]:
    """Of an answer with classes: its title and the class. What speaks against it does not support it."""
    capability = capabilities.of_kind(result.kind)
    label = decided or result.outcome.get("label", "")
    if capability is None or label not in capability.classes:
        return
    told = [read(one) for one in result.outcome.get("evidence", ())]
    supports = tuple(one for one in told if one.weight >= 0)
    yield Claim(text=f"{capability.title}: {capability.classes[label].words}.", evidence=supports)


def sections(used: Iterable[str] = ()) -> list[Section]:
    """In the order they stand. `used`: those of a report, of capabilities that are gone as well."""
    known = {section.name: section for section in CORE}
    known |= {c.section.name: c.section for c in _contributors.values()}
    known |= {c.name: Section(c.name, c.title, 10) for c in capabilities.capabilities() if c.kind not in _contributors}
    known |= {name: Section(name, name, 40) for name in used if name not in known}
    return sorted(known.values(), key=lambda section: (section.order, section.name))


def suggestions(by: Actor, case: Case) -> list[Suggestion]:
    """From every answer of the case, the newest first."""
    results = list(Result.objects.visible_to(by).filter(case=case).order_by("-at"))
    hidden = concealment.concealed(results, by)
    items = _newest_items(case)
    found: list[Suggestion] = []
    for result in results:
        if result.pk in hidden:
            continue
        if contributor := contributor_for(result.kind):
            result.case = case
            found += _of_result(result, contributor, items.get(result.pk))
    return found


def _newest_items(case: Case) -> dict[object, ReviewItem]:
    items = ReviewItem.objects.filter(case=case).exclude(result=None).order_by("created_at")
    return {item.result_id: item for item in items}


def _of_result(result: Result, contributor: Contributor, item: ReviewItem | None) -> Iterable[Suggestion]:
    decided = item.decided_label if item else ""
    if decided == CANNOT_TELL:
        return
    origin = Origin(result=str(result.pk), output_sha256=result.output_sha256, engine=result.engine,
                    engine_digest=result.engine_digest)  # fmt: skip
    words: Callable[[Result, str], Iterable[Claim]] = import_string(contributor.claims.replace(":", "."))
    said, settled = _by_name(words(result, "")), _by_name(words(result, decided))
    for name, claim in settled.items():
        engines = said.get(name)
        is_overruled = engines is not None and engines.text != claim.text
        yield Suggestion(
            key=f"{result.pk}.{name}", section=contributor.section, origin=origin, decided=decided,
            claim=replace(claim, evidence=()) if is_overruled and not claim.has_own_sources else claim,
            overruled=engines if is_overruled else None,
            is_open=item is not None and item.state in OPEN_STATES,
        )  # fmt: skip


def _by_name(claims: Iterable[Claim]) -> dict[str, Claim]:
    """Those without a name are known by their place."""
    return {claim.name or str(number): claim for number, claim in enumerate(claims)}
