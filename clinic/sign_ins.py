"""What the sign-in library tells: each becomes one audit event. Connected from `apps.py`."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from clinic import identity
from clinic.actions import sign_ins
from clinic.authorization.actor import Actor
from clinic.models import Site, User

FACTORS = {
    mfa.authenticator_added: "second_factor.added",
    mfa.authenticator_removed: "second_factor.removed",
    mfa.authenticator_reset: "second_factor.reset",
}
PASSWORDS = {
    account.password_changed: "password.changed",
    account.password_set: "password.set",
    account.password_reset: "password.reset",
}


def listen() -> None:
    user_logged_in.connect(_came, dispatch_uid="rounds.came")
    user_logged_out.connect(_left, dispatch_uid="rounds.left")
    user_login_failed.connect(_failed, dispatch_uid="rounds.failed")
    for signal, event in FACTORS.items():
        signal.connect(_told(event), dispatch_uid=event, weak=False)
    for signal, event in PASSWORDS.items():
        signal.connect(_told(event), dispatch_uid=event, weak=False)


def _actor(request: HttpRequest | None, person: User | None) -> Actor:
    request_id: str = getattr(request, "id", "")
    if person is None:
        return Actor.nobody(request_id)
    site = getattr(request, "site", None) or _first_site(person)
    here = site.pk if site else None
    return Actor.person(user_id=person.pk, label=person.name, site_id=here, roles=frozenset(), request_id=request_id)


def _first_site(person: User) -> Site | None:
    """Where she comes to work: on the way in no site is chosen yet, and that site's auditor is to read of it."""
    return next((held.site for held in identity.memberships_of(person)), None)


def _came(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    sign_ins.happened(by=_actor(request, user), event="session.began", person=user)


def _left(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        sign_ins.happened(by=_actor(request, user), event="session.ended", person=user)


def _failed(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    sign_ins.failed(by=_actor(request, None))


def _told(event: str) -> Any:
    def tell(sender: Any, request: HttpRequest, user: User, **said: Any) -> None:
        factor = str(said["authenticator"].type) if "authenticator" in said else ""
        sign_ins.happened(by=_actor(request, user), event=event, person=user, factor=factor)

    return tell
