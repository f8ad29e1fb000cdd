"""Coming and going, and what a person signs in with: told to the audit when the sign-in library says it happened."""

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.models import User


def happened(*, by: Actor, event: str, person: User, factor: str = "") -> None:
    with audit.act(by, event) as doing:
        doing.about(person, factor=factor)


def failed(*, by: Actor) -> None:
    """Neither the name tried nor whether it exists is written."""
    audit.note_refusal(by, "sign_in", "wrong_credentials")
