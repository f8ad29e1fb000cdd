"""Which results go to a person, and why: decided in the transaction that stores them, so that none slips by."""

from uuid import UUID

from clinic import audit, capabilities, stops
from clinic.actions import cases, notifications, timeline
from clinic.answers import Answer
from clinic.audit import Act
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability
from clinic.errors import Code, Refusal
from clinic.holding import FREE
from clinic.models import Case, CaseState, EntryKind, FlagReason, ItemState, NoticeKind, Result, ReviewItem, Run
from clinic.models.reviews import OPEN_STATES
from clinic.review_policy import limits_of, rules_of
from clinic.review_rules import Reading, Rules, Told, drawn, highest_risk, reading, reasons, uncertainty

CHOSEN_BY_HAND = 0.0  # no chance brought it here, so it weighs nothing in figures


def consider(*, by: Actor, run: Run, result: Result, answer: Answer) -> ReviewItem | None:
    """Called once per answer. Nobody needed: it stands as accepted by policy, which is no person's decision."""
    capability = capabilities.of_kind(run.kind)
    if capability is None:
        return None
    told, rules = Told.of(answer.facets()), rules_of(run.site_id, capability.name)
    found = _reasons(run, result, told, capability, rules)
    is_sample = not found and drawn(run.pk) < rules.sample_percent / 100
    if not found and not is_sample:
        _accept(by=by, run=run, result=result, capability=capability)
        return None
    return _flag(
        by=by, run=run, result=result, capability=capability,
        reasons=[FlagReason.POLICY_SAMPLE] if is_sample else found, told=told,
        sampling=rules.sample_percent / 100 if is_sample else 1.0, how=reading(told, rules, is_sample=is_sample),
    )  # fmt: skip


def _reasons(run: Run, result: Result, told: Told, capability: Capability, rules: Rules) -> list[FlagReason]:
    limits = limits_of(run.site_id, capability, result.engine_digest)
    found = reasons(told, capability, limits, rules)
    if result.receipt.get("why_not_better"):
        found.append(FlagReason.SIMPLER_ENGINE)
    if stops.standing_while_writing(run.site_id, capability.name).covers(*told.possible):
        found.append(FlagReason.STOPPED)
    return found


def consider_failure(*, by: Actor, run: Run, reason: FlagReason = FlagReason.FAILURE) -> ReviewItem | None:
    """No engine answered, or none may: then a person does, without one."""
    capability = capabilities.of_kind(run.kind)
    if capability is None or _is_waiting(run.pk):
        return None
    rules = rules_of(run.site_id, capability.name)
    return _flag(by=by, run=run, result=None, capability=capability, reasons=[reason], told=None, sampling=1.0,
                 how=reading(None, rules))  # fmt: skip


def ask(*, by: Actor, result: Result, note: str) -> ReviewItem:
    """A person wants another to look, whatever policy says."""
    by.require(Permission.REVIEW_WORK)
    capability = capabilities.of_kind(result.kind)
    if capability is None:
        raise Refusal(Code.NOT_REVIEWED)
    with audit.together():
        run = Run.objects.select_for_update(no_key=True, of=("self",)).select_related("case").get(pk=result.run_id)
        if _is_waiting(run.pk):
            raise Refusal(Code.WAITS_ALREADY)
        told = Told.of(result.facets)
        return _flag(by=by, run=run, result=result, capability=capability, reasons=[FlagReason.ASKED], told=told,
                     sampling=CHOSEN_BY_HAND, how=Reading(), question=note.strip())  # fmt: skip


def queue_for_drift(*, by: Actor, result: Result) -> ReviewItem | None:
    """The input has moved: what looks unlike before is worth a label. Read blind, so that it is nobody's echo."""
    capability = capabilities.of_kind(result.kind)
    if capability is None or _is_waiting(result.run_id):
        return None
    return _flag(by=by, run=result.run, result=result, capability=capability, reasons=[FlagReason.DRIFT],
                 told=Told.of(result.facets), sampling=CHOSEN_BY_HAND, how=Reading(is_blind=True))  # fmt: skip


