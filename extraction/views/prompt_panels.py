"""What the pages of prompts show: where each stands, its trials in figures, and line by line what changed."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.errors import Words
from clinic.models import Deployment, EngineState, Run
from clinic.models.runs import ACTIVE
from clinic.sealed_words import said
from clinic.views.presenters import proposals
from extraction import prompt_engines, prompt_shelf, trial_figures
from extraction.actions.prompts import PROMOTE
from extraction.fields import NAME
from extraction.models import BlindComparison, PromptMove, PromptTrial, PromptVersion
from extraction.prompt_orders import TRIAL
from extraction.prompt_shelf import LIVE
from extraction.trial_figures import Figures

REASONS: dict[str, str | Promise] = {
    trial_figures.NOTHING_ASKED: _("No document was asked about."),
    trial_figures.NOT_VALID: _("Not every answer fits the schema."),
    trial_figures.DEGENERATE: _("Some answers say nothing: placeholders, the example, a refusal."),
    trial_figures.UNFOUNDED: _("More than 5 % of the values do not stand in the documents."),
    trial_figures.TOO_LOW: _("Fewer than half of the values are right."),
    trial_figures.WORSE: _("It is worse than the prompt that is live, beyond chance."),
}
CONTEXT_LINES = 3


@dataclass(frozen=True)
class Trial:
    row: PromptTrial
    figures: Figures
    reasons: list[Words]
    holds: bool

    @property
    def is_passed(self) -> bool:
        return self.row.is_passed and self.holds


@dataclass(frozen=True)
class Row:
    version: PromptVersion
    standing: str  # as {% status %} takes it
    is_untouched: bool
    trial: Trial | None


def shelf(by: Actor) -> dict[str, Any]:
    found, stands = list(prompt_shelf.versions(by)), prompt_shelf.standing(by.here)
    rows = [_row(one, stands.of(one)) for one in found]
    return {
        "rows": sorted(rows, key=lambda row: row.standing != LIVE), "moves": _moves(by),
        "rules": _rules(by), "engine": prompt_engines.configured(),
        "waiting": proposals.waiting(by, kind=PROMOTE), "may_go_back": prompt_shelf.the_one_before(by.here) is not None,
    }  # fmt: skip


def _rules(by: Actor) -> list[Deployment]:
    """Rules are named by their digest as prompts are, and stand beside them."""
    held = Deployment.objects.visible_to(by).filter(capability=NAME, state=EngineState.LIVE)
    return list(held.select_related("engine"))


def _row(version: PromptVersion, stands: str) -> Row:
    trials = _trials(version, 1)
    return Row(version, stands, prompt_shelf.is_untouched(version), trials[0] if trials else None)


def _trials(version: PromptVersion, most: int) -> list[Trial]:
    rows = PromptTrial.objects.filter(version=version).select_related("run").order_by("-at", "-id")[:most]
    return [Trial(row, Figures.from_json(row.figures), [REASONS.get(code, code) for code in row.reasons], row.holds)
            for row in rows]  # fmt: skip


@dataclass(frozen=True)
class Move:
    row: PromptMove
    reason: Words
    holds: bool


def _moves(by: Actor, **only: Any) -> list[Move]:
    rows = PromptMove.objects.visible_to(by).filter(**only).select_related("version", "before", "by", "asked_by")
    return [Move(row, said(lambda row=row: row.reason), row.holds) for row in rows.order_by("-number")[:20]]  # type: ignore[misc]


def next_name(by: Actor) -> str:
    names = PromptVersion.objects.visible_to(by).values_list("name", flat=True)
    numbers = [int(found[1]) for name in names if (found := re.fullmatch(r"v(\d+)", name))]
    return f"v{max(numbers, default=0) + 1}"


# --- one --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """Of a difference: "same", "gone", "new" or "left_out" (how many lines that are the same)."""

    kind: str
    text: str = ""
    old: int | None = None
    new: int | None = None
    count: int = 0


@dataclass(frozen=True)
class Page:
    version: PromptVersion
    standing: str
    note: Words
    is_untouched: bool
    is_live: bool
    trials: list[Trial] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    waiting: list[proposals.Line] = field(default_factory=list)
    others: list[PromptVersion] = field(default_factory=list)
    against: PromptVersion | None = None
    lines: list[Line] = field(default_factory=list)
    engine: prompt_engines.PromptEngine | None = None
    may_promote: bool = False
    comparisons: list[BlindComparison] = field(default_factory=list)
    running: Run | None = None

    @property
    def changed(self) -> int:
        return sum(line.kind in ("gone", "new") for line in self.lines)


def page_of(by: Actor, version: PromptVersion, against: str) -> Page:
    stands = prompt_shelf.standing(by.here).of(version)
    others = list(prompt_shelf.versions(by).exclude(pk=version.pk))
    beside = next((one for one in others if str(one.pk) == against), version.parent)
    waiting = proposals.waiting(by, kind=PROMOTE, target_id=version.pk)
    passed = prompt_shelf.is_untouched(version) and prompt_shelf.passed_trial(version) is not None
    return Page(
        version=version, standing=stands, note=said(lambda: version.note), is_live=stands == LIVE,
        is_untouched=prompt_shelf.is_untouched(version),
        trials=_trials(version, 10), moves=_moves(by, version=version), waiting=waiting, others=others,
        against=beside, lines=difference(beside.text, version.text) if beside else [],
        engine=prompt_engines.configured(), may_promote=passed and stands != LIVE and not waiting,
        running=_running(version.pk), comparisons=_comparisons(by, version),
    )  # fmt: skip


def _comparisons(by: Actor, version: PromptVersion) -> list[BlindComparison]:
    rows = BlindComparison.objects.visible_to(by).filter(Q(first=version) | Q(second=version))
    return list(rows.select_related("first", "second").order_by("-at")[:10])


def _running(pk: UUID) -> Run | None:
    return Run.objects.filter(kind=TRIAL, state__in=ACTIVE, params__version=str(pk)).first()


def difference(old: str, new: str) -> list[Line]:
    """Line by line; of what is the same only the lines around a change."""
    a, b = old.splitlines(), new.splitlines()
    found: list[Line] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _same(b, a1, b1, b2, is_first=b1 == 0, is_last=b2 == len(b))
            continue
        found += [Line("gone", a[at], old=at + 1) for at in range(a1, a2)]
        found += [Line("new", b[at], new=at + 1) for at in range(b1, b2)]
    return found


def _same(b: list[str], a1: int, b1: int, b2: int, *, is_first: bool, is_last: bool) -> list[Line]:
    lines = [Line("same", b[at], old=a1 + at - b1 + 1, new=at + 1) for at in range(b1, b2)]
    head, tail = 0 if is_first else CONTEXT_LINES, 0 if is_last else CONTEXT_LINES
    left_out = len(lines) - head - tail
    if left_out <= 1:
        return lines
    return [*lines[:head], Line("left_out", count=left_out), *lines[len(lines) - tail :]]
