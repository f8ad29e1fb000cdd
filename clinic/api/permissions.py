from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from clinic.errors import Code, Refusal


class ActorMay(BasePermission):
    """Each view says what each method needs (`needs = {"GET": Permission.X}`); a method it does not name is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = getattr(request._request, "actor", None)
        if actor is None or not actor.is_known:
            raise Refusal(Code.SIGN_IN_NEEDED)
        needed = view.needs.get(request.method, None) if request.method != "OPTIONS" else ()
        if needed is None:
            return False
        for permission in needed if isinstance(needed, tuple) else (needed,):
            actor.require(permission)
        return True
