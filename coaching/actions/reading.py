"""What becomes of an attempt: heard while it comes, measured as soon as it is whole, and then told something useful.

    record ─► pieces ─► hear, hear, hear ─┐
                 whole ─► hear the rest   ├─► feedback
                 whole ─► sound ──────────┘
Hearing and measuring run side by side, in workers of their own. Each step asks for the next one in its own transaction,
under the attempt's lock, so none can be forgotten and none comes twice.
"""

from uuid import UUID

from django.utils import timezone

from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.models import Run, RunState
from clinic.models.runs import ACTIVE
from coaching import kinds, words
from coaching.actions import counting
from coaching.models import BYTES_A_SECOND, HEADER_BYTES, Attempt, AttemptState
from coaching.outcomes import Advised, Heard, Sounded

HEAR_EVERY_BYTES = 10 * BYTES_A_SECOND
BROKE = "broke"


def go_on(attempt: Attempt) -> None:
    """Whatever is due now is asked for. The caller holds the attempt's lock; by the house, so that no list of jobs
    says who practises."""
    by = Actor.system("coaching", attempt.site_id)
    if attempt.heard_at is None and not _is_active(attempt.hear_run_id):
        _hear_on(by, attempt)
    if attempt.state != AttemptState.READING:
        return
    if attempt.measured_at is None and attempt.sound_run_id is None:
        attempt.sound_run, _is_new = runs.request(by=by, kind=kinds.SOUND, params={"attempt": str(attempt.pk)})
        attempt.save(update_fields=["sound_run"])
    if attempt.heard_at and attempt.measured_at and attempt.feedback_run_id is None:
        attempt.feedback_run, _is_new = runs.request(by=by, kind=kinds.FEEDBACK, params={"attempt": str(attempt.pk)})
        attempt.save(update_fields=["feedback_run"])


def _is_active(run_id: UUID | None) -> bool:
    return run_id is not None and Run.objects.filter(pk=run_id, state__in=ACTIVE).exists()


def _hear_on(by: Actor, attempt: Attempt) -> None:
    left = attempt.received - HEADER_BYTES - attempt.heard_to
    is_whole = attempt.state == AttemptState.READING
    if is_whole and left < 2:
        attempt.heard_at = timezone.now()
        attempt.save(update_fields=["heard_at"])
    elif is_whole or left >= HEAR_EVERY_BYTES:
        attempt.hears += 1
        params = {"attempt": str(attempt.pk), "part": attempt.hears}
        attempt.hear_run, _is_new = runs.request(by=by, kind=kinds.HEAR, params=params)
        attempt.save(update_fields=["hears", "hear_run"])


def _held(run: Run) -> Attempt | None:
    """None where it was deleted since, or its words were."""
    rows = Attempt.objects.select_for_update(no_key=True, of=("self",)).select_related("practice")
    found = rows.filter(pk=run.params["attempt"], forgotten_at=None).first()
    return found if found and found.is_under_way else None


# --- in the finishing transaction of a run ----------------------------------------------------------------------------


def heard(*, run: Run, outcome: Heard, by: Actor) -> None:
    attempt = _held(run)
    if attempt is None or attempt.hear_run_id != run.pk:
        return
    attempt.answer = words.joined(attempt.answer, outcome.private["words"])
    attempt.heard_to = max(attempt.heard_to, outcome.heard_to)
    attempt.heard_by, attempt.is_draft = outcome.heard_by or attempt.heard_by, outcome.is_draft or attempt.is_draft
    attempt.problem = outcome.problem or attempt.problem
    attempt.save(update_fields=["answer", "heard_to", "heard_by", "is_draft", "problem"])


def measured(*, run: Run, outcome: Sounded, by: Actor) -> None:
    attempt = _held(run)
    if attempt is None:
        return
    attempt.sounding, attempt.expression = outcome.private["sounding"], outcome.private["expression"]
    attempt.sound_problem, attempt.measured_at = outcome.problem, timezone.now()
    attempt.save(update_fields=["sounding", "expression", "sound_problem", "measured_at"])


def told(*, run: Run, outcome: Advised, by: Actor) -> None:
    attempt = _held(run)
    if attempt is None:
        return
    attempt.read, attempt.figures = outcome.private["read"], outcome.private["figures"]
    attempt.weak = outcome.private["weak"]
    attempt.state, attempt.told_at = AttemptState.DONE, timezone.now()
    attempt.save(update_fields=["read", "figures", "weak", "state", "told_at"])
    counting.told(attempt, outcome)


def run_ended(*, by: Actor, run: Run) -> None:
    """However it ended, the attempt goes on: without words, without measures, or without feedback, and says so."""
    if run.kind not in (kinds.HEAR, kinds.SOUND, kinds.FEEDBACK):
        return
    attempt = _held(run)
    if attempt is None:
        return
    if run.state != RunState.SUCCEEDED:
        _do_without(attempt, run)
    go_on(attempt)


def _do_without(attempt: Attempt, run: Run) -> None:
    now = timezone.now()
    if run.kind == kinds.HEAR and attempt.hear_run_id == run.pk:
        attempt.heard_to, attempt.problem = attempt.received - HEADER_BYTES, BROKE
    elif run.kind == kinds.SOUND:
        attempt.measured_at, attempt.sound_problem = now, BROKE
    elif run.kind == kinds.FEEDBACK:
        attempt.state, attempt.problem, attempt.told_at = AttemptState.FAILED, BROKE, now
        counting.untold(attempt)
    attempt.save(update_fields=["heard_to", "problem", "measured_at", "sound_problem", "state", "told_at"])
