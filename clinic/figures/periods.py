"""The last day, week or month: what the dashboards look back on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Period:
    days: int
    words: str | Promise

    @property
    def since(self) -> datetime:
        return timezone.now() - timedelta(days=self.days)


PERIODS = (Period(1, _("24 h")), Period(7, _("7 days")), Period(30, _("30 days")))
USUAL = PERIODS[1]


def named(days: str) -> Period:
    """A length that there is none of is the usual one."""
    return next((one for one in PERIODS if str(one.days) == days), USUAL)
