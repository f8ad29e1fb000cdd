"""Who is asking: a person by her session, or a program by an API key or a token got with one. Everything below sees an
`Actor`; nothing else reads sessions or headers."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from clinic import audit
from clinic.actions.keys import PREFIX, digest
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import ApiKey, Membership, Site, User

TOKEN_AUDIENCE = "rounds-api"  # noqa: S105  (a name, no secret)
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Identity:
    actor: Actor
    site: Site | None = None
    sites: tuple[Site, ...] = ()
    by_header: bool = False  # no cookie was asked, so there is nothing to forge across sites
    by_token: bool = False  # not by the key itself but by a short-lived token got with it


def identify(request: HttpRequest) -> Identity:
    request_id: str = getattr(request, "id", "")
    if _is_metrics_collector(request):
        collector = Actor(label="metrics", permissions=frozenset({Permission.OPERATIONS_VIEW}), request_id=request_id)
        return Identity(collector, by_header=True)
    if header := request.headers.get("Authorization", ""):
        return _program(header, request_id)
    user = request.user
    if isinstance(user, AnonymousUser) or not user.is_active:
        return Identity(Actor.nobody(request_id))
    return _person(user, request.session.get("site"), request_id)


def _is_metrics_collector(request: HttpRequest) -> bool:
    """It is not a person and has no site: a token of the installation opens that one address to it."""
    if not settings.METRICS_TOKEN or request.path_info != "/metrics":
        return False
    given = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(given, b"Bearer " + settings.METRICS_TOKEN.encode())


def _person(user: User, wanted_site: str | None, request_id: str) -> Identity:
    held = memberships_of(user)
    sites = {m.site_id: m.site for m in held}
    site = next((s for pk, s in sites.items() if str(pk) == wanted_site), next(iter(sites.values()), None))
    roles = frozenset(Role(m.role) for m in held if site and m.site_id == site.pk)
    actor = Actor.person(user_id=user.pk, label=user.name, site_id=site.pk if site else None, roles=roles,
                         request_id=request_id)  # fmt: skip
    return Identity(actor, site, tuple(sorted(sites.values(), key=lambda s: s.name)))


def memberships_of(user: User) -> list[Membership]:
    with scope(person=user.pk):
        return list(Membership.objects.current().filter(user=user).select_related("site").order_by("since"))


def _program(header: str, request_id: str) -> Identity:
    word, _, credential = header.partition(" ")
    if word.lower() != "bearer" or not credential:
        raise Refusal(Code.SIGN_IN_NEEDED)
    if credential.startswith(PREFIX):
        key, scopes = _by_key(credential), None
    else:
        key, scopes = _by_token(credential)
    _note_use(key)
    return _narrowed(key, scopes, request_id)


def _by_key(credential: str) -> ApiKey:
    prefix, _, secret = credential.removeprefix(PREFIX).partition("_")
    key = ApiKey.objects.usable().select_related("owner", "site").filter(prefix=prefix).first()
    # The digest is compared even for an unknown prefix, so that the time tells nothing.
    expected = key.secret_sha256 if key else digest("")
    if not hmac.compare_digest(expected, digest(secret)) or key is None:
        raise Refusal(Code.SIGN_IN_NEEDED)
    return key


def _by_token(credential: str) -> tuple[ApiKey, frozenset[str]]:
    """A token lives 15 minutes and dies with its key, which is looked up each time."""
    try:
        claims: dict[str, Any] = jwt.decode(credential, _signing_key(), algorithms=["HS256"], audience=TOKEN_AUDIENCE,
                                            options={"require": ["exp", "sub", "key"]})  # fmt: skip
        key = ApiKey.objects.usable().select_related("owner", "site").filter(pk=UUID(claims["key"])).first()
    except (jwt.InvalidTokenError, ValueError, AttributeError, TypeError) as e:
        raise Refusal(Code.SIGN_IN_NEEDED) from e
    if key is None or str(key.owner_id) != claims["sub"]:
        raise Refusal(Code.SIGN_IN_NEEDED)
    return key, frozenset(claims.get("scopes", []))


def issue_token(who: Identity, scopes: frozenset[Permission]) -> tuple[str, int]:
    """Got with a key, never with another token; lives no longer than the key."""
    actor = who.actor
    if actor.key_id is None or who.by_token:
        raise Refusal(Code.NOT_ALLOWED)
    now = timezone.now()
    key = ApiKey.objects.get(pk=actor.key_id)
    ends = min(now + timedelta(minutes=settings.TOKEN_MINUTES), key.expires_at)
    claims = {"sub": str(actor.user_id), "key": str(key.pk), "aud": TOKEN_AUDIENCE, "iat": now, "exp": ends,
              "scopes": sorted(scopes & actor.permissions)}  # fmt: skip
    with audit.act(actor, "token.issued") as doing:
        doing.about(key, scopes=claims["scopes"])
    return jwt.encode(claims, _signing_key(), algorithm="HS256"), int((ends - now).total_seconds())


def _signing_key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"api tokens", "sha256")


def _narrowed(key: ApiKey, scopes: frozenset[str] | None, request_id: str) -> Identity:
    held = memberships_of(key.owner)
    roles = frozenset(Role(m.role) for m in held if m.site_id == key.site_id)
    allowed = frozenset(Permission(s) for s in key.scopes if s in Permission._value2member_map_)
    if scopes is not None:
        allowed = frozenset(p for p in allowed if p.value in scopes)
    whole = Actor.person(user_id=key.owner_id, label=key.owner.name, site_id=key.site_id, roles=roles,
                         request_id=request_id)  # fmt: skip
    actor = whole.narrowed_to(allowed, key.pk)
    return Identity(actor, key.site, (key.site,), by_header=True, by_token=scopes is not None)


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
