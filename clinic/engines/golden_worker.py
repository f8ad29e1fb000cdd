"""`clinic.golden`: all sealed cases of one engine, with everything that follows when it fails them."""

from clinic.actions import golden as acts
from clinic.authorization.actor import Actor
from clinic.engines import golden
from clinic.engines.golden_order import GoldenOutcome
from clinic.models import Engine
from clinic.pipeline import Work

WORKER = "golden"


def handle(work: Work) -> GoldenOutcome:
    engine = Engine.objects.get(digest=work.params["engine"])
    work.report("ask", 5)
    asked = golden.ask(engine)
    by = Actor.system(WORKER)
    acts.record(by=by, engine=engine, cases=asked.cases, failed=list(asked.failed), seconds=asked.seconds,
                is_ok=asked.is_ok, cause=work.params["cause"])  # fmt: skip
    return GoldenOutcome(str(engine), asked.cases, len(asked.failed), asked.is_ok)


def at_start() -> None:
    """One case of every engine that is in service somewhere, before this worker takes its first run."""
    for engine in acts.engines_in_service():
        asked = golden.ask(engine, only_first=True)
        acts.record(by=Actor.system(WORKER), engine=engine, cases=asked.cases, failed=list(asked.failed),
                    seconds=asked.seconds, is_ok=asked.is_ok, cause=acts.START)  # fmt: skip
