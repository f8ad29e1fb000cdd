"""Weeks as people count them: each begins on its Monday."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from clinic.authorization.actor import Actor
from coaching.models import Practice

WEEKS = 8


def monday() -> date:
    """Of this week."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday())


def practised(by: Actor) -> int:
    """In how many of the last eight weeks, this one among them, she practised: said once, never asked for."""
    since = timezone.make_aware(datetime.combine(monday() - timedelta(weeks=WEEKS - 1), time()))
    began = Practice.objects.visible_to(by).filter(began_at__gte=since).values_list("began_at", flat=True)
    return len({timezone.localtime(at).isocalendar()[:2] for at in began})
