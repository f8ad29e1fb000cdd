"""Every page there is, with somebody who may open it. An address holds names of things in the scene."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    name: str
    path: str
    who: str = "clinician"
    status: int = 200
    is_fresh: bool = False  # about one's own sign-in: asks for a password given a moment ago

    def __str__(self) -> str:
        return self.name


NOBODY = ""

PLACES = [
    Place("sign-in", "/account/login/", NOBODY),
    Place("sign-in-closed", "/account/inactive/", NOBODY),
    Place("sign-out", "/account/logout/"),
    Place("password-reset", "/account/password/reset/", NOBODY),
    Place("password-reset-sent", "/account/password/reset/done/", NOBODY),
    Place("password-first", "{link}", NOBODY),
    Place("password-reset-done", "/account/password/reset/key/done/", NOBODY),
    Place("cases", "/cases/?show=all"),
    Place("cases-none", "/cases/?show=ai"),
    Place("case-new", "/cases/new/"),
    Place("case", "/cases/{case}/"),
    Place("case-edit", "/cases/{case}/edit/"),
    Place("case-patient", "/cases/{case}/patient/"),
    Place("case-assign", "/cases/{case}/assign/"),
    Place("case-move", "/cases/{case}/move/"),
    Place("report-draft", "/cases/{case}/report/"),
    Place("report-sign", "/cases/{case}/report/sign/", is_fresh=True),
    Place("report-signed", "/cases/reports/{report}/"),
    Place("report-verified", "/cases/reports/{report}/verify/"),
    Place("case-learning", "/cases/{signed}/learning/"),
    Place("learning", "/learning/", "engineer"),
    Place("learning-engine", "/learning/engines/{learner}/", "engineer"),
    Place("learning-mine", "/learning/mine/"),
    Place("report-versions", "/cases/{signed}/report/versions/"),
    Place("case-note", "/cases/{case}/notes/"),
    Place("case-verify", "/cases/{case}/verify/"),
    Place("case-files", "/cases/{case}/uploads/"),
    Place("case-ask", "/cases/{case}/runs/"),
    Place("upload-text", "/uploads/{text}/"),
    Place("upload-picture", "/uploads/{picture}/"),
    Place("evidence-text", "/uploads/{text}/evidence/?kind=text&start=0&end=21&sha256={text_sha256}"),
    Place(
        "evidence-picture",
        "/uploads/{picture}/evidence/?kind=image&left=0.2&top=0.3&width=0.3&height=0.2&sha256={picture_sha256}",
    ),
    Place("evidence-broken", "/uploads/{text}/evidence/?kind=text&start=0&end=21&sha256=0", status=409),
    Place("jobs", "/jobs/"),
    Place("jobs-dead", "/jobs/?show=dead"),
    Place("run", "/runs/{run}/"),
    Place("run-failed", "/runs/{failed}/"),
    Place("notifications", "/notifications/?show=all"),
    Place("profile", "/profile/"),
    Place("keys", "/profile/keys/"),
    Place("password", "/account/password/change/"),
    Place("password-again", "/account/reauthenticate/"),
    Place("password-set", "/account/password/set/", "radiologist", is_fresh=True),
    Place("second-factor", "/account/2fa/"),
    Place("authenticator", "/account/2fa/totp/activate/", is_fresh=True),
    Place("authenticator-off", "/account/2fa/totp/deactivate/", "engineer", is_fresh=True),
    Place("recovery-codes", "/account/2fa/recovery-codes/", "engineer", is_fresh=True),
    Place("recovery-codes-new", "/account/2fa/recovery-codes/generate/", "engineer", is_fresh=True),
    Place("code-again", "/account/2fa/reauthenticate/", "engineer"),
    Place("security-keys", "/account/2fa/webauthn/"),
    Place("security-key-add", "/account/2fa/webauthn/add/", is_fresh=True),
    Place("devices", "/account/sessions/"),
    Place("people", "/people/", "admin"),
    Place("person-new", "/people/new/", "admin"),
    Place("person", "/people/{person}/", "admin"),
    Place("program", "/people/{program}/", "admin"),
    Place("roles", "/people/roles/", "admin"),
    Place("sites", "/sites/", "admin"),
    Place("site-new", "/sites/new/", "admin"),
    Place("site", "/sites/{site}/", "admin"),
    Place("audit", "/audit/", "auditor"),
    Place("audit-none", "/audit/?until=2001-01-01", "auditor"),
    Place("audit-event", "/audit/events/{event}/", "auditor"),
    Place("audit-readers", "/audit/cases/{case}/", "auditor"),
    Place("audit-proof", "/audit/proof/", "auditor"),
    Place("workload", "/workload/", "lead"),
    Place("engines", "/engines/", "engineer"),
    Place("engine", "/engines/{engine}/"),
    Place("engine-shadow", "/engines/{challenger}/", "engineer"),
    Place("engine-act", "/engines/{challenger}/do/promote/", "engineer"),
    Place("engine-trial", "/engines/{challenger}/do/trial/", "engineer"),
    Place("engine-data", "/engines/data/", "engineer"),
    Place("proposals", "/proposals/", "lead"),
    Place("drift", "/drift/"),
    Place("incidents", "/incidents/?show=all"),
    Place("incident-new", "/incidents/new/"),
    Place("stop-pull", "/stops/pull/"),
    Place("operations", "/operations/", "admin"),
    Place("api-docs", "/api/docs/"),
    Place("not-here", "/cases/{foreign}/", status=404),
    Place("not-allowed", "/people/new/", status=403),
]

# Addresses with a door that are no page to look at in four looks, by the reason.
NO_PLACES = {
    "leads on": {"engine_card", "home", "case_search", "notification_open"},
    "an act": {"case_colleagues", "consent_record", "jobs_replay", "run_cancel", "run_replay", "notifications_read",
               "key_revoke", "site_choose", "language_choose", "person_link", "person_active", "person_keys",
               "role_give", "role_end", "audit_search",
               "audit_verify", "incident_note", "incident_step", "incident_pack_write", "incident_close",
               "stop_release_agree", "stop_release_refuse", "result_replay", "report_write", "report_take",
               "report_sentence", "report_point", "report_amend", "report_discard", "drift_looked",
               "engine_trial_end", "engine_prove", "engine_bring_back", "proposal_agree", "proposal_refuse"},
    "a part of a page": {"case_entries", "case_tail", "jobs_live", "run_body", "run_status", "bell", "operations_live",
                         "incident_live"},
    "a file": {"report_pdf", "upload_content", "mfa_download_recovery_codes", "incident_pack", "audit_export",
               "audit_keys", "audit_verifier"},
    "for programs": {"health_live", "health_ready", "metrics", "problems", "problem"},
    "seen on the way in": {"mfa_authenticate", "mfa_login_webauthn"},
    "needs an engine that was stopped": {"incident", "incident_resolve", "incident_review", "stop_release"},
    "needs a security key, see test_security_key.py": {"mfa_edit_webauthn", "mfa_remove_webauthn",
                                                       "mfa_reauthenticate_webauthn"},
}  # fmt: skip