def queue_for_label(*, by: Actor, result: Result, sampling: float) -> ReviewItem | None:
    """A label is worth more here than elsewhere; `sampling` above 0: drawn by that chance, so that figures may use it.
    Read blind, so that it is nobody's echo."""
    capability = capabilities.of_kind(result.kind)
    if capability is None or _is_waiting(result.run_id):
        return None
    reason = FlagReason.POLICY_SAMPLE if sampling > CHOSEN_BY_HAND else FlagReason.TEACHES
    return _flag(by=by, run=result.run, result=result, capability=capability, reasons=[reason],
                 told=Told.of(result.facets), sampling=sampling, how=Reading(is_blind=True))  # fmt: skip


def let_lessons_go(*, patient_id: UUID) -> int:
    """Inside the act that withdraws her consent: what waits only to be learned from is no longer needed."""
    waiting = ReviewItem.objects.filter(case__patient=patient_id, state__in=OPEN_STATES)
    return waiting.filter(reasons=[FlagReason.TEACHES.value]).update(state=ItemState.WITHDRAWN, **FREE)


def _is_waiting(run_id: UUID) -> bool:
    return ReviewItem.objects.filter(run=run_id, state__in=OPEN_STATES).exists()


def _accept(*, by: Actor, run: Run, result: Result, capability: Capability) -> None:
    with audit.act(by, "review.not_needed") as doing:
        if run.case:
            timeline.add(doing, case=run.case, kind=EntryKind.REVIEW_ACCEPTED, subject_id=run.pk,
                         capability=capability.name)  # fmt: skip
        doing.about(result, case=run.case, capability=capability.name)


def _flag(*, by: Actor, run: Run, result: Result | None, capability: Capability, reasons: list[FlagReason],
          told: Told | None, sampling: float, how: Reading, question: str = "") -> ReviewItem:  # fmt: skip
    with audit.act(by, "review.flagged") as doing:
        item = ReviewItem(
            site_id=run.site_id, capability=capability.name, case=run.case, run=run, result=result,
            reasons=[reason.value for reason in reasons], risk=highest_risk(capability, told),
            uncertainty=uncertainty(told), sampling=sampling, readers=how.readers, is_blind=how.is_blind,
            is_urgent=told is not None and told.is_urgent, question=question or None, sent_by_id=by.user_id,
        )  # fmt: skip
        item.save(force_insert=True)
        _tell(doing, item)
        doing.about(item, case=run.case, fields=("question",) if question else (), reasons=item.reasons,
                    readers=item.readers, blind=item.is_blind)  # fmt: skip
    return item


def _tell(doing: Act, item: ReviewItem) -> None:
    """In the case's story, and to whoever waits for an answer. A bulk job would fill her bell: nobody waits for it."""
    run = item.run
    if item.case:
        timeline.add(doing, case=item.case, kind=EntryKind.REVIEW_FLAGGED, subject_id=item.pk,
                     capability=item.capability, reasons=item.reasons)  # fmt: skip
        _let_wait_for_a_person(doing.by, item.case)
    if run.requested_by_id and not run.lane.endswith("_batch"):
        notifications.send(by=doing.by, person_id=run.requested_by_id, kind=NoticeKind.REVIEW_NEEDED, case=item.case,
                           site_id=item.site_id, run_id=run.pk)  # fmt: skip


def _let_wait_for_a_person(by: Actor, case: Case) -> None:
    """An open case waits for a person from now on. One that waits for engines goes on by itself when the last ends."""
    locked = cases.lock(case)
    if locked.state == CaseState.OPEN:
        machine = Actor.system("review", site_id=case.site_id, request_id=by.request_id)
        cases.move(by=machine, case=locked, to=CaseState.AWAITING_HUMAN)
