"""Tells of what went over its limit: a line of the log, and a webhook where the installation names one. Each once an
hour, however many schedulers there are. What is told names kinds of runs and engines: no site, no person, no case.
"""

import logging
from typing import Any

import httpx2
from django.conf import settings
from django.core.cache import cache

from clinic import alerts
from clinic.alerts import Alert
from clinic.outgoing.addresses import destination
from clinic.outgoing.clients import client

AGAIN_AFTER_S = 3600
READ_S = 10.0
log = logging.getLogger("rounds.alerts")


def tell() -> int:
    """How many were told that had not been told within the hour."""
    new = [alert for alert in alerts.found() if cache.add(f"alert:{alert.name}:{alert.about}", True, AGAIN_AFTER_S)]
    for alert in new:
        log.warning("alert", extra={"code": alert.name, "where": alert.about})
    if new and settings.ALERT_WEBHOOK:
        _send(settings.ALERT_WEBHOOK, new)
    return len(new)


def _send(url: str, new: list[Alert]) -> None:
    """Whoever listens there may be away: the log has it, and Operations shows it."""
    local = settings.LANGUAGE_LOCAL_HOSTS
    try:
        with client(destination(url, local_hosts=local), read_s=READ_S) as there:
            there.post(url, json={"alerts": [_told(alert) for alert in new]}).raise_for_status()
    except httpx2.HTTPError as problem:
        log.error("alert_not_sent", extra={"reason": type(problem).__name__})


def _told(alert: Alert) -> dict[str, Any]:
    return {"name": alert.name, "about": alert.about, "value": alert.value, "limit": alert.limit}
