from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api.fields import FlagInQuery, Id, Input, Output, PageQuery, Text, Whole
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.models import NoticeKind

ROLES = [role.value for role in Role]
PERMISSIONS = [permission.value for permission in Permission]


class PersonTag(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Colleague(PersonTag):
    email = serializers.EmailField(help_text="`@` before it in a note tells her of the case.")
    roles = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ROLES)))
    def get_roles(self, person: Any) -> list[str]:
        return sorted(held.role for held in person.held_here)


class SiteTag(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()


class KeyTag(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()
    expires_at = serializers.DateTimeField()


class Me(Output):
    """Who the server takes the asker for, and what she may do here."""

    person = PersonTag()
    site = SiteTag(allow_null=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLES))
    permissions = serializers.ListField(child=serializers.ChoiceField(choices=PERMISSIONS))
    key = KeyTag(allow_null=True, help_text="The API key that asks; null for a person in a browser.")


class Key(Output):
    """An API key without its secret, which is shown once and kept nowhere."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the key begins, after `rk_`.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=PERMISSIONS))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class IssuedKey(Output):
    key = Key()
    secret = serializers.CharField(
        allow_null=True, help_text="Keep it now: it is shown this once. Null in the answer to a repeated request."
    )


class KeyWish(Input):
    name = Text(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=PERMISSIONS), min_length=1, max_length=40)
    days = Whole(min_value=1, max_value=settings.API_KEY_MAX_DAYS)


class TokenWish(Input):
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=PERMISSIONS), required=False, max_length=40,
        help_text="Narrower than the key's; left out: as the key has them.",
    )  # fmt: skip


class Token(Output):
    access_token = serializers.CharField()
    token_type = serializers.ChoiceField(choices=["Bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds; never beyond the life of the key.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=PERMISSIONS))


class NotificationQuery(PageQuery):
    unread = FlagInQuery(required=False)


class NoticeCard(Output):
    """Tells where to look and never what is written there."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NoticeKind.choices)
    case = serializers.UUIDField(source="case_id", allow_null=True)
    run = serializers.UUIDField(source="run_id", allow_null=True)
    caused_by = PersonTag(allow_null=True)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class Count(Output):
    count = serializers.IntegerField()


class PersonChoice(Input):
    assignee = Id(allow_null=True, help_text="A colleague of the site; null: nobody.")
