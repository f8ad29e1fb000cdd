"""Backups that were taken, and what came of trying to put them back. Of the whole machine; nothing of any patient."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Row
from clinic.models.people import User


class Backup(Row):
    """Its id is the archive's own."""

    name = models.CharField(max_length=200, help_text=_("Of the file, without its folder."))
    cut_at = models.DateTimeField()
    taken_at = models.DateTimeField(default=timezone.now)
    size = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    objects_count = models.PositiveBigIntegerField()
    missing = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(help_text=_("The last event of the audit in it."))


class DrillProblem(models.TextChoices):
    NONE = "", _("None")
    NO_BACKUP = "no_backup", _("There is no backup in the folder")
    UNREADABLE = "unreadable", _("The backup does not open: damaged, of another key, or not ours")
    NOT_RESTORED = "not_restored", _("It could not be put back")
    DIFFERS = "differs", _("What came back is not what was taken")
    CHAIN = "chain", _("The audit in it does not hold")


class RestoreDrill(Row):
    """The newest backup put back into a scratch database, compared, and dropped again."""

    run = models.OneToOneField("clinic.Run", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    backup = models.UUIDField(null=True, help_text=_("The id of the archive."))
    name = models.CharField(max_length=200, blank=True)
    cut_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, choices=DrillProblem, blank=True)
    figures = models.JSONField(
        default=dict, help_text=_("Tables, rows, objects, events, seconds; names of what differs.")
    )

    class Meta:
        indexes = [models.Index(fields=["-at"], name="drills_by_age")]

    @property
    def holds(self) -> bool:
        return not self.problem
