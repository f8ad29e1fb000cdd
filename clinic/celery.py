"""Celery behind one file. A message only names a lane; the row says what is to be done.

Workers are solo processes, one per slot: `celery -A clinic.celery worker -P solo -n NAME -Q LANES`.
"""

import logging
import os
import warnings
from typing import Any

from celery import Celery, signals
from celery.exceptions import CPendingDeprecationWarning
from celery.platforms import SecurityWarning
from kombu.entity import Queue
from kombu.transport import TRANSPORT_ALIASES

from clinic.lanes import LANES

warnings.filterwarnings("ignore", category=SecurityWarning)  # `make run` tells root itself, once and in one line
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)  # of what it does to late acknowledgements
TRANSPORT_ALIASES["pgmq"] = "clinic.queue_transport:Transport"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

# Without the fixup for Django: it closes the database connection before and after every nudge, and connecting takes
# longer than most claims. `execute_run` drops a broken connection itself.
app = Celery("rounds", fixups=[])
log = logging.getLogger("rounds.queue")

EXECUTE = "clinic.execute_run"


def _transport(dsn: str) -> dict[str, Any]:
    """Each value cures something that was met: see docs/decisions/0005-the-queue.md."""
    if not dsn:
        return {"visibility_timeout": 120, "unacked_restore_throttle": 1}
    return {
        "conn_string": dsn,  # key=value; without it the transport takes DATABASE_URL from the environment by itself
        "init_extension": False,
        "use_notify": True,
        "notify_throttle_interval_ms": 0,
        "polling_interval": 1.0,
        "wait_time_seconds": 0,
        "visibility_timeout": 120,
        "pool_size": 3,
        "pool_timeout": 3,  # seconds; else a request would wait half a minute for a database that is away
    }


def _configured() -> dict[str, Any]:
    """Read when first needed: importing this file must not need Django's settings."""
    from django.conf import settings

    return {
        "broker_url": settings.BROKER_URL,
        "imports": ("clinic.tasks",),  # named, not imported: actions import this file to nudge
        "broker_transport_options": _transport(settings.QUEUE_DSN),
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 3,
        "broker_heartbeat": 0,
        "task_queues": [Queue(lane, routing_key=lane) for lane in LANES],  # type: ignore[no-untyped-call]
        "task_default_queue": "io",
        "task_create_missing_queues": False,  # a misspelt lane is an error, not a new table
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_acks_late": False,  # a nudge that is lost with its worker is sent again by the sweeper
        "worker_prefetch_multiplier": 1,
        "worker_concurrency": 1,  # one process, one slot; it also multiplies the prefetch
        "worker_enable_remote_control": False,  # health is a heartbeat row
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
    }


app.add_defaults(_configured)


def nudge(lane: str) -> None:
    """Called after commit. A nudge that cannot be sent is only late: the scheduler finds the waiting row."""
    try:
        app.signature(EXECUTE, args=[lane]).apply_async(queue=lane, ignore_result=True, retry=False)
    except Exception as e:  # each transport has errors of its own, and the row is committed already
        log.warning("nudge_lost", extra={"lane": lane, "reason": type(e).__name__})


@signals.import_modules.connect
def _load_django(**_: Any) -> None:
    import django

    django.setup()
