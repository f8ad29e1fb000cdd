"""What follows when an engine was asked its sealed cases: it is noted; one that failed is out of service everywhere."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from socket import gethostname
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, concerned
from clinic.actions import incidents, notifications, runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.golden import in_service
from clinic.models import (
    Deployment,
    Engine,
    EngineState,
    GoldenRun,
    Incident,
    IncidentCause,
    IncidentLine,
    IncidentState,
    NoticeKind,
    Run,
    Site,
)

KIND = "clinic.golden"
START, NIGHTLY, ASKED = "start", "nightly", "asked"
FAILED = "golden_cases"  # why it is out of service
A_NIGHT = timedelta(hours=20)


def record(*, by: Actor, engine: Engine, is_ok: bool, cases: int, failed: list[dict[str, Any]], seconds: float,
           cause: str) -> GoldenRun:  # fmt: skip
    """Never changed afterwards. Of one that failed, all sites are told at once."""
    with audit.act(by, "engine.proven" if is_ok else "engine.failed_its_cases") as doing:
        asked = GoldenRun(engine=engine, is_ok=is_ok, cases=cases, failed=failed, seconds=seconds, cause=cause,
                          host=gethostname())  # fmt: skip
        asked.save(force_insert=True)
        doing.about(engine, cases=cases, failed=len(failed), cause=cause, digest=engine.digest)
    if not is_ok:
        take_out_everywhere(by=by, engine=engine, why=FAILED, words=_told(asked))
    return asked


def _told(asked: GoldenRun) -> str:
    fault = next((each["fault"] for each in asked.failed if "fault" in each), "")
    failed = _("%(failed)d of %(cases)d cases came out otherwise.") % {
        "failed": len(asked.failed),
        "cases": asked.cases,
    }
    return f"{asked.host}: {fault or failed}"


def take_out_everywhere(*, by: Actor, engine: Engine, why: str, words: str) -> int:
    """Its work goes down the ladder or to people from the next run on. Tells at how many sites it was in service."""
    return sum(_take_out_at(by, site, engine, why, words) for site in Site.objects.filter(closed_at=None))


def _take_out_at(by: Actor, site: Site, engine: Engine, why: str, words: str) -> int:
    here = Actor.system(by.label.removeprefix("system:"), site_id=site.pk, request_id=by.request_id)
    with scope(site=site.pk):
        held = Deployment.objects.filter(site=site, engine=engine).exclude(state=EngineState.RETIRED)
        if not held.filter(out_since=None).exists():
            return 0
        return take_out(by=here, deployment=held.get(), why=why, words=words, cause=IncidentCause.GOLDEN)


def take_out(*, by: Actor, deployment: Deployment, why: str, words: str, cause: IncidentCause) -> int:
    """In the row scope of its site."""
    with audit.act(by, "engine.taken_out") as doing:
        held = Deployment.objects.filter(pk=deployment.pk, out_since=None)
        if not held.update(out_since=timezone.now(), out_reason=why):
            doing.nothing_happened()
            return 0
        tell_that_it_is_out(by=by, deployment=deployment, words=words, cause=cause)
        doing.about(deployment, fields=("out_since",), why=why, engine=deployment.engine.digest)
    return 1


def tell_that_it_is_out(*, by: Actor, deployment: Deployment, words: str, cause: IncidentCause) -> None:
    """An incident, and those in charge are told: whether its work goes to people or to the engine before."""
    incident = incidents.begin(by=by, capability=deployment.capability, cause=cause, words=words,
                               engine=deployment.engine)  # fmt: skip
    people = concerned.keepers(by.here)
    notifications.send_to_all(by=by, people=people, kind=NoticeKind.ENGINE_OUT, incident_id=incident.pk)


def bring_back(*, by: Actor, deployment: Deployment) -> Deployment:
    """What two persons agreed to (clinic.actions.engine_proposals)."""
    by.require(Permission.ENGINES_APPROVE)
    with audit.act(by, "engine.brought_back") as doing:
        locked = Deployment.objects.select_for_update(no_key=True, of=("self",)).select_related("engine")
        held = locked.get(pk=deployment.pk)
        check_may_come_back(held)
        held.out_since, held.out_reason = None, ""
        held.save(update_fields=["out_since", "out_reason"])
        _end_incidents(by, held)
        doing.about(held, fields=("out_since",), engine=held.engine.digest)
    return held


def check_may_come_back(deployment: Deployment) -> None:
    """Only after it has answered all its cases rightly since it was taken out."""
    if deployment.out_since is None:
        raise Refusal(Code.ALREADY_DECIDED)
    if not has_passed_since(deployment):
        raise Refusal(Code.NOT_PROVEN)


def has_passed_since(deployment: Deployment) -> bool:
    since = GoldenRun.objects.filter(engine=deployment.engine, at__gt=deployment.out_since or timezone.now())
    latest = since.exclude(cause=START).order_by("-at").first()
    return latest is not None and latest.is_ok


def _end_incidents(by: Actor, deployment: Deployment) -> None:
    for incident in open_incidents(deployment):
        incidents.add(by=by, incident=incident, kind=IncidentLine.IN_SERVICE)
        incidents.resolve(by=by, incident=incident)


def open_incidents(deployment: Deployment) -> QuerySet[Incident]:
    """Those that began when it was taken out."""
    return Incident.objects.filter(site=deployment.site_id, engine=deployment.engine, stop=None,
                                   state=IncidentState.OPEN)  # fmt: skip


# --- asking -----------------------------------------------------------------------------------------------------------


def ask(*, by: Actor, engine: Engine, cause: str = ASKED) -> Run:
    """All cases of one engine, behind everybody's work."""
    by.require(Permission.ENGINES_VIEW)
    run, _is_new = runs.request(by=by, kind=KIND, params={"engine": engine.digest, "cause": cause}, batch=True)
    return run


def ask_nightly() -> int:
    """Whichever engine is in service, or waits to be, and was not asked for a night. One site asks for all."""
    before = timezone.now() - A_NIGHT
    lately = set(GoldenRun.objects.filter(at__gt=before).exclude(cause=START).values_list("engine", flat=True))
    return sum(_ask_at(site, lately) for site in Site.objects.filter(closed_at=None).order_by("created_at"))


def _ask_at(site: Site, lately: set[UUID]) -> int:
    by = Actor.system("scheduler", site_id=site.pk)
    with scope(site=site.pk):
        held = Deployment.objects.filter(site=site).exclude(state=EngineState.RETIRED).exclude(engine__in=lately)
        engines = list(Engine.objects.filter(pk__in=held.values("engine")))
        for engine in engines:
            ask(by=by, engine=engine, cause=NIGHTLY)
    lately |= {engine.pk for engine in engines}
    return len(engines)


def engines_in_service(names: Collection[str]) -> Iterable[Engine]:
    """Of these capabilities."""
    return Engine.objects.filter(pk__in=in_service(), capability__in=names).order_by("digest")
