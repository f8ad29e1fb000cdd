"""Contradictions of a case: asked about when its sources change, kept as they are found, decided by a person."""

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, contradictions
from clinic.actions import runs, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.contradictions import ComparedOutcome, Found
from clinic.errors import Code, Refusal
from clinic.models import Case, Conflict, ConflictState, EntryKind, Run, RunState
from clinic.models.conflicts import Holds
from clinic.models.runs import ACTIVE

FEWEST_SOURCES = 2
NO_CONTRADICTION = "none"
DECIDED = ("state", "holds", "reason", "decided_by", "decided_at")
SHORTEST_REASON, LONGEST_REASON = 3, 1_000


def run_ended(*, by: Actor, run: Run) -> None:
    """What was read may state something that another source denies."""
    told = {kind for reader in contradictions.readers() for kind in reader.kinds}
    if run.case is not None and run.kind in told and run.state == RunState.SUCCEEDED:
        ask(by=by, case=run.case)


def ask(*, by: Actor, case: Case) -> Run | None:
    """Once for every state of the sources. Nothing where there is nothing to compare, or it was done already."""
    found = contradictions.states(case)
    if len(found) < FEWEST_SOURCES or not case.takes_additions or contradictions.is_compared(case, found):
        return None
    wanted = {"inputs": contradictions.inputs(found)}
    under_way = Run.objects.filter(case=case, kind=contradictions.KIND, state__in=ACTIVE, params=wanted)
    if under_way.exists():
        return None
    system = Actor.system("contradictions", site_id=case.site_id)
    run, _is_new = runs.request(by=system, kind=contradictions.KIND, case=case, params=wanted)
    return run


def record(*, run: Run, outcome: ComparedOutcome, by: Actor) -> None:
    """In the finishing transaction of the run. What was decided stays so as long as both sides say the same."""
    case = Case.objects.get(runs=run.pk)
    with audit.act(by, "conflicts.compared") as doing:
        known = {row.fingerprint: row for row in Conflict.objects.select_for_update().filter(case=case)}
        found = {one.fingerprint: one for one in outcome.found}
        new = [_row(case, one) for fingerprint, one in found.items() if fingerprint not in known]
        for row in new:
            row.save(force_insert=True)
        gone = [row.pk for row in known.values() if row.state == ConflictState.OPEN and row.fingerprint not in found]
        again = [row.pk for row in known.values() if row.state == ConflictState.GONE and row.fingerprint in found]
        Conflict.objects.filter(pk__in=gone).update(state=ConflictState.GONE)
        Conflict.objects.filter(pk__in=again).update(state=ConflictState.OPEN)
        if new:
            timeline.add(doing, case=case, kind=EntryKind.CONFLICTS_FOUND, subject_id=run.pk, count=len(new))
        doing.about(run, case=case, new=len(new), gone=len(gone), again=len(again))


def _row(case: Case, found: Found) -> Conflict:
    sides = {"about": found.about, "sides": [vars(side) for side in found.sides]}
    return Conflict(site_id=case.site_id, case=case, kind=found.kind, fingerprint=found.fingerprint, sides=sides,
                    results=list(found.results))  # fmt: skip


def decide(*, by: Actor, conflict: Conflict, holds: str, reason: str) -> Conflict:
    """As a page or a program says it: which of the two holds, or `NO_CONTRADICTION`."""
    if holds == NO_CONTRADICTION:
        return dismiss(by=by, conflict=conflict, reason=reason)
    return settle(by=by, conflict=conflict, holds=holds, reason=reason)


def settle(*, by: Actor, conflict: Conflict, holds: str, reason: str) -> Conflict:
    """Which of the two is so, and why. The sources stay as they are: what was written was written."""
    if holds not in Holds.values:
        raise Refusal(Code.INVALID, fields={"holds": [_("Say which of the two holds, or neither.")]})
    return _decide(by, conflict, ConflictState.SETTLED, reason, holds)


def dismiss(*, by: Actor, conflict: Conflict, reason: str) -> Conflict:
    """It is no contradiction: another time, another meaning."""
    return _decide(by, conflict, ConflictState.DISMISSED, reason)


def _decide(by: Actor, conflict: Conflict, state: ConflictState, reason: str, holds: str = "") -> Conflict:
    by.require(Permission.REVIEW_WORK)
    told = reason.strip()
    if not SHORTEST_REASON <= len(told) <= LONGEST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in a few words.")]})
    with audit.act(by, f"conflict.{state.value}") as doing:
        held = _locked(conflict)
        if held.state != ConflictState.OPEN:
            raise Refusal(Code.ALREADY_DECIDED)
        held.state, held.holds, held.reason = state, holds, told
        held.decided_by_id, held.decided_at = by.user_id, timezone.now()
        held.save(update_fields=DECIDED)
        timeline.add(doing, case=held.case, kind=EntryKind.CONFLICT_DECIDED, subject_id=held.pk, state=state.value,
                     conflict=held.kind)  # fmt: skip
        doing.about(held, case=held.case, conflict=held.kind, holds=holds, fields=("reason",))
    return held


def _locked(conflict: Conflict) -> Conflict:
    return Conflict.objects.select_for_update(of=("self",)).select_related("case__patient").get(pk=conflict.pk)


def reopen(*, by: Actor, conflict: Conflict) -> Conflict:
    """A decision that was wrong is taken back; who made it, and when, stays in the audit and in the story."""
    by.require(Permission.REVIEW_WORK)
    with audit.act(by, "conflict.reopened") as doing:
        held = _locked(conflict)
        if held.state not in (ConflictState.SETTLED, ConflictState.DISMISSED):
            raise Refusal(Code.NOTHING_TO_UNDO)
        held.state, held.holds, held.reason, held.decided_by, held.decided_at = ConflictState.OPEN, "", None, None, None
        held.save(update_fields=DECIDED)
        doing.about(held, case=held.case, conflict=held.kind)
    return held
