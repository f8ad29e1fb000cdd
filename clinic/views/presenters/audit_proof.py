"""How the audit is proved, and what that does not say."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import chain, health
from clinic.checkpoints import Checkpoint, NotACheckpoint
from clinic.models import AuditCheckpoint, WitnessState

PROVES: list[str | Promise] = [
    _("That no event was changed, taken out, put in or put elsewhere since it was witnessed."),
    _("That every change has its event: both were written together or neither was."),
    _("That what an event says was written when its position says, after all before it."),
]
PROVES_NOT: list[str | Promise] = [
    _("That a person read what was on the screen."),
    _("Events younger than the last checkpoint: a minute, or a thousand of them, at most."),
    _("That the signing key was never copied: who has it, the database and the witness can forge all three."),
    _("That an event told the truth: the owner of the database can write one, but not take it back."),
    _("By the export of one site: that none of its events hides among those of the others. The whole export shows it."),
]


@dataclass(frozen=True)
class Standing:
    events: int
    checkpoints: int
    witnessed_to: int
    at: datetime | None
    key: str
    is_kept: bool
    keepers: list[WitnessState]
    place: str

    @property
    def waiting(self) -> int:
        return self.events - self.witnessed_to


def standing() -> Standing:
    newest = AuditCheckpoint.objects.order_by("-seq").first()
    return Standing(
        events=chain.last_link()[0],
        checkpoints=AuditCheckpoint.objects.count(),
        witnessed_to=newest.seq if newest else 0,
        at=newest.at if newest else None,
        key=_key_of(newest),
        is_kept=health.witness_is_kept(),
        keepers=list(WitnessState.objects.order_by("name")),
        place=str(settings.WITNESS_BUCKET or settings.WITNESS_FILE),
    )


def _key_of(copy: AuditCheckpoint | None) -> str:
    try:
        return Checkpoint.parse(copy.line).seal.key_id if copy else ""
    except NotACheckpoint:
        return ""
