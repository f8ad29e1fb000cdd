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
    Place("password-reset", "/account/password/reset/", NOBODY),
    Place("cases", "/cases/?show=all"),
    Place("cases-none", "/cases/?show=closed"),
    Place("case-new", "/cases/new/"),
    Place("case", "/cases/{case}/"),
    Place("case-edit", "/cases/{case}/edit/"),
    Place("case-patient", "/cases/{case}/patient/"),
    Place("case-assign", "/cases/{case}/assign/"),
    Place("case-move", "/cases/{case}/move/"),
    Place("case-sign", "/cases/{case}/move/?to=signed"),
    Place("case-note", "/cases/{case}/notes/"),
    Place("case-verify", "/cases/{case}/verify/"),
    Place("case-files", "/cases/{case}/uploads/"),
    Place("case-ask", "/cases/{case}/runs/"),
    Place("upload-text", "/uploads/{text}/"),
    Place("upload-picture", "/uploads/{picture}/"),
    Place("jobs", "/jobs/"),
    Place("jobs-dead", "/jobs/?show=dead"),
    Place("run", "/runs/{run}/"),
    Place("run-failed", "/runs/{failed}/"),
    Place("notifications", "/notifications/?show=all"),
    Place("profile", "/profile/"),
    Place("keys", "/profile/keys/"),
    Place("password", "/account/password/change/"),
    Place("second-factor", "/account/2fa/"),
    Place("authenticator", "/account/2fa/totp/activate/", is_fresh=True),
    Place("security-keys", "/account/2fa/webauthn/"),
    Place("security-key-add", "/account/2fa/webauthn/add/", is_fresh=True),
    Place("password-again", "/account/reauthenticate/"),
    Place("devices", "/account/sessions/"),
    Place("people", "/people/", "admin"),
    Place("person-new", "/people/new/", "admin"),
    Place("person", "/people/{person}/", "admin"),
    Place("program", "/people/{program}/", "admin"),
    Place("roles", "/people/roles/", "admin"),
    Place("sites", "/sites/", "admin"),
    Place("site-new", "/sites/new/", "admin"),
    Place("site", "/sites/{site}/", "admin"),
    Place("operations", "/operations/", "admin"),
    Place("api-docs", "/api/docs/"),
    Place("not-here", "/cases/{foreign}/", status=404),
    Place("not-allowed", "/people/new/", status=403),
]
