"""What stands around a case's story: its head, and the panels beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic import file_words, report_checks
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.case_links import ways_of
from clinic.colleagues import colleagues
from clinic.formats import Kind
from clinic.forms.case_acts import AssignForm, MoveForm, moves_from
from clinic.models import Case, CaseState, Consent, EngineLesson, Entry, Patient, Purpose, ReportDraft, Sex
from clinic.models.cases import SIGNED_STATES
from clinic.pipeline import RunKind, kinds
from clinic.proof import chain_ends_at, position_of
from clinic.report_body import Body
from clinic.report_checks import Check
from clinic.sealed_words import said
from clinic.templatetags.figures import spaced
from clinic.views.presenters.case_rows import patient_line, question_of

Facts = list[dict[str, Any]]
MOST_OTHERS = 5


@dataclass(frozen=True)
class May:
    """What this person may do to this case as it stands; the actions refuse by themselves."""

    edit: bool
    assign: bool
    note: bool
    consent: bool
    add: bool
    ask: bool
    report: bool
    sign: bool
    export: bool

    @classmethod
    def of(cls, actor: Actor, case: Case) -> "May":
        takes = case.state != CaseState.CLOSED
        return cls(
            edit=actor.can(Permission.CASE_EDIT),
            assign=actor.can(Permission.CASE_ASSIGN),
            note=takes and actor.can(Permission.NOTE_WRITE),
            consent=actor.can(Permission.CONSENT_RECORD),
            add=takes and actor.can(Permission.UPLOAD_ADD),
            ask=takes and actor.can(Permission.RUN_REQUEST),
            report=actor.can(Permission.REPORT_WRITE) or case.state in SIGNED_STATES,
            sign=case.may_move_to(CaseState.SIGNED) and actor.can(Permission.REPORT_SIGN),
            export=actor.can(Permission.CASE_EXPORT),
        )


def consents_of(actor: Actor, case: Case) -> dict[str, Consent]:
    latest = Consent.objects.visible_to(actor).filter(patient=case.patient_id).latest_per_purpose()
    return {consent.purpose: consent for consent in latest.select_related("by")}


def head(actor: Actor, case: Case, consents: dict[str, Consent]) -> dict[str, Any]:
    return {
        "case": case,
        "question": question_of(case),
        "facts": _facts(case, consents),
        "may": May.of(actor, case),
        "assign_form": AssignForm(people=colleagues(actor), initial={"to": case.assignee_id}),
        "move_form": MoveForm(case=case) if _other_moves(case) else None,
        "ways": ways_of(actor) if May.of(actor, case).add else [],
    }


def _other_moves(case: Case) -> bool:
    return bool(moves_from(case.state))


def _facts(case: Case, consents: dict[str, Consent]) -> Facts:
    given = [str(Purpose(p).label).lower() for p in Purpose.values if p in consents and consents[p].is_given]
    told: list[tuple[str, Any]] = [
        (_("Patient"), patient_line(case.patient, case.age_years)),
        (_("Encounter"), said(lambda: case.encounter)),
        (_("Department"), case.department),
        (_("With"), case.assignee.name if case.assignee else _("Nobody yet")),
        (_("Consent"), ", ".join(given).capitalize() or _("None recorded")),
    ]
    return [{"term": term, "value": value} for term, value in told if value]


def side(actor: Actor, case: Case, consents: dict[str, Consent]) -> dict[str, Any]:
    checks = checks_before_signing(case) if case.needs_work and actor.can(Permission.REPORT_WRITE) else []
    return {
        "case": case,
        "may": May.of(actor, case),
        "checks": checks,
        "checks_done": sum(check["state"] == "done" for check in checks),
        "consent_rows": [_consent_row(purpose, consents.get(purpose)) for purpose in Purpose.values],
        "learned_engines": _engines_that_learned(case),
        "patient_facts": patient_facts(case.patient),
        "other_cases": _other_cases(actor, case),
        "kinds": offered(actor),
        "upload_rules": upload_rules(),
        "proof_facts": proof_facts(actor, case),
    }


def checks_before_signing(case: Case) -> Facts:
    return [check_line(check) for check in report_checks.of_report(case, body_of(draft_of(case)))]


def _engines_that_learned(case: Case) -> int:
    return EngineLesson.objects.filter(item__patient=case.patient_id).values("engine").distinct().count()


def check_line(check: Check) -> dict[str, Any]:
    """As partials/checks.html takes it."""
    state = "done" if check.is_done else "stop" if check.is_danger else "todo"
    return {"state": state, "words": check.words, "url": "" if check.is_done else check.url}


def draft_of(case: Case) -> ReportDraft | None:
    draft = ReportDraft.objects.filter(case=case).select_related("touched_by").first()
    if draft:
        draft.case = case
    return draft


def body_of(draft: ReportDraft | None) -> Body:
    return Body.of(draft.body) if draft else Body()


def _consent_row(purpose: str, latest: Consent | None) -> dict[str, Any]:
    return {"purpose": purpose, "label": Purpose(purpose).label, "latest": latest,
            "is_given": bool(latest and latest.is_given)}  # fmt: skip


def patient_facts(patient: Patient) -> Facts:
    told: list[tuple[str, str | Promise]] = [
        (_("Number"), patient.pseudonym),
        (_("Name"), said(lambda: patient.name) or _("Not recorded")),
        (_("Born"), said(lambda: _day(patient.birth_date)) or _("Not recorded")),
        (_("Sex"), Sex(patient.sex).label),
    ]
    return [{"term": term, "value": value} for term, value in told]


def _day(iso: str | None) -> str:
    return date_format(date.fromisoformat(iso), "j M Y") if iso else ""


def _other_cases(actor: Actor, case: Case) -> Facts:
    others = Case.objects.visible_to(actor).filter(patient=case.patient_id).exclude(pk=case.pk).order_by("-opened_at")
    return [
        {"reference": f"C-{number}", "url": reverse("case", args=[pk]), "state": state, "opened_at": opened_at}
        for pk, number, state, opened_at in others.values_list("pk", "number", "state", "opened_at")[:MOST_OTHERS]
    ]


def offered(actor: Actor) -> list[RunKind]:
    return [kind for kind in kinds() if kind.is_offered and actor.can(kind.permission)]


def upload_rules() -> str:
    sizes = {kind: file_words.limit(kind) for kind in Kind}
    return _(
        "Pictures (JPEG, PNG, WebP) up to %(image)s; DICOM films, documents (PDF, Word, text), sound and tables"
        " up to %(document)s; ZIP archives up to %(archive)s."
    ) % {"image": sizes[Kind.IMAGE], "document": sizes[Kind.DOCUMENT], "archive": sizes[Kind.ARCHIVE]}


def proof_facts(actor: Actor, case: Case) -> Facts:
    """Where this case stands in the audit, and how far the audit has come since."""
    entries = Entry.objects.visible_to(actor).filter(case=case)
    newest = entries.order_by("-at", "-id").values_list("audit_event_id", flat=True).first()
    told = [
        (_("Entries"), spaced(entries.count())),
        (_("Newest at"), f"#{spaced(position)}" if (position := position_of(newest)) else ""),
        (_("Audit now at"), f"#{spaced(chain_ends_at())}"),
    ]
    return [{"term": term, "value": value} for term, value in told if value]
