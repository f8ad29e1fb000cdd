"""The tables of the pack, each asked of the rows as they are, once. What has one of its own adds it (`register`)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, JSONField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import access, alerts, retention
from clinic.audit_search import fact
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.figures import medical, security
from clinic.figures.medical import Practice
from clinic.models import (
    ApiKey,
    AuditLink,
    Backup,
    BrokenGlass,
    DriftAlarm,
    Erasure,
    Hold,
    Incident,
    Membership,
    RegisterLine,
    RestoreDrill,
)

MOST_ROWS = 20_000  # of one table; what is cut off is said
Row = Sequence[Any]


@dataclass(frozen=True)
class Section:
    name: str  # of its file
    title: str | Promise
    says: str | Promise
    head: tuple[str, ...]  # names for programs: English in every language
    rows: Callable[[Actor, datetime], Iterable[Row]]


_sections: list[Section] = []


def register(section: Section) -> None:
    _sections.append(section)


def sections() -> list[Section]:
    return list(_sections)


def _at(when: datetime | None) -> str:
    return when.isoformat(timespec="seconds") if when else ""


# --- who may come in --------------------------------------------------------------------------------------------------


def _access(by: Actor, since: datetime) -> Iterator[Row]:
    """Roles that are held, and those that ended in the period."""
    held = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), site=by.here)
    for one in held.select_related("user", "kept_by").order_by("user__name", "role", "since"):
        yield (one.user.name, one.role, str(ROLES[Role(one.role)].title), one.department, _at(one.since),
               _at(one.ended_at), _at(one.kept_at), one.kept_by.name if one.kept_by else "", one.user.is_active,
               _at(one.user.last_login))  # fmt: skip


def _factors(by: Actor, _since: datetime) -> Iterator[Row]:
    people = access.people(by).prefetch_related(None).order_by("name", "pk")
    found: dict[Any, list[str]] = {}
    for person, kind in Authenticator.objects.filter(user__in=people.values("pk")).values_list("user", "type"):
        found.setdefault(person, []).append(kind)
    integrations = Membership.objects.filter(site=by.here, role=Role.INTEGRATION, ended_at=None)
    programs = set(integrations.values_list("user", flat=True))
    for one in people:
        kinds = sorted(set(found.get(one.pk, ())))
        has = bool(set(kinds) - {Authenticator.Type.RECOVERY_CODES})
        yield one.name, one.is_active, one.pk in programs, has, " ".join(kinds)


def _keys(by: Actor, since: datetime) -> Iterator[Row]:
    known = ApiKey.objects.filter(Q(revoked_at=None) | Q(revoked_at__gte=since), site=by.here, expires_at__gte=since)
    for one in known.select_related("owner").order_by("created_at"):
        yield (one.name, one.prefix, one.owner.name, " ".join(one.scopes), _at(one.created_at), _at(one.expires_at),
               _at(one.last_used_at), _at(one.revoked_at))  # fmt: skip


# --- what was done, by the audit --------------------------------------------------------------------------------------

REVIEWS = ("role.given", "role.kept", "role.ended", "person.activated", "person.deactivated")
EXCEPTIONS = (
    "glass.broken", "glass.ended", "glass.looked_at", "film.gate_overruled", "stop.pulled", "stop.pulled_again",
    "stop.released", "engine.taken_out", "engine.brought_back", "site.data_policy_changed", "fact_rule.switched",
    "case.held", "case.hold_lifted", "second_factor.removed", "second_factor.reset",
    "second_factor.taken_off",
)  # fmt: skip
LEFT = ("case.exported", "audit.exported", "training_set.read", "incident.pack_read", "compliance.pack_taken",
        "upload.expired", "patient.erased")  # fmt: skip


def _events(names: Sequence[str]) -> Callable[[Actor, datetime], Iterator[Row]]:
    """Which event, when, by whom, at which place of the chain; about what stands in the audit itself. Who may not read
    the audit takes along how often each happened."""

    def rows(by: Actor, since: datetime) -> Iterator[Row]:
        if not by.can(Permission.AUDIT_READ):
            counted = security.links(by, since, names).order_by().values("event__event").annotate(n=Count("pk"))
            yield from (("", "", one["event__event"], f"{one['n']} x") for one in counted.order_by("event__event"))
            return
        told = security.links(by, since, names).annotate(actor=_told("actor")).order_by("seq")
        for one in told.values("seq", "at", "event__event", "actor")[: MOST_ROWS + 1]:
            yield one["seq"], _at(one["at"]), one["event__event"], one["actor"] or ""

    return rows


def _told(name: str) -> Any:
    return KeyTextTransform(name, Cast("event__body", JSONField()))


def _emergencies(by: Actor, since: datetime) -> Iterator[Row]:
    """Without the reason and without the case: both are a patient's."""
    broken = BrokenGlass.objects.filter(site=by.here, began_at__gte=since).select_related("person", "looked_at_by")
    for one in broken.defer("reason", "note").order_by("began_at"):
        yield (one.person.name, _at(one.began_at), _at(one.until), _at(one.ended_at), one.verdict,
               one.looked_at_by.name if one.looked_at_by else "", _at(one.looked_at), one.is_late)  # fmt: skip


