"""Every act on engines, once: the test of the audit asks whether each is told."""

from clinic.actions import engines, golden
from clinic.authorization.roles import Role
from clinic.engines.unfit import Fault
from clinic.models import Deployment, Engine
from tests.make import Person, Staff


def look_after_engines(staff: Staff, person: Person) -> None:
    by, engine = person.actor, Engine.objects.get(name="Letters linear")
    with person.at_work():
        engines.report_fault(by=by, engine=engine, fault=Fault.FILE_DIFFERS, about="weights.safetensors")
        engines.clear_fault(by=by, engine=engine)
    prove(staff[Role.ENGINEER], engine)


def prove(engineer: Person, engine: Engine) -> None:
    """It fails its cases, is out of service, passes them and comes back."""
    with engineer.at_work():
        for failed in ([{"id": "1"}], []):
            golden.record(by=engineer.actor, engine=engine, is_ok=not failed, cases=40, failed=failed, seconds=0.1,
                          cause="asked")  # fmt: skip
        golden.bring_back(by=engineer.actor, deployment=Deployment.objects.get(engine=engine))
