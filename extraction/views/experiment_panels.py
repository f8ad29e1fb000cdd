"""What the pages of experiments show: the plan, the interval that holds at any look, and what the rule allows."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.doubt.trial import Compared, Says
from clinic.errors import Words
from clinic.sealed_words import said
from extraction.experiment_figures import Shown
from extraction.models import Experiment
from extraction.models.experiments import Phase, Verdict
from extraction.wording import KINDS

TONES = {Phase.DRAFT: ("line", "pencil"), Phase.RUNNING: ("accent", "arrow-repeat"), Phase.ENDED: ("", "check-lg")}
SAYS: dict[Says, str | Promise] = {
    Says.GO_ON: _("No verdict yet. Looking does no harm: the interval holds whenever it is looked at."),
    Says.SECOND_WINS: _("The second is better, beyond chance, and as many documents came as were planned."),
    Says.FIRST_WINS: _("The first is better, beyond chance, and as many documents came as were planned."),
    Says.HARM: _("The second is worse, beyond chance. It may be stopped before the planned number."),
    Says.FUTILE: _("An effect worth finding is excluded. It may be stopped."),
}


@dataclass(frozen=True)
class Row:
    experiment: Experiment
    phase: str
    phase_words: Words
    tone: str
    icon: str
    verdict: Words


def row(one: Experiment) -> Row:
    phase, verdict = Phase(getattr(one, "phase", Phase.DRAFT)), Verdict(getattr(one, "verdict", "") or "")
    tone, icon = TONES[phase]
    return Row(one, phase.value, phase.label, tone, icon, verdict.label if verdict else "")


@dataclass(frozen=True)
class Line:
    name: Words
    compared: Compared


@dataclass(frozen=True)
class Page:
    row: Row
    hypothesis: Words
    shown: Shown
    says: Words
    moves: list[dict[str, Any]] = field(default_factory=list)
    by_kind: list[Line] = field(default_factory=list)
    by_document: list[Line] = field(default_factory=list)

    @property
    def needed(self) -> int:
        return self.row.experiment.plan.needed

    @property
    def n(self) -> int:
        return self.shown.whole.n if self.shown.whole else 0

    @property
    def percent(self) -> int:
        return min(100, 100 * self.n // self.needed)

    @property
    def points(self) -> float:
        return 100 * self.row.experiment.effect

    @property
    def may_conclude(self) -> bool:
        return self.row.phase == Phase.RUNNING and self.shown.says is not Says.GO_ON


def page_of(one: Experiment, shown: Shown) -> Page:
    moves = [{"row": move, "reason": said(lambda move=move: move.reason)}  # type: ignore[misc]
             for move in one.moves.select_related("by").order_by("-number")]  # fmt: skip
    return Page(
        row=row(one), hypothesis=said(lambda: one.hypothesis), shown=shown, says=SAYS[shown.says], moves=moves,
        by_kind=[Line(KINDS.get(part.name, part.name), part.compared) for part in shown.by_kind],
        by_document=[Line(part.name, part.compared) for part in shown.by_document],
    )  # fmt: skip
