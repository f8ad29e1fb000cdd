"""The pack for programs: codes and numbers as they are, times with their zone."""

import json
from typing import Any

from clinic import safety
from clinic.incident_pack.facts import Facts
from clinic.incident_pack.figures import ENOUGH, Share

VERSION = 1


def as_json(facts: Facts) -> bytes:
    return json.dumps(_told(facts), ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _told(facts: Facts) -> dict[str, Any]:
    incident = facts.incident
    return {
        "version": VERSION,
        "safety": safety.told(),
        "incident": {
            "id": incident.pk, "reference": incident.reference, "site": facts.site, "capability": incident.capability,
            "class": incident.class_name or None, "cause": incident.cause, "state": incident.state,
            "opened_at": incident.opened_at, "opened_by": facts.opened_by, "resolved_at": incident.resolved_at,
            "closed_at": incident.closed_at,
        },
        "written_at": facts.written_at,
        "timeline": [{"at": line.at, "what": line.what, "words": line.words, "by": line.by} for line in facts.timeline],
        "checklist": [
            {"span": task.span, "step": task.words, "due": task.due, "done_at": task.done_at, "done_by": task.done_by}
            for task in facts.checklist
        ],
        "last_30_days": {
            "since": facts.since,
            "days": [{"day": day.day, "answers": day.answers, "while_stopped": day.marked} for day in facts.days],
            "classes": [
                {"class": one.name, "answers": one.answers, "precision": _share(one.precision),
                 "recall": _share(one.recall)}
                for one in facts.rates
            ],
        },
        "confidence": {"bins": "tenths of calibrated confidence", "last_30_days": facts.confidence,
                       "baseline_90_days_before": facts.baseline},
        "engines": facts.engines,
        "changes": [{"at": one.at, "what": one.what, "detail": one.detail, "by": one.by} for one in facts.changes],
        "cases": [
            {"case": case.reference, "url": case.url, "state": case.state, "signed": case.is_signed,
             "answers": case.answers, "last_answer_at": case.last_at, "engine_said": case.label,
             "people_decided": case.decided or None, "while_stopped": case.is_marked}
            for case in facts.cases
        ],
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    return {"hits": share.hits, "n": share.n, "value": share.value, "interval_95": share.interval,
            "too_few": None if share.is_enough else f"under {ENOUGH}"}  # fmt: skip
