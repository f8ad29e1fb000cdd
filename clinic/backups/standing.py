"""When it was last tried whether a backup can be put back, whether that is too long ago, and whether it could."""

from datetime import datetime, timedelta

from django.utils import timezone

from clinic.models import Backup, RestoreDrill

TRIED_EVERY = timedelta(days=30)


def last_good() -> RestoreDrill | None:
    return RestoreDrill.objects.filter(problem="").order_by("-at").first()


def due_at(tried: RestoreDrill | None) -> datetime | None:
    """After the last good drill. None where there was never a backup: nothing can be tried."""
    first = Backup.objects.order_by("taken_at").values_list("taken_at", flat=True)
    since = tried.at if tried else first.first()
    return since + TRIED_EVERY if since else None


def is_tried() -> bool:
    """A newest one that failed counts, however good the one before: the backups of today are what would be needed."""
    newest, due = RestoreDrill.objects.order_by("-at").first(), due_at(last_good())
    return (newest is None or newest.holds) and (due is None or due > timezone.now())
