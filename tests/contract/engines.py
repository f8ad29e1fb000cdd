"""Engines of site A for the examples: rows, for nobody asks these to open."""

from typing import Any

from clinic.actions import engine_proposals
from clinic.api import examples
from clinic.authorization.roles import Role
from clinic.models import Deployment, Engine
from tests import make
from tests.integration.engines.challengers import WHY, prove
from tests.make import Person

NAME = "clinic.letters"


def ids_of(engineer: Person) -> dict[str, str]:
    return {examples.DEPLOYMENT_ID: str(_challenger(engineer).pk), examples.PROPOSAL_ID: str(_asked_for(engineer))}


def live_after_another(engineer: Person) -> str:
    with engineer.at_work():
        before = _stands(engineer, "example-1", rung=7, state="retired")
        return str(_stands(engineer, "example-2", rung=7, state="live", follows=before).pk)


def _challenger(engineer: Person) -> Deployment:
    with engineer.at_work():
        held = _stands(engineer, "example-3", rung=8, state="shadow")
    prove(held)
    return held


def _asked_for(engineer: Person) -> Any:
    """By another engineer: whoever asks the examples may agree."""
    other = make.person(engineer.site, Role.ENGINEER)
    with other.at_work():
        asked = engine_proposals.ask_to_let_data_leave(by=other.actor, site=other.site, may_leave=True, reason=WHY)
    return asked.pk


def _stands(engineer: Person, version: str, **columns: Any) -> Deployment:
    like = Engine.objects.get(name="Letters linear", version="1.0.0")
    engine = Engine.objects.create(capability=NAME, name="Letters linear", version=version, card=like.card,
                                   manifest=like.manifest, digest=version[-1] * 64,
                                   signer="k-example", folder="nowhere")  # fmt: skip
    return Deployment.objects.create(site=engineer.site, capability=NAME, engine=engine, **columns)
