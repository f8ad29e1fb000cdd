from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import allowance, keys
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, identity_of, once, page, shown, told
from clinic.api.describe import IDEMPOTENCY_KEY, Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.serializers.people import IssuedKey, Key, KeyWish, Token, TokenWish
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.identity import issue_token
from clinic.models import ApiKey, User
from clinic.views.keyset import Section


class KeysView(ApiView):
    needs = {"GET": (), "POST": ()}

    @operation(
        "listKeys", "List one's own API keys, the latest first", query=PageQuery,
        gives={200: Content(page_of(Key), a_page(examples.KEY))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        rows = ApiKey.objects.visible_to(by).filter(owner=by.user_id)
        return page(Key, cut([Section(rows, ("-created_at", "-id"))], asked(request, PageQuery)))

    @operation(
        "issueKey", "Make an API key for oneself", takes=Content(KeyWish, examples.NEW_KEY),
        gives={
            201: Content(IssuedKey, examples.ISSUED_KEY),
            200: Content(IssuedKey, examples.REPEATED_KEY, "Made before with this Idempotency-Key; no secret."),
        },
        headers=[IDEMPOTENCY_KEY],
        says="Never wider than what one may do oneself. A key makes no keys: sign in to do it. The secret is shown "
        "once, in the first answer: repeated with the same Idempotency-Key the answer is that key with `secret` null. "
        "If the first answer was lost, revoke that key and make another one.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, KeyWish)
        secret = None

        def make() -> UUID:
            nonlocal secret
            issued = keys.issue(
                by=by,
                owner=User.objects.get(pk=by.myself),
                name=wish["name"],
                scopes=frozenset(Permission(scope) for scope in wish["scopes"]),
                days=wish["days"],
            )
            secret = issued.secret
            return issued.key.pk

        pk, is_new = once(request, make)
        shown_once = {"key": access.key(by, pk), "secret": secret if is_new else None}
        return shown(IssuedKey, shown_once, status=201 if is_new else 200, headers={"Cache-Control": "no-store"})


class KeyRevokeView(ApiView):
    needs = {"POST": ()}

    @operation(
        "revokeKey", "End an API key now", gives={200: Content(Key, examples.REVOKED_KEY)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE),
        says="It and every token got with it are refused from the next request on. A key may end itself, and no other.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        key = access.key(by, pk)
        if by.key_id not in (None, key.pk):
            raise Refusal(Code.NOT_ALLOWED)
        return shown(Key, keys.revoke(by=by, key=key))


class TokensView(ApiView):
    needs = {"POST": ()}
    allowance = allowance.TOKENS

    @operation(
        "getToken", "Get a short-lived access token with an API key", takes=Content(TokenWish, examples.NEW_TOKEN),
        gives={201: Content(Token, examples.TOKEN)},
        says="For 15 minutes, and no longer than the key. A token gets no token. Asked again another one is given: an "
        "Idempotency-Key is refused, because a token is kept nowhere and cannot be shown twice.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, TokenWish)
        scopes = frozenset(Permission(scope) for scope in wish["scopes"]) if "scopes" in wish else by.permissions
        token, seconds = issue_token(identity_of(request), scopes)
        granted = sorted(scope.value for scope in scopes & by.permissions)
        given = {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scopes": granted}
        return shown(Token, given, status=201, headers={"Cache-Control": "no-store"})
