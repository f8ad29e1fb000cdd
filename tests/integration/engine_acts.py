"""Every act on engines, once: the test of the audit asks whether each is told."""

from clinic.actions import engines
from clinic.engines.unfit import Fault
from clinic.models import Engine
from tests.make import Person, Staff


def look_after_engines(staff: Staff, person: Person) -> None:
    by, engine = person.actor, Engine.objects.get(name="Letters linear")
    with person.at_work():
        engines.report_fault(by=by, engine=engine, fault=Fault.FILE_DIFFERS, about="weights.safetensors")
        engines.clear_fault(by=by, engine=engine)