def _refusals(by: Actor, since: datetime) -> Iterator[Row]:
    for row in security.refusals(by, since):
        yield row["code"], row["n"]
    yield "sign_in (whole installation)", security.failed_sign_ins(since).count()


# --- engines ----------------------------------------------------------------------------------------------------------


def _engines(by: Actor, since: datetime) -> Iterator[Row]:
    for one in medical.of(by.here, since):
        yield one.name, one.digest, one.is_live, one.answers, *_figures(one), one.waiting


def _figures(one: Practice) -> Iterator[Any]:
    for figure in (one.agreed, one.overruled, one.covered, one.abstained, one.read):
        told = (figure.value, figure.low, figure.high) if figure else ()
        yield from (*(round(value, 4) for value in told), figure.n) if figure else ("",) * 4


ENGINE_HEAD = ("engine", "digest", "is_live", "answers", *(
    f"{name}{part}" for name in ("agreed", "overruled", "covered", "abstained", "decided_on")
    for part in ("", "_low", "_high", "_n")
), "waiting")  # fmt: skip


def _drift(by: Actor, since: datetime) -> Iterator[Row]:
    for one in DriftAlarm.objects.filter(site=by.here, at__gte=since).defer("moved").order_by("at"):
        yield _at(one.at), one.capability, one.monitor, one.queued


def _incidents(by: Actor, since: datetime) -> Iterator[Row]:
    """Those of the period, and whatever is still open."""
    known = Incident.objects.filter(Q(opened_at__gte=since) | ~Q(state="closed"), site=by.here)
    for one in known.select_related("opened_by", "engine").order_by("number"):
        yield (one.reference, one.capability, one.class_name, one.cause, str(one.engine or ""), one.state,
               _at(one.opened_at), one.opened_by.name if one.opened_by else "", _at(one.resolved_at),
               _at(one.closed_at))  # fmt: skip


def _alerts(by: Actor, _since: datetime) -> Iterator[Row]:
    """Each that is over its limit, one for one; and one line for every rule under which nothing is."""
    found = alerts.found([by.here])
    for name, words in alerts.NAMES.items():
        over = [one for one in found if one.name == name]
        yield from ((name, str(words), True, one.about, one.value, one.limit) for one in over)
        if not over:
            yield name, str(words), False, "", "", ""


# --- what is kept -----------------------------------------------------------------------------------------------------


def _registers(by: Actor, _since: datetime) -> Iterator[Row]:
    """Each line as it stands now, the ended ones too; no notes."""
    lines = RegisterLine.objects.filter(site=by.here).newest().defer("words")
    for one in lines.order_by("register", "number"):
        yield (one.register, one.reference, one.version, one.what, one.who, one.level, one.done_on or "",
               one.due_on or "", one.is_overdue, one.is_ended, _at(one.at))  # fmt: skip


def _retention(by: Actor, _since: datetime) -> Iterator[Row]:
    for policy in retention.policies():
        held = retention.terms(by.here, policy)
        yield policy.name, str(policy.title), held.cold_days, "" if held.expiry_days is None else held.expiry_days
    yield "holds standing", "", Hold.objects.filter(site=by.here).standing().count(), ""


def _erasures(by: Actor, since: datetime) -> Iterator[Row]:
    """That somebody was forgotten, and who agreed. Not who she was, nor her number."""
    done = Erasure.objects.filter(site=by.here, at__gte=since).select_related("asked_by", "agreed_by")
    for one in done.order_by("at"):
        yield (_at(one.at), one.asked_by.name if one.asked_by else "", one.agreed_by.name if one.agreed_by else "",
               one.key_id, one.signature)  # fmt: skip


