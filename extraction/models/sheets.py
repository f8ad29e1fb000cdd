"""The facts of one document, on their way from the engine to a person who has checked them.

The facts themselves lie sealed in the result of the run that found them, and what people changed in their decisions:
`extraction.checked` puts both together. Asked again, the sheet shows the newer run; the older stays as it was.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models import Case, Run, Upload
from clinic.models.base import SiteQuerySet, SiteRow


class FactSheetQuerySet(SiteQuerySet["FactSheet"]):
    read_permission = Permission.UPLOAD_READ

    def finished(self) -> Self:
        return self.filter(finished_run=F("run"))


class FactSheet(SiteRow):
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="fact_sheet")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fact_sheets")
    asked_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True,
                            help_text="That found the facts it shows.")  # fmt: skip
    found = models.PositiveIntegerField(default=0, help_text="How many facts the engine found.")
    opened_at = models.DateTimeField(null=True, help_text="When somebody first looked at these facts.")
    finished_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True,
                                     help_text="Whose facts a person has checked to the end.")  # fmt: skip
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    finished_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=timezone.now)
    came_with = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True,
                                  help_text="That took it out of an archive, or of a file of texts.")  # fmt: skip

    objects = FactSheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_run=None, finished_at=None, finished_by=None)
                | Q(finished_run__isnull=False, finished_at__isnull=False),
                name="sheet_finished_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "added_at", "id"], name="sheets_in_order"),
            models.Index(fields=["case", "-added_at"], name="sheets_of_case"),
        ]

    @property
    def is_finished(self) -> bool:
        return self.run_id is not None and self.finished_run_id == self.run_id
