"""A document on its way to a specialty: which upload it is, and which runs read and sorted it.

Where it belongs is nowhere written a second time: it is what people decided, else what the engine said and policy
accepted. `classify.inbox` asks for it.
"""

from django.db import models
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models import Case, Run, Upload
from clinic.models.base import SiteQuerySet, SiteRow


class DocumentQuerySet(SiteQuerySet["Document"]):
    read_permission = Permission.UPLOAD_READ


class Document(SiteRow):
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="document")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    asked_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    route_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    is_urgent = models.BooleanField(default=False, help_text="As the engine reads it: shown before all others.")
    copy_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True,
                                help_text="An earlier document of the site with nearly the same text.")  # fmt: skip
    copy_share = models.FloatField(null=True, help_text="How much of its text stands there: 0 to 1.")
    added_at = models.DateTimeField(default=timezone.now)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["site", "-is_urgent", "added_at", "id"], name="documents_in_order"),
            models.Index(fields=["case", "-added_at"], name="documents_of_case"),
        ]
