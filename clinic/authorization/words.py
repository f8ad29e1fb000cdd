"""Each permission as a sentence: for whoever gives a role or cuts the scope of a key."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission as P

WORDS: dict[P, str | Promise] = {
    P.CASE_VIEW: _("See cases"),
    P.CASE_OPEN: _("Open cases"),
    P.CASE_EDIT: _("Change cases and their state"),
    P.CASE_ASSIGN: _("Give cases to people"),
    P.CASE_EXPORT: _("Take cases out of the house, signed"),
    P.GLASS_BREAK: _("Open a case that is not theirs to read, in an emergency"),
    P.GLASS_SEE: _("See who opened a case in an emergency"),
    P.GLASS_REVIEW: _("Judge whether opening a case in an emergency was right"),
    P.NOTE_WRITE: _("Write notes"),
    P.CONSENT_RECORD: _("Record consent"),
    P.UPLOAD_READ: _("Open files"),
    P.UPLOAD_ADD: _("Add files"),
    P.RUN_VIEW: _("See what engines answered"),
    P.RUN_REQUEST: _("Ask engines"),
    P.RUN_CANCEL: _("Cancel runs"),
    P.RUN_REPLAY: _("Start failed runs again"),
    P.JOBS_VIEW: _("See jobs"),
    P.JOBS_MANAGE: _("Cancel and restart any job, without seeing its input"),
    P.OPERATIONS_VIEW: _("See how the machine is doing"),
    P.BACKUPS_MANAGE: _("Take backups and try whether they can be put back"),
    P.PEOPLE_VIEW: _("See people and their roles"),
    P.PEOPLE_MANAGE: _("Add people, give and end roles"),
    P.SITES_MANAGE: _("Add and change sites"),
    P.KEYS_MANAGE: _("Issue and revoke keys of programs"),
    P.PATIENT_ERASE: _("Agree that a patient is forgotten"),
    P.RETENTION_MANAGE: _("Set how long files are kept, and hold or delete them"),
    P.AUDIT_READ: _("Read the audit"),
    P.WORKLOAD_VIEW: _("See workload"),
    P.BUSINESS_VIEW: _("See how the work of the site goes, in figures"),
    P.SECURITY_VIEW: _("See how safe the house is, in figures, and take the compliance pack"),
    P.ENGINES_VIEW: _("See engines, their cards and figures"),
    P.ENGINES_MANAGE: _("Look after engines"),
    P.ENGINES_APPROVE: _("Agree, as the second person, to changes of engines"),
    P.ENGINES_STOP: _("Stop an engine that is unsafe"),
    P.REVIEW_WORK: _("Decide on flagged results"),
    P.REVIEW_FIGURES: _("See how readers agree"),
    P.REPORT_WRITE: _("Write reports"),
    P.REPORT_SIGN: _("Sign reports"),
    P.COACH_PRACTISE: _("Practise conversations, in private"),
    P.COACH_QUESTIONS: _("Publish questions that others wrote for practice"),
    P.COACH_PARTICIPATION: _("See who takes part in practice, never what was said"),
}


def words(permission: P) -> str | Promise:
    return WORDS.get(permission, permission.value)
