"""JSON lines with an allow-list of fields: what is not on the list is not written, whatever somebody passes."""

import json
import logging
from datetime import UTC, datetime

from clinic.middleware.request_id import current_request_id

FIELDS = (
    "run_id", "kind", "attempt", "lane", "ms", "code", "reason", "where", "method", "status", "route", "request_id",
    "worker", "count", "seconds", "bytes",
)  # fmt: skip


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage() if record.name.startswith("rounds") else _of_a_library(record),
        }
        if request_id := current_request_id.get():
            told["request_id"] = request_id
        told |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[0]:
            told["reason"] = record.exc_info[0].__name__
        return json.dumps(told, default=str)


def _of_a_library(record: logging.LogRecord) -> str:
    """Libraries put values into their messages. With arguments the message is still the template; without, values may
    stand in it already, so only the place it comes from is told."""
    return str(record.msg)[:200] if record.args else f"{record.module}.{record.funcName}:{record.lineno}"
