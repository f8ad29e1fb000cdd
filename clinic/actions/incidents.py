"""The log of what went wrong with engines. Lines are added by people and by the machinery, and never changed."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import capability_named
from clinic.checklist import REVIEW, STEPS
from clinic.errors import Code, Refusal
from clinic.incident_pack.order import PackOutcome
from clinic.models import (
    Engine,
    Incident,
    IncidentCause,
    IncidentEntry,
    IncidentLine,
    IncidentPack,
    IncidentState,
    Run,
    Site,
    Stop,
)

PACK = "clinic.incident_pack"
LEAST_WORDS = 3
PART = (Permission.ENGINES_STOP, Permission.ENGINES_APPROVE)  # who acts in an incident


def may_act(by: Actor) -> bool:
    return any(by.can(permission) for permission in PART)


def _require_part(by: Actor) -> None:
    if not may_act(by):
        raise Refusal(Code.NOT_ALLOWED)


def said(words: str, *, field: str = "note") -> str:
    """In an emergency three letters are enough; nothing is not."""
    kept = words.strip()
    if len(kept) < LEAST_WORDS:
        raise Refusal(Code.INVALID, fields={field: [_("Say what is wrong, in a few words.")]})
    return kept


def open_by_hand(*, by: Actor, capability: str, class_name: str = "", note: str) -> Incident:
    _require_part(by)
    check_class(capability, class_name)
    return begin(by=by, capability=capability, class_name=class_name, cause=IncidentCause.HAND, words=said(note))


def check_class(capability: str, class_name: str) -> None:
    if class_name and class_name not in capability_named(capability).classes:
        raise Refusal(Code.INVALID, fields={"class_name": [_("The engine has no such class.")]})
    capability_named(capability)


def begin(*, by: Actor, capability: str, cause: IncidentCause, words: str, class_name: str = "",
          stop: Stop | None = None, engine: Engine | None = None) -> Incident:  # fmt: skip
    """The incident, its first line, and the pack that writes itself."""
    with audit.act(by, "incident.opened") as doing:
        Site.objects.filter(pk=by.here).update(last_incident_number=F("last_incident_number") + 1)
        number = Site.objects.values_list("last_incident_number", flat=True).get(pk=by.here)
        incident = Incident(
            site_id=by.here, number=number, capability=capability, class_name=class_name, cause=cause, stop=stop,
            engine=engine, opened_by_id=by.user_id,
        )  # fmt: skip
        incident.save(force_insert=True)
        add(by=by, incident=incident, kind=IncidentLine.OPENED, words=words)
        _ask_for_pack(by, incident)
        doing.about(incident, fields=("words",), capability=capability, class_name=class_name, cause=cause.value)
    return incident


def add(*, by: Actor, incident: Incident, kind: IncidentLine, words: object = None, step: str = "") -> IncidentEntry:
    """Inside another action, whose audit event tells of it."""
    entry = IncidentEntry(site_id=incident.site_id, incident=incident, kind=kind, words=words, step=step,
                          by_id=by.user_id)  # fmt: skip
    entry.save(force_insert=True)
    return entry


def note(*, by: Actor, incident: Incident, words: str) -> IncidentEntry:
    _require_part(by)
    with audit.act(by, "incident.noted") as doing:
        entry = add(by=by, incident=_not_closed(incident), kind=IncidentLine.NOTE, words=said(words, field="words"))
        doing.about(incident, fields=("words",))
    return entry


def tick(*, by: Actor, incident: Incident, step: str) -> None:
    """Once, by whoever was first; of two at the same moment the second changes nothing."""
    _require_part(by)
    if step not in STEPS:
        raise Refusal(Code.NOT_FOUND)
    with audit.act(by, "incident.step_done") as doing:
        doing.about(_not_closed(incident), step=step)
        try:
            with transaction.atomic():
                add(by=by, incident=incident, kind=IncidentLine.DONE, step=step)
        except IntegrityError:
            doing.nothing_happened()


def write_review(*, by: Actor, incident: Incident, parts: Mapping[str, str]) -> IncidentEntry:
    """Each writing is a line of its own; the latest is the review."""
    _require_part(by)
    kept = {name: str(parts.get(name, "")).strip() for name in REVIEW}
    if missing := [name for name, words in kept.items() if not words]:
        raise Refusal(Code.INVALID, fields={name: [_("This part is still empty.")] for name in missing})
    with audit.act(by, "incident.reviewed") as doing:
        entry = add(by=by, incident=_not_closed(incident), kind=IncidentLine.REVIEW, words=kept)
        doing.about(incident, fields=tuple(REVIEW))
    return entry


def resolve(*, by: Actor, incident: Incident, words: str | None = None) -> None:
    """What it was about stands no longer: the stop is released, the engine back, or a person says so."""
    with audit.act(by, "incident.resolved") as doing:
        locked = _lock(incident)
        if locked.state != IncidentState.OPEN:
            doing.nothing_happened()
            return
        locked.state, locked.resolved_at = IncidentState.RESOLVED, timezone.now()
        locked.save(update_fields=["state", "resolved_at"])
        add(by=by, incident=locked, kind=IncidentLine.RESOLVED, words=words)
        doing.about(locked)


def resolve_by_hand(*, by: Actor, incident: Incident, note: str) -> None:
    _require_part(by)
    if incident.stop is not None and incident.stop.released_at is None:
        raise Refusal(Code.STILL_STOPPED)
    resolve(by=by, incident=incident, words=said(note))


def close(*, by: Actor, incident: Incident) -> Incident:
    """Not before somebody has written down what was learned."""
    _require_part(by)
    with audit.act(by, "incident.closed") as doing:
        locked = _lock(incident)
        if locked.state != IncidentState.RESOLVED:
            raise Refusal(Code.ALREADY_DECIDED if locked.state == IncidentState.CLOSED else Code.STILL_STOPPED)
        if not locked.entries.filter(kind=IncidentLine.REVIEW).exists():
            raise Refusal(Code.REVIEW_MISSING)
        locked.state, locked.closed_at = IncidentState.CLOSED, timezone.now()
        locked.save(update_fields=["state", "closed_at"])
        add(by=by, incident=locked, kind=IncidentLine.CLOSED)
        doing.about(locked)
    return locked


def write_pack(*, by: Actor, incident: Incident) -> Run:
    """Anew, with what has happened since."""
    _require_part(by)
    return _ask_for_pack(by, incident)


def _ask_for_pack(by: Actor, incident: Incident) -> Run:
    params = {"incident": str(incident.pk), "language": (get_language() or "en")[:2]}
    run, _is_new = runs.request(by=by, kind=PACK, params=params)
    return run


def record_pack(*, run: Run, outcome: PackOutcome, by: Actor) -> None:
    """In the finishing transaction of the run that wrote it."""
    with audit.act(by, "incident.pack_written") as doing:
        incident = Incident.objects.get(pk=outcome.incident)
        IncidentPack.objects.bulk_create(
            IncidentPack(site_id=run.site_id, incident=incident, run=run, form=one.form, size=one.size,
                         sha256=one.sha256, object_name=one.object_name, cases=outcome.cases)
            for one in outcome.written
        )  # fmt: skip
        add(by=by, incident=incident, kind=IncidentLine.PACK)
        doing.about(incident, cases=outcome.cases, sha256={one.form: one.sha256 for one in outcome.written})


def _lock(incident: Incident) -> Incident:
    return Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)


def _not_closed(incident: Incident) -> Incident:
    if _lock(incident).state == IncidentState.CLOSED:
        raise Refusal(Code.INCIDENT_IS_CLOSED)
    return incident
