"""One event of the audit, fact by fact: codes, counts and ids, as they were written."""

import json
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import access
from clinic.authorization.actor import Actor
from clinic.authorization.roles import ROLES, Role
from clinic.models import AuditLink
from clinic.views.audit_lists import list_url
from clinic.views.presenters.audit_words import TARGETS

MOST_LISTED = 5


def facts(by: Actor, link: AuditLink) -> list[dict[str, Any]]:
    told = json.loads(link.event.body)
    found = [
        _fact(_("Written"), link.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"),
        _fact(_("Who"), told["actor"], _person_url(told)),
        _fact(_("Role"), ", ".join(_role(role) for role in told.get("roles", []))),
        _fact(_("With key"), told.get("key")),
        _fact(_("What it touched"), _target(told)),
        *_about(by, link),
        _fact(_("Fields"), ", ".join(told.get("fields", []))),
        *(_fact(name, _value(value)) for name, value in sorted(told.get("facts", {}).items())),
        _fact(_("Request"), told.get("request")),
        _fact(_("Event"), link.event.event),
    ]
    return [fact for fact in found if fact["value"]]


def _fact(term: str, value: Any, url: str = "") -> dict[str, Any]:
    return {"term": term, "value": value, "url": url}


def _person_url(told: dict[str, Any]) -> str:
    return list_url({"person": told["actor_id"]}) if told["actor_id"] else ""


def _role(role: str) -> str:
    return str(ROLES[Role(role)].title) if role in set(Role) else role


def _target(told: dict[str, Any]) -> str:
    kind = str(TARGETS.get(told["target"] or "", told["target"] or ""))
    return f"{kind} {told['target_id']}" if told["target_id"] else kind


def _about(by: Actor, link: AuditLink) -> list[dict[str, Any]]:
    found = []
    case = access.case_numbers(by).filter(pk=link.event.case_id).first() if link.event.case_id else None
    if case:
        found.append(_fact(_("Case"), f"C-{case.number}", reverse("audit_readers", args=[case.pk])))
    patient = access.patient_numbers(by).filter(pk=link.event.patient_id).first() if link.event.patient_id else None
    if patient:
        found.append(_fact(_("Patient"), patient.pseudonym, list_url({"patient": str(patient.pk)})))
    return found


def _value(value: Any) -> str:
    if isinstance(value, list):
        more = f", … {len(value)}" if len(value) > MOST_LISTED else ""
        return ", ".join(str(each) for each in value[:MOST_LISTED]) + more
    return "" if value is None else str(value)