def _proof(by: Actor, since: datetime) -> Iterator[Row]:
    """How the audit stands, and who verified it here."""
    told = security.audit_stands(by)
    yield "events", told.events, _at(told.last_at)
    yield "signed up to", told.signed_to, ""
    yield "witness", "kept" if told.is_witnessed else "late", ""
    verified = AuditLink.objects.filter(event__site_id=by.here, event__event="audit.verified", at__gte=since)
    for one in verified.annotate(holds=fact("holds")).order_by("seq").values("at", "holds"):
        yield "verified", "holds" if one["holds"] == "true" else "does not hold", _at(one["at"])


def _backups(_by: Actor, since: datetime) -> Iterator[Row]:
    for one in Backup.objects.filter(taken_at__gte=since).order_by("taken_at"):
        yield "backup", _at(one.taken_at), one.name, "", one.rows, one.objects_count
    for drill in RestoreDrill.objects.filter(at__gte=since).order_by("at"):
        counts = (drill.figures.get(name, "") for name in ("rows", "opened"))
        yield "drill", _at(drill.at), drill.name, drill.problem or "holds", *counts


EVENT_HEAD = ("position", "at", "event", "by")

for _section in (
    Section("access", _("Who holds which role"), _("Roles held now, and those that ended in the period."),
            ("person", "role", "title", "department", "since", "ended", "kept", "kept_by", "is_active", "last_sign_in"),
            _access),
    Section("access-reviews", _("Roles given, kept and ended"), _("By the audit."), EVENT_HEAD, _events(REVIEWS)),
    Section("second-factors", _("Second factors"), _("Of everybody who holds or held a role here."),
            ("person", "is_active", "is_program", "has_second_factor", "factors"), _factors),
    Section("keys", _("Keys of programs"), _("Never the secret."),
            ("name", "prefix", "owner", "scopes", "made", "ends", "last_used", "revoked"), _keys),
    Section("emergencies", _("Emergency access"), _("Who, when, and how it was judged; no reason and no case."),
            ("person", "began", "until", "ended", "verdict", "judged_by", "judged", "is_late"), _emergencies),
    Section("exceptions", _("Exceptions"),
            _("Broken glass, overruled gatekeepers, stops, holds, policies: by the audit."), EVENT_HEAD,
            _events(EXCEPTIONS)),
    Section("refusals", _("What was refused"), _("By code; sign-ins are of the whole installation."),
            ("code", "count"), _refusals),
    Section("left-or-deleted", _("What left the house or was deleted"), _("By the audit."), EVENT_HEAD, _events(LEFT)),
    Section("engines", _("How engines do"), _("Shares of what people decided, with 95 % interval and n."), ENGINE_HEAD,
            _engines),
    Section("drift", _("Alarms of drift"), _("What moved stays here: it may hold words of letters."),
            ("at", "capability", "monitor", "queued"), _drift),
    Section("incidents", _("Incidents"), _("Those of the period, and what is still open; no notes."),
            ("incident", "capability", "class", "cause", "engine", "state", "opened", "opened_by", "resolved",
             "closed"), _incidents),
    Section("alerts", _("Alert rules"), _("Which there are, and which is over its limit now."),
            ("rule", "words", "is_over", "about", "value", "limit"), _alerts),
    Section("registers", _("Registers"), _("Training, suppliers and risks as they stand; no notes."),
            ("register", "line", "version", "what", "who", "level", "done", "due", "is_overdue", "is_ended", "written"),
            _registers),
    Section("retention", _("How long files are kept"), _("In days, as the site set it."),
            ("policy", "title", "days_until_cold", "days_until_deleted"), _retention),
    Section("erasures", _("Patients forgotten"), _("That it was done and by whom; never whom."),
            ("at", "asked_by", "agreed_by", "key", "signature"), _erasures),
    Section("audit", _("How the audit stands"), _("Of the whole installation; verified by somebody of this site."),
            ("what", "value", "at"), _proof),
    Section("backups", _("Backups and drills"), _("Of the whole machine."),
            ("what", "at", "name", "result", "rows", "files"), _backups),
):  # fmt: skip
    register(_section)
