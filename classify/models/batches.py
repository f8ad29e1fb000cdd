"""Many documents at once: each file of an archive, or line of a file of texts, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from classify.models.documents import Document
from clinic.authorization.permissions import Permission
from clinic.models import Case, Run
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField


class BatchItemQuerySet(SiteQuerySet["BatchItem"]):
    read_permission = Permission.UPLOAD_READ


class BatchItem(SiteRow):
    """Written as soon as the file is a document, or is not: how many there are says where to go on after a death."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="document_items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="Its place in the archive; the first is 0.")
    name = SealedField(patient="case.patient_id", help_text="What the archive calls it.")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="batch_items", null=True)
    is_known = models.BooleanField(default=False, help_text="The case had these bytes before.")
    problem = models.CharField(max_length=64, blank=True, help_text="Why it is no document: a code.")
    at = models.DateTimeField(default=timezone.now)

    objects = BatchItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="batch_item_once"),
            models.CheckConstraint(condition=Q(document=None) ^ Q(problem=""), name="batch_item_taken_or_not"),
        ]
