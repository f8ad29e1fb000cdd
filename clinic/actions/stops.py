"""The stop cord: one person stops an engine at her site at once, two persons let it go again."""

from datetime import timedelta

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic import audit, concerned, stops
from clinic.actions import incidents, notifications, proposals
from clinic.answers import Answer
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import capability_named, of_kind
from clinic.errors import Code, Refusal
from clinic.models import (
    Incident,
    IncidentCause,
    IncidentLine,
    IncidentState,
    NoticeKind,
    Proposal,
    Result,
    Run,
    Stop,
    StopMark,
)
from clinic.pipeline import Outcome

RELEASE = "stop.release"
RELIED_ON = timedelta(days=30)


def pull(*, by: Actor, capability: str, class_name: str = "", note: str) -> tuple[Stop, bool]:
    """The stop and whether it is new. Pulled again it stays as it is, and what was said is added to its incident."""
    by.require(Permission.ENGINES_STOP)
    incidents.check_class(capability, class_name)
    words = incidents.said(note)
    try:
        return _pull(by, capability, class_name, words), True
    except IntegrityError as why:
        if getattr(getattr(why.__cause__, "diag", None), "constraint_name", None) != "one_stop_at_a_time":
            raise
    stop = Stop.objects.filter(site=by.here, capability=capability, class_name=class_name, released_at=None).first()
    if stop is None:  # it was released between the two statements: then this one is new after all
        return pull(by=by, capability=capability, class_name=class_name, note=note)
    return _pull_again(by, stop, words), False


def _pull(by: Actor, capability: str, class_name: str, words: str) -> Stop:
    with audit.act(by, "stop.pulled") as doing:
        stops.wait_for_writers(by.here, capability)
        stop = Stop(site_id=by.here, capability=capability, class_name=class_name, note=words, pulled_by_id=by.myself)
        stop.save(force_insert=True)
        incident = incidents.begin(by=by, capability=capability, class_name=class_name, cause=IncidentCause.STOP,
                                   words=words, stop=stop)  # fmt: skip
        _tell(by, incident, NoticeKind.ENGINE_STOPPED)
        doing.about(stop, fields=("note",), capability=capability, class_name=class_name)
    return stop


def _pull_again(by: Actor, stop: Stop, words: str) -> Stop:
    with audit.act(by, "stop.pulled_again") as doing:
        incidents.add(by=by, incident=stop.incident, kind=IncidentLine.STOPPED_AGAIN, words=words)
        doing.about(stop, fields=("words",), capability=stop.capability, class_name=stop.class_name)
    return stop


def _tell(by: Actor, incident: Incident, kind: NoticeKind) -> None:
    relying = concerned.relying(by.here, capability_named(incident.capability).kind, timezone.now() - RELIED_ON)
    people = concerned.keepers(by.here) | relying
    notifications.send_to_all(by=by, people=people, kind=kind, incident_id=incident.pk)


def mark(*, run: Run, result: Result, outcome: Outcome) -> int:
    """In the transaction that writes a result: under which stops it came about. Tells how many."""
    capability = of_kind(run.kind)
    if capability is None:
        return 0
    labels = {outcome.label, *outcome.prediction_set} if isinstance(outcome, Answer) else set()
    over = stops.standing_while_writing(run.site_id, capability.name).over(labels)
    StopMark.objects.bulk_create(StopMark(site_id=run.site_id, result=result, stop_id=stop) for stop in over)
    return len(over)


# --- release ----------------------------------------------------------------------------------------------------------


def ask_for_release(*, by: Actor, stop: Stop, reason: str) -> Proposal:
    with audit.together():
        proposal = proposals.propose(by=by, kind=RELEASE, capability=stop.capability, target_id=stop.pk, reason=reason,
                                     change={"class_name": stop.class_name})  # fmt: skip
        incidents.add(by=by, incident=stop.incident, kind=IncidentLine.RELEASE_ASKED, words=proposal.reason)
    return proposal


def _check(by: Actor, proposal: Proposal) -> None:
    stop = Stop.objects.filter(pk__in=[proposal.target_id], site=by.here).first()
    if stop is None:
        raise Refusal(Code.NOT_FOUND)
    if stop.released_at is not None:
        raise Refusal(Code.ALREADY_DECIDED)
    if proposal.decision == "" and open_release(stop) not in (None, proposal):
        raise Refusal(Code.ALREADY_EXISTS, detail=_("Somebody has asked for this release already. Agree to that one."))


def open_release(stop: Stop) -> Proposal | None:
    return Proposal.objects.filter(kind=RELEASE, target_id=stop.pk, decision="").first()


def _release(by: Actor, proposal: Proposal) -> None:
    with audit.act(by, "stop.released") as doing:
        stop = Stop.objects.select_for_update(no_key=True).get(pk__in=[proposal.target_id])
        stop.released_at, stop.release = timezone.now(), proposal
        stop.save(update_fields=["released_at", "release"])
        incidents.add(by=by, incident=stop.incident, kind=IncidentLine.RELEASED, words=proposal.note)
        if stop.incident.state == IncidentState.OPEN:
            incidents.resolve(by=by, incident=stop.incident)
        _tell(by, stop.incident, NoticeKind.ENGINE_RELEASED)
        doing.about(stop, fields=("released_at",), capability=stop.capability, class_name=stop.class_name)


proposals.register(
    proposals.Sort(
        name=RELEASE,
        title=_("Release a stopped engine"),
        ask=Permission.ENGINES_STOP,
        agree=Permission.ENGINES_APPROVE,
        check=_check,
        apply=_release,
    )
)
