"""Whether engines still are asked what they were judged on, and still are right: fed behind each answer and each
decision, in transactions of their own. An alarm is written down, brings samples to the queue, and may demote by policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, concerned, live_quality
from clinic.actions import engine_moves, flags, golden, notifications
from clinic.answers import Answer
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.capabilities import Capability, capabilities, capability_named, of_kind
from clinic.doubt.drift import DriftWatch, Seen, What
from clinic.errors import Code, Refusal
from clinic.live_quality import Quality
from clinic.models import (
    Deployment,
    DriftAlarm,
    EngineState,
    IncidentCause,
    ItemState,
    NoticeKind,
    Result,
    ReviewItem,
    Run,
    Site,
)
from clinic.models import DriftWatch as Row
from clinic.review_policy import rules_of
from clinic.review_rules import PEOPLE, PREVIOUS

WATCHER = "monitors"
COVERAGE, ACCURACY = "coverage", "accuracy"
WRONG = {
    What.ERRORS.value,
    What.ERRORS_FLAGGED.value,
    COVERAGE,
    ACCURACY,
}  # these say that it errs, not what it is asked
DEMOTED = "alarm"  # why it is out of service
SETTLED = timedelta(seconds=5)  # what is decided now may still be on its way into the database
AT_ONCE = 500


@dataclass
class Watch:
    """What the row of one engine at one site holds."""

    drift: DriftWatch
    decided_until: str = ""  # time and id of the last decision that was taken in
    raised: tuple[str, ...] = ()  # of those that are counted from decisions, not fed

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Watch":
        return cls(DriftWatch.from_json(told["drift"]), told["decided_until"], tuple(told["raised"]))

    def as_json(self) -> dict[str, Any]:
        return {"drift": self.drift.as_json(), "decided_until": self.decided_until, "raised": list(self.raised)}


def fresh(capability: Capability) -> Watch:
    return Watch(DriftWatch.new(tuple(capability.classes)))


def monitor_name(engine_digest: str) -> str:
    """An engine that is changed is watched anew, against a reference of its own."""
    return f"engine:{engine_digest[:20]}"


# --- behind each answer -----------------------------------------------------------------------------------------------


def take_in_answer(*, run: Run, outcome: Answer) -> int:
    """In the row scope of its site, after its result was committed. Tells how many alarms it raised."""
    capability = of_kind(run.kind)
    if capability is None or outcome.label not in capability.classes:
        return 0
    result = Result.objects.filter(run=run).exclude(engine_digest="").only("pk", "engine_digest", "site_id").first()
    if result is None:
        return 0
    by = Actor.system(WATCHER, site_id=result.site_id)
    with audit.together():
        row = _locked(result.site_id, capability, result.engine_digest)
        watch = Watch.of(row.state)
        alarms = watch.drift.observe(_seen(result, outcome, capability))
        _keep(row, watch, seen=row.seen + 1)
        for alarm in alarms:
            _raise(by, capability, result.engine_digest, alarm.what.value, alarm.as_json(), alarm.samples)
    return len(alarms)


def _seen(result: Result, outcome: Answer, capability: Capability) -> Seen:
    place = list(capability.classes).index(outcome.label)
    length = outcome.features.get("words")
    return Seen(str(result.pk), place, outcome.confidence, int(length) if length is not None else None,
                outcome.terms or None)  # fmt: skip


def _locked(site_id: UUID, capability: Capability, engine_digest: str) -> Row:
    named = {"site_id": site_id, "capability": capability.name, "monitor": monitor_name(engine_digest)}
    if not Row.objects.filter(**named).exists():
        Row.objects.bulk_create([Row(**named, state=fresh(capability).as_json())], ignore_conflicts=True)
    return Row.objects.select_for_update(no_key=True).get(**named)


def _keep(row: Row, watch: Watch, *, seen: int) -> None:
    row.state, row.seen, row.at = watch.as_json(), seen, timezone.now()
    row.save(update_fields=["state", "seen", "at"])


# --- behind decisions -------------------------------------------------------------------------------------------------


def take_in_decisions() -> int:
    """Of all sites, those made since the last look. Tells how many."""
    return sum(_take_in_at(site) for site in Site.objects.filter(closed_at=None))


def _take_in_at(site: Site) -> int:
    with scope(site=site.pk):
        return sum(_take_in_of(site, capability) for capability in capabilities())


def _take_in_of(site: Site, capability: Capability) -> int:
    watched = Row.objects.filter(site=site, capability=capability.name, monitor__startswith="engine:").only("monitor")
    digests = {monitor_name(d): d for d in _digests(site, capability)}
    taken = sum(_take_in(site, capability, digests[row.monitor]) for row in watched if row.monitor in digests)
    if taken:
        _look_at_quality(site, capability, set(digests.values()))
    return taken


def _digests(site: Site, capability: Capability) -> Iterable[str]:
    held = Deployment.objects.filter(site=site, capability=capability.name)
    return held.values_list("engine__digest", flat=True)


def _take_in(site: Site, capability: Capability, digest: str) -> int:
    by = Actor.system(WATCHER, site_id=site.pk)
    with audit.together():
        row = _locked(site.pk, capability, digest)
        watch = Watch.of(row.state)
        items = _decided_since(site, capability, digest, watch.decided_until)
        for item in items:
            right, is_flagged = item.decided_label == item.result.facets["label"], item.sampling >= 1  # type: ignore[union-attr]
            for alarm in watch.drift.decided(right=right, flagged=is_flagged):
                _raise(by, capability, digest, alarm.what.value, alarm.as_json(), alarm.samples)
        if items:
            watch.decided_until = _place(items[-1])
            _keep(row, watch, seen=row.seen)
    return len(items)


def _place(item: ReviewItem) -> str:
    return f"{item.decided_at:%Y-%m-%dT%H:%M:%S.%f%z} {item.pk}"


def _decided_since(site: Site, capability: Capability, digest: str, place: str) -> list[ReviewItem]:
    """What was chosen by hand tells nothing about the whole; what has no class nothing about the engine."""
    items = ReviewItem.objects.filter(
        site=site, capability=capability.name, state=ItemState.DECIDED, sampling__gt=0, result__engine_digest=digest,
        decided_label__in=list(capability.classes), decided_at__lt=timezone.now() - SETTLED,
    )  # fmt: skip
    if place:
        at, _space, pk = place.partition(" ")
        moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%f%z")
        items = items.filter(Q(decided_at__gt=moment) | Q(decided_at=moment, pk__gt=UUID(pk)))
    return list(items.select_related("result").order_by("decided_at", "pk")[:AT_ONCE])


def _look_at_quality(site: Site, capability: Capability, digests: set[str]) -> None:
    """Where policy draws no sample, nobody knows how right the rest is, and nothing is said."""
    if rules_of(site.pk, capability.name).sample_percent <= 0:
        return
    for quality in live_quality.of(site.pk, capability):
        if quality.digest in digests:
            _look_at(Actor.system(WATCHER, site_id=site.pk), capability, quality)


def _look_at(by: Actor, capability: Capability, quality: Quality) -> None:
    found = {COVERAGE: quality.coverage, ACCURACY: quality.accuracy}
    alarming = {name: live for name, live in found.items() if live is not None and live.alarm}
    with audit.together():
        row = _locked(by.here, capability, quality.digest)
        watch = Watch.of(row.state)
        new = [name for name in alarming if name not in watch.raised]
        if not new:
            return
        watch.raised = (*watch.raised, *new)
        _keep(row, watch, seen=row.seen)
        for name in new:
            figure = alarming[name].figure
            told = {"what": name, "value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n,
                    "target": alarming[name].target}  # fmt: skip
            _raise(by, capability, quality.digest, name, told, ())


# --- alarms -----------------------------------------------------------------------------------------------------------


def _raise(by: Actor, capability: Capability, digest: str, monitor: str, moved: dict[str, Any],
           samples: Iterable[str]) -> None:  # fmt: skip
    with audit.act(by, "drift.alarm") as doing:
        queued = _queue(by, samples)
        alarm = DriftAlarm(site_id=by.here, capability=capability.name, monitor=monitor, queued=queued,
                           moved=moved | {"engine": digest})  # fmt: skip
        alarm.save(force_insert=True)
        notifications.send_to_all(by=by, people=concerned.keepers(by.here), kind=NoticeKind.DRIFT)
        doing.about(alarm, capability=capability.name, monitor=monitor, queued=queued, engine=digest)
        if monitor in WRONG:
            _demote(by, capability, digest, monitor)


def _queue(by: Actor, samples: Iterable[str]) -> int:
    """To people, to say what the change does to what is right."""
    results = Result.objects.filter(pk__in=[UUID(each) for each in samples]).select_related("run__case", "case")
    return sum(flags.queue_for_drift(by=by, result=result) is not None for result in results)


def _demote(by: Actor, capability: Capability, digest: str, monitor: str) -> None:
    """As the site's policy has it: nothing by itself, out of service, or the engine before in its place."""
    wanted = rules_of(by.here, capability.name).on_alarm
    held = Deployment.objects.filter(site=by.here, engine__digest=digest, state=EngineState.LIVE, out_since=None)
    words = _("The alarm “%s” took it out of service, as policy has it.") % monitor
    for deployment in held.select_related("engine"):
        if wanted == PREVIOUS:
            engine_moves.demote(by=by, deployment=deployment, cause=DEMOTED, words=words)
        elif wanted == PEOPLE:
            golden.take_out(by=by, deployment=deployment, why=DEMOTED, words=words, cause=IncidentCause.DRIFT)


