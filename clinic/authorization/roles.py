"""The one table of roles. Pages, checks and tests read it; a role is stored by its key only."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission as P


class Role(StrEnum):
    CLINICIAN = "clinician"
    RADIOLOGIST = "radiologist"
    REVIEWER = "reviewer"
    ENGINEER = "engineer"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"
    INTEGRATION = "integration"


@dataclass(frozen=True)
class RoleCard:
    title: str | Promise
    does: str | Promise
    never: str | Promise
    permissions: frozenset[P]
    signs_in: bool = True  # an integration works through API keys only


# Anybody who signs in may practise, and sees nobody else do it.
_PRACTISES = frozenset({P.COACH_PRACTISE})
_READS_CASES = frozenset({P.CASE_VIEW, P.UPLOAD_READ, P.RUN_VIEW})
_WORKS_CASES = _READS_CASES | {
    P.CASE_OPEN, P.CASE_EDIT, P.CASE_ASSIGN, P.CASE_EXPORT, P.NOTE_WRITE, P.CONSENT_RECORD,
    P.UPLOAD_ADD, P.RUN_REQUEST, P.RUN_CANCEL, P.RUN_REPLAY, P.JOBS_VIEW, P.ENGINES_VIEW, P.REPORT_WRITE,
}  # fmt: skip
# What only a person of flesh may do: a program neither decides on a result, nor signs, nor pulls the cord.
_JUDGES = frozenset({P.REVIEW_WORK, P.ENGINES_STOP})

ROLES: dict[Role, RoleCard] = {
    Role.CLINICIAN: RoleCard(
        _("Clinician"),
        _("Opens cases, records and uploads, asks the engines, reviews, signs, exports"),
        _("Reads cases of another site without breaking the glass"),
        _WORKS_CASES | _JUDGES | _PRACTISES | {P.REPORT_SIGN, P.GLASS_BREAK, P.COACH_QUESTIONS},
    ),
    Role.RADIOLOGIST: RoleCard(
        _("Radiologist"),
        _("Works the film list: reads first, then sees the engine, reports, signs"),
        _("Reads cases of another site without breaking the glass"),
        _WORKS_CASES | _JUDGES | _PRACTISES | {P.REPORT_SIGN, P.FILM_READ, P.GLASS_BREAK, P.COACH_QUESTIONS},
    ),
    Role.REVIEWER: RoleCard(
        _("Reviewer"),
        _("Works the queue of flagged results, adjudicates"),
        _("Sees the first reader’s answer while reading blind"),
        _READS_CASES | _JUDGES | _PRACTISES | {P.NOTE_WRITE, P.JOBS_VIEW, P.ENGINES_VIEW},
    ),
    Role.ENGINEER: RoleCard(
        _("Engineer"),
        _("Looks after engines, prompts, experiments, thresholds, drift"),
        _("Reads patient data without breaking the glass"),
        frozenset(
            {
                P.JOBS_VIEW,
                P.JOBS_MANAGE,
                P.OPERATIONS_VIEW,
                P.ENGINES_VIEW,
                P.ENGINES_MANAGE,
                P.ENGINES_APPROVE,
                P.ENGINES_STOP,
                P.GLASS_BREAK,
            }
        )
        | _PRACTISES,
    ),
    Role.LEAD: RoleCard(
        _("Lead"),
        _("Sees how the work is spread and what is overdue, without any patient"),
        _("Sees coaching content, scores or audio"),
        frozenset(
            {
                P.WORKLOAD_VIEW,
                P.BUSINESS_VIEW,
                P.JOBS_VIEW,
                P.PEOPLE_VIEW,
                P.ENGINES_VIEW,
                P.ENGINES_APPROVE,
                P.REVIEW_FIGURES,
                P.GLASS_SEE,
                P.GLASS_REVIEW,
                P.PATIENT_ERASE,
                P.COACH_PARTICIPATION,
                P.COACH_QUESTIONS,
            }
        )
        | _PRACTISES,
    ),
    Role.AUDITOR: RoleCard(
        _("Auditor"),
        _("Reads the audit; reading it is itself audited"),
        _("Writes anything"),
        frozenset({P.AUDIT_READ, P.PEOPLE_VIEW, P.GLASS_SEE, P.SECURITY_VIEW}) | _PRACTISES,
    ),
    Role.ADMIN: RoleCard(
        _("Admin"),
        _("Manages people, roles, sites, keys, jobs, settings"),
        _("Reads patient data by default"),
        frozenset(
            {
                P.PEOPLE_VIEW,
                P.PEOPLE_MANAGE,
                P.SITES_MANAGE,
                P.KEYS_MANAGE,
                P.RETENTION_MANAGE,
                P.GLASS_SEE,
                P.JOBS_VIEW,
                P.JOBS_MANAGE,
                P.OPERATIONS_VIEW,
                P.BUSINESS_VIEW,
                P.SECURITY_VIEW,
                P.BACKUPS_MANAGE,
            }
        )
        | _PRACTISES,
    ),
    Role.INTEGRATION: RoleCard(
        _("Integration"),
        _("A program with a scoped, expiring API key"),
        _("Signs in to pages"),
        _WORKS_CASES,
        signs_in=False,
    ),
}


def still_held(roles: frozenset[Role], *, is_active: bool) -> frozenset[Role]:
    """Whoever is switched off holds none, but a program: it is the same program when it is switched on again."""
    return roles if is_active else roles & {Role.INTEGRATION}


def permissions_of(roles: frozenset[Role]) -> frozenset[P]:
    return frozenset().union(*(ROLES[role].permissions for role in roles))
