"""`clinic.golden`: all sealed cases of one engine, with everything that follows when it fails them."""

from collections.abc import Collection

from clinic.actions import golden as acts
from clinic.authorization.actor import Actor
from clinic.capabilities import capabilities
from clinic.engines import golden
from clinic.engines.golden_order import GoldenOutcome
from clinic.lanes import LANES, lane
from clinic.models import Engine
from clinic.pipeline import Work, kind_named

WORKER = "golden"


def handle(work: Work) -> GoldenOutcome:
    engine = Engine.objects.get(digest=work.params["engine"])
    work.report("ask", 5)
    asked = golden.ask(engine)
    by = Actor.system(WORKER)
    acts.record(by=by, engine=engine, cases=asked.cases, failed=list(asked.failed), seconds=asked.seconds,
                is_ok=asked.is_ok, cause=work.params["cause"])  # fmt: skip
    return GoldenOutcome(str(engine), asked.cases, len(asked.failed), asked.is_ok)


def at_start(lanes: Collection[str] = LANES) -> None:
    """One case of every engine in service that runs of these lanes ask, before this worker takes its first run. One
    without the lane of films opens no film engine: that alone would cost it seconds and half a gigabyte."""
    asked_here = {capability.name for capability in capabilities() if _runs_on(capability.kind, lanes)}
    for engine in acts.engines_in_service(asked_here):
        asked = golden.ask(engine, only_first=True)
        acts.record(by=Actor.system(WORKER), engine=engine, cases=asked.cases, failed=list(asked.failed),
                    seconds=asked.seconds, is_ok=asked.is_ok, cause=acts.START)  # fmt: skip


def _runs_on(kind: str, lanes: Collection[str]) -> bool:
    resource = kind_named(kind).resource
    return lane(resource) in lanes or lane(resource, batch=True) in lanes
