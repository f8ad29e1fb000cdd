"""Sessions nobody closed: whoever went away without closing one for the session only is taken at her word."""

import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.models import Site
from coaching.actions import forgetting
from coaching.models import Keeps, Practice, Search

LOOK_EVERY_S = 60.0
SEARCH_LIFE = timedelta(hours=1)
_looked_at = 0.0


def time_passed() -> int:
    """Called twice a second; looks once a minute."""
    global _looked_at
    if time.monotonic() - _looked_at < LOOK_EVERY_S:
        return 0
    _looked_at = time.monotonic()
    return close_left_alone()


def close_left_alone() -> int:
    before = timezone.now() - timedelta(minutes=settings.COACHING_SESSION_MINUTES)
    closed = 0
    for site in Site.objects.all():
        with scope(site=site.pk):
            by = Actor.system("coaching", site_id=site.pk)
            left = Practice.objects.filter(keeps=Keeps.SESSION, closed_at=None, touched_at__lt=before)
            for practice in left:
                forgetting.close(by=by, practice=practice)
                closed += 1
            Search.objects.filter(asked_at__lt=timezone.now() - SEARCH_LIFE).delete()
    return closed
