"""What the security dashboard says: panels of lines, each a number with the way to what it counts."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import MEANINGS
from clinic.figures import security
from clinic.figures.periods import Period
from clinic.models import Register
from clinic.templatetags.figures import spaced, waiting
from clinic.views.presenters.audit_words import EVENTS
from clinic.views.presenters.dashboards import list_url

Line = dict[str, Any]


def panels(by: Actor, period: Period) -> list[dict[str, Any]]:
    return [
        _panel("came", _("Coming in"), str(period.words), _coming_in(by, period)),
        _panel("people", _("People and keys"), _("now"), [*_people(by), *_keys(by, period)]),
        _panel("glass", _("Emergency access"), str(period.words), _emergencies(by, period)),
        _panel("proof", _("Audit and backups"), _("whole installation"), [*_audit(by), *_backups(by)]),
        _panel("registers", _("Registers"), _("overdue"), _registers(by)),
        _panel("events", _("What was done"), str(period.words), _events(by, period)),
        _panel("refused", _("What was refused"), str(period.words), _refusals(by, period)),
    ]


def _panel(name: str, title: str, note: str, lines: Iterable[Line]) -> dict[str, Any]:
    return {"name": name, "title": title, "note": note, "lines": list(lines)}


def _line(words: Any, value: Any, url: str = "", *, warns: bool = False, note: Any = "") -> Line:
    return {"words": words, "value": spaced(value) if isinstance(value, int) else value, "url": url, "warns": warns,
            "note": note}  # fmt: skip


def _led(by: Actor, needed: Permission, url_name: str, **query: str) -> str:
    """Where she may go; a number she may not look behind is a number only."""
    if not by.can(needed):
        return ""
    return f"{reverse(url_name)}?{urlencode(query)}" if query else reverse(url_name)


def _coming_in(by: Actor, period: Period) -> list[Line]:
    failed = security.failed_sign_ins(period.since).count()
    return [
        _line(_("Sign-ins that failed"), failed, list_url("failed-sign-ins", period),
              note=_("at all sites: who has not come in is at none")),
        _line(_("Browsers signed in now"), security.sessions(by).count(), list_url("sessions", period)),
    ]  # fmt: skip


def _people(by: Actor) -> list[Line]:
    told, due, see = security.people(by), security.roles_due(by), Permission.PEOPLE_VIEW
    return [
        _line(_("People who may come in"), told["n"], _led(by, see, "people")),
        _line(_("Without a second factor"), told["no_factor"], _led(by, see, "people", show="no-factor"),
              warns=told["no_factor"] > 0),
        _line(_("Switched off"), told["switched_off"], _led(by, see, "people", show="off")),
        _line(_("Roles to be looked at"), due, _led(by, see, "access_review"), warns=due > 0),
    ]  # fmt: skip


def _keys(by: Actor, period: Period) -> list[Line]:
    told = security.keys_told(by)
    return [
        _line(_("Keys of programs"), told["n"], list_url("keys", period)),
        _line(_("End within 30 days"), told["soon"], list_url("keys-ending", period), warns=told["soon"] > 0),
        _line(_("Never used"), told["never"], list_url("keys-unused", period)),
    ]


def _emergencies(by: Actor, period: Period) -> list[Line]:
    told, see = security.emergencies(by, period.since), Permission.GLASS_SEE
    every, waits = _led(by, see, "emergency_reviews", show="all"), _led(by, see, "emergency_reviews")
    return [
        _line(_("Begun"), told["n"], every),
        _line(_("Open now"), told["standing"], every, warns=told["standing"] > 0),
        _line(_("To be judged"), told["unjudged"], waits),
        _line(_("Not judged within a week"), told["late"], waits, warns=told["late"] > 0),
        _line(_("Incidents not closed"), security.incidents_open(by), _led(by, Permission.ENGINES_VIEW, "incidents")),
    ]


def _audit(by: Actor) -> list[Line]:
    told, proof = security.audit_stands(by), _led(by, Permission.AUDIT_READ, "audit_proof")
    verified = _("%s ago") % waiting(told.verified_at) if told.verified_at else _("never here")
    return [
        _line(_("Events"), told.events, proof, note=_("last one %s ago") % waiting(told.last_at)),
        _line(_("Signed up to"), told.signed_to, proof),
        _line(_("Witness"), _("kept") if told.is_witnessed else _("late"), proof, warns=not told.is_witnessed),
        _line(_("Verified"), verified, proof, warns=bool(told.verified_at) and not told.verified_well,
              note="" if not told.verified_at else _("it held") if told.verified_well else _("it did not hold")),
    ]  # fmt: skip


def _registers(by: Actor) -> list[Line]:
    return [
        _line(Register(name).label, n, reverse("register", args=[name]) + ("?show=due" if n else ""), warns=n > 0)
        for name, n in security.registers(by).items()
    ]


def _backups(by: Actor) -> list[Line]:
    told, see = security.backups(), _led(by, Permission.OPERATIONS_VIEW, "backups")
    taken, drill = told["taken_at"], told["drill"]
    return [
        _line(_("Last backup"), _("%s ago") % waiting(taken) if taken else _("none"), see, warns=taken is None),
        _line(_("Last restore drill"), _("%s ago") % waiting(drill.at) if drill else _("none"), see,
              warns=not told["is_tried"] or drill is None,
              note="" if drill is None else _("it worked") if drill.holds else drill.get_problem_display()),
    ]  # fmt: skip


def _events(by: Actor, period: Period) -> list[Line]:
    told = security.events(by, period.since)
    return [
        _line(EVENTS[name], n, _led(by, Permission.AUDIT_READ, "audit", event=name, days=str(period.days)))
        for name, n in told.items()
    ]


def _refusals(by: Actor, period: Period) -> list[Line]:
    found = security.refusals(by, period.since)
    return [
        _line(_words(row["code"]), row["n"], note=row["code"], url=_led(
            by, Permission.AUDIT_READ, "audit", sort="refused", code=row["code"], days=str(period.days)))
        for row in found
    ]  # fmt: skip


def _words(code: str) -> Any:
    return next((meaning.sentence for known, meaning in MEANINGS.items() if known == code), code)
