"""Which prompt is asked with, which wait, and whether what the database holds is what the product wrote."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from extraction import prompts
from extraction.models import PromptMove, PromptTrial, PromptVersion

LIVE, CANDIDATE, RETIRED = "live", "candidate", "retired"


def newest_move(site_id: UUID) -> PromptMove | None:
    return PromptMove.objects.filter(site=site_id).select_related("version", "before").order_by("-number").first()


def live(site_id: UUID) -> PromptVersion | None:
    """Asked again for every run: a move counts from the next one on. What was written past the product is refused."""
    move = newest_move(site_id)
    if move is None:
        return None
    if not move.holds:
        raise Refusal(Code.PROMPT_ALTERED)
    return untouched(move.version)


def untouched(version: PromptVersion) -> PromptVersion:
    if not is_untouched(version):
        raise Refusal(Code.PROMPT_ALTERED)
    return version


def is_untouched(version: PromptVersion) -> bool:
    return version.sha256 == prompts.digest(version.text) and version.holds


def the_one_before(site_id: UUID) -> PromptVersion | None:
    """What was asked with before the present one was made live, however often it went back and forth since."""
    move = newest_move(site_id)
    if move is None:
        return None
    made_live = PromptMove.objects.filter(site=site_id, version=move.version_id).exclude(
        cause=PromptMove.Cause.ROLLED_BACK
    )
    latest = made_live.select_related("before").order_by("-number").first()
    return latest.before if latest else None


def passed_trial(version: PromptVersion) -> PromptTrial | None:
    """The newest trial of this very text, where it passed and nobody wrote it in by hand."""
    newest = PromptTrial.objects.filter(version=version).order_by("-at", "-id").first()
    if newest is None or newest.sha256 != prompts.digest(version.text):
        return None
    return newest if newest.is_passed and newest.holds else None


@dataclass(frozen=True)
class Standing:
    """Where the versions of a site stand."""

    live: UUID | None = None
    was_live: frozenset[UUID] = field(default_factory=frozenset)

    def of(self, version: PromptVersion) -> str:
        if version.pk == self.live:
            return LIVE
        return RETIRED if version.pk in self.was_live else CANDIDATE


def standing(site_id: UUID) -> Standing:
    moved = list(PromptMove.objects.filter(site=site_id).order_by("number").values_list("version", flat=True))
    return Standing(moved[-1] if moved else None, frozenset(moved))


def versions(by: Actor) -> QuerySet[PromptVersion]:
    return PromptVersion.objects.visible_to(by).select_related("parent", "merged", "author").order_by("-at", "-id")


def version(by: Actor, pk: UUID) -> PromptVersion:
    found = versions(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found
