"""Closed by default: every URL has a door, and the public ones are a short list somebody has read."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from clinic.doors import door_of

PUBLIC = {
    "health_live", "health_ready", "health_serving", "account_login", "account_logout", "account_inactive",
    "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "mfa_authenticate", "mfa_login_webauthn", "language_choose", "docs", "problems", "problem",
    "fhir_metadata",  # the standard wants it open; it tells of nobody
}  # fmt: skip
# Library URLs that stay closed to everybody on purpose: nobody signs up, adds addresses or verifies mail here.
CLOSED = {"account_signup", "account_signup_by_passkey", "account_email", "account_confirm_email",
          "account_email_verification_sent", "account_confirm_login_code", "account_request_login_code",
          "mfa_trust", "mfa_signup_webauthn"}  # fmt: skip


def every_url(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_url(pattern)
        else:
            yield pattern


def test_url_when_it_exists_then_it_has_a_door_or_is_closed_on_purpose():
    without = {p.name or str(p.pattern) for p in every_url() if door_of(p.callback, p.name) is None}

    assert without <= CLOSED


def test_url_when_it_is_public_then_it_is_on_the_list():
    found = {p.name for p in every_url() if (door := door_of(p.callback, p.name)) and door.is_public}

    assert found <= PUBLIC
