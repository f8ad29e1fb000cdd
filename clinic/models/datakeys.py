from django.db import models
from django.utils import timezone

from clinic.models.base import SiteRow


class DataKey(SiteRow):
    """The key everything identifying of one patient (or one person's work) is sealed with.

    Its id is the subject's id. The key lies here wrapped by the master key; destroying it forgets the subject.
    """

    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped=None) ^ models.Q(destroyed_at=None), name="datakey_is_here_or_destroyed"
            )
        ]
