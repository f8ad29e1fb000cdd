from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from clinic.api.fields import Id, Input, Output, Query, Text, Whole
from clinic.api.serializers.people import PersonTag
from clinic.models import SessionState, UploadKind, UploadSession
from clinic.speech import LANGUAGES

SHA256 = r"^[0-9a-fA-F]{64}$"


class UploadCard(Output):
    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    kind = serializers.ChoiceField(choices=UploadKind.choices)
    content_type = serializers.CharField(help_text="Found in the content, not taken from what was declared.")
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    added_by = PersonTag(allow_null=True)
    added_at = serializers.DateTimeField()


class UploadQuery(Query):
    name = Text(max_length=255, required=False, help_text="Needed for a raw body, which brings no name.")
    sha256 = serializers.RegexField(SHA256, required=False, help_text="Refused when something else arrives.")


class SessionWish(Input):
    case = Id()
    name = Text(max_length=255)
    size = Whole(min_value=0, max_value=2**53, required=False, allow_null=True,
                 help_text="Left out while a recording goes on.")  # fmt: skip
    type = Text(max_length=80, required=False, allow_blank=True, default="", help_text="The declared content type.")
    language = serializers.ChoiceField(
        choices=LANGUAGES, required=False,
        help_text="What is spoken, in a recording that goes on: then its words come while the person speaks.",
    )  # fmt: skip


class SessionCard(Output):
    """A file arriving in pieces: the next one wanted is `next_index`."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=SessionState.choices)
    chunk_size = serializers.SerializerMethodField(help_text="Bytes of a piece; the last is smaller.")
    size = serializers.IntegerField(source="declared_size", allow_null=True)
    received = serializers.IntegerField(help_text="Bytes that are safe.")
    next_index = serializers.IntegerField()
    upload = serializers.UUIDField(source="upload_id", allow_null=True)
    url = serializers.SerializerMethodField()
    opened_at = serializers.DateTimeField()
    touched_at = serializers.DateTimeField()

    def get_chunk_size(self, _session: UploadSession) -> int:
        return int(settings.CHUNK_BYTES)

    def get_url(self, session: UploadSession) -> str:
        return reverse("api:upload_session", args=[session.pk])


class Completion(Input):
    sha256 = serializers.RegexField(SHA256, required=False, help_text="Of the whole file: refused when it differs.")
