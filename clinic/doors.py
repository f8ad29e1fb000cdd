"""Every URL has a door. A view without one is closed to everybody; the middleware and a test see to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from clinic.authorization.permissions import Permission

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    is_public: bool = False
    permission: Permission | None = None  # None on a door that is not public: any person who is signed in
    is_background: bool = False  # polled by the page itself: does not keep a session alive


PUBLIC, SIGNED_IN = Door(is_public=True), Door()


def public(view: V) -> V:
    return _hang(view, PUBLIC)


def signed_in(view: V) -> V:
    return _hang(view, SIGNED_IN)


def needs(permission: Permission) -> Callable[[V], V]:
    return lambda view: _hang(view, Door(permission=permission))


def polled(permission: Permission | None = None) -> Callable[[V], V]:
    return lambda view: _hang(view, Door(permission=permission, is_background=True))


def _hang(view: V, door: Door) -> V:
    view.door = door  # type: ignore[attr-defined]
    return view


# Views of libraries, by URL name. What is not here and has no door of its own is closed.
LIBRARY_DOORS: dict[str, Door] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,  # also the way back from half a sign-in
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_inactive": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "usersessions_list": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_login_webauthn": PUBLIC,
}


def door_of(view: Callable[..., Any], url_name: str | None) -> Door | None:
    own: Door | None = getattr(view, "door", None) or getattr(getattr(view, "view_class", None), "door", None)
    own = own or getattr(getattr(view, "cls", None), "door", None)
    return own or LIBRARY_DOORS.get(url_name or "")
