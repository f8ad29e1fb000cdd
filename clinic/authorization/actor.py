"""Who acts: a person at a site, a program with a key, or the system itself. Every action takes one as `by`."""

from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID

from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role, permissions_of
from clinic.errors import Code, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    label: str  # what the audit and the page call it
    user_id: UUID | None = None
    site_id: UUID | None = None
    key_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = field(default=frozenset())
    request_id: str = ""
    glass_id: UUID | None = None  # what she sees is seen through this broken glass
    is_system: bool = False

    def can(self, permission: Permission) -> bool:
        return self.is_system or permission in self.permissions

    def require(self, permission: Permission) -> None:
        if not self.can(permission):
            raise Refusal(Code.NOT_ALLOWED)

    @property
    def here(self) -> UUID:
        """The site one works at. Who works nowhere can add nothing."""
        if self.site_id is None:
            raise Refusal(Code.NOT_ALLOWED)
        return self.site_id

    @property
    def myself(self) -> UUID:
        if self.user_id is None:
            raise Refusal(Code.SIGN_IN_NEEDED)
        return self.user_id

    @property
    def is_known(self) -> bool:
        """A person, a program with a key of a person, the system, or a program with one permission of its own."""
        return self.is_system or self.user_id is not None or bool(self.permissions)

    @classmethod
    def nobody(cls, request_id: str = "") -> Self:
        return cls(label="nobody", request_id=request_id)

    @classmethod
    def system(cls, part: str, site_id: UUID | None = None, request_id: str = "") -> Self:
        """The worker, the scheduler, a command: may do what it is built to do, and is named in the audit."""
        return cls(label=f"system:{part}", site_id=site_id, request_id=request_id, is_system=True)

    @classmethod
    def person(cls, *, user_id: UUID, label: str, site_id: UUID | None, roles: frozenset[Role],
               request_id: str = "") -> Self:  # fmt: skip
        return cls(user_id=user_id, label=label, site_id=site_id, roles=roles,
                   permissions=permissions_of(roles), request_id=request_id)  # fmt: skip

    def narrowed_to(self, scopes: frozenset[Permission], key_id: UUID) -> Self:
        """A key can do at most what its owner can, and of that only its scopes."""
        return replace(self, permissions=self.permissions & scopes, key_id=key_id, label=f"{self.label} (key)")