def explained(alarm: DriftAlarm) -> dict[str, Any]:
    """What moved. While the monitor stands raised, as the latest documents show it: clearer than with the alarm."""
    told: dict[str, Any] = alarm.moved
    row = Row.objects.filter(site=alarm.site_id, capability=alarm.capability,
                             monitor=monitor_name(told["engine"])).first()  # fmt: skip
    if row is None or alarm.monitor not in {what.value for what in What}:
        return told
    drift = Watch.of(row.state).drift
    what = What(alarm.monitor)
    return told | drift.explain(what).as_json() if what in drift.raised else told


def is_raised(alarm: DriftAlarm) -> bool:
    """Whether the monitor still stands where it was raised: nobody has looked since."""
    named = monitor_name(alarm.moved["engine"])
    row = Row.objects.filter(site=alarm.site_id, capability=alarm.capability, monitor=named).first()
    watch = Watch.of(row.state) if row else None
    return watch is not None and alarm.monitor in {*watch.raised, *(what.value for what in watch.drift.raised)}


def watch_on(*, by: Actor, alarm: DriftAlarm) -> None:
    """A person has looked: the monitor watches on, against the same reference, with its share of the budget anew."""
    by.require(Permission.ENGINES_MANAGE)
    with audit.act(by, "drift.watched_on") as doing:
        row = _locked(alarm.site_id, capability_named(alarm.capability), alarm.moved["engine"])
        watch = Watch.of(row.state)
        if alarm.monitor in watch.raised:
            watch.raised = tuple(name for name in watch.raised if name != alarm.monitor)
        elif alarm.monitor in {what.value for what in watch.drift.raised}:
            watch.drift.restart(What(alarm.monitor))
        else:
            raise Refusal(Code.ALREADY_DECIDED)
        _keep(row, watch, seen=row.seen)
        doing.about(alarm, capability=alarm.capability, monitor=alarm.monitor)
