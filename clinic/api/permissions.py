from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from clinic.errors import Code, Refusal


class ActorMay(BasePermission):
    """Each view says what each method needs, as `{"GET": (Permission.X,)}`; a method it does not name is closed. Of a
    frozenset one permission is enough."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = getattr(request._request, "actor", None)
        if actor is None or not actor.is_known:
            raise Refusal(Code.SIGN_IN_NEEDED)
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in view.allowed_methods:
            return True  # there is nothing behind it; the answer is 405
        if method not in view.needs:
            return False
        for needed in view.needs[method]:
            if isinstance(needed, frozenset):
                if not any(actor.can(permission) for permission in needed):
                    return False
            else:
                actor.require(needed)
        return True
