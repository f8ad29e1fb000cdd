"""What the dashboards share: the tabs between them, the period, and the way from a number to its list."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.figures.counted import Counted
from clinic.figures.periods import PERIODS, Period

OPERATIONS, MEDICAL, BUSINESS, SECURITY = "operations", "medical", "business", "security"


def tabs(by: Actor, current: str) -> list[dict[str, Any]]:
    """None where there is only one to go to."""
    every = (
        (OPERATIONS, _("Operations"), Permission.OPERATIONS_VIEW), (MEDICAL, _("Medical"), Permission.ENGINES_VIEW),
        (BUSINESS, _("Business"), Permission.BUSINESS_VIEW), (SECURITY, _("Security"), Permission.SECURITY_VIEW),
    )  # fmt: skip
    mine = [
        {"words": words, "url": reverse(name), "current": name == current}
        for name, words, needed in every
        if by.can(needed)
    ]
    return mine if len(mine) > 1 else []


def periods(url_name: str, current: Period) -> list[dict[str, Any]]:
    here = reverse(url_name)
    return [
        {"url": f"{here}?days={one.days}", "words": one.words, "current": one == current, "key": str(number)}
        for number, one in enumerate(PERIODS, start=1)
    ]


def list_url(name: str, period: Period, of: str = "", at: str = "") -> str:
    told = {"days": str(period.days), "of": of, "at": at}
    return f"{reverse('counted', args=[name])}?{urlencode({key: value for key, value in told.items() if value})}"


def page_of(counted: Counted) -> str:
    """Which dashboard shows that number."""
    return {Permission.ENGINES_VIEW: MEDICAL, Permission.BUSINESS_VIEW: BUSINESS}.get(counted.permission, SECURITY)
