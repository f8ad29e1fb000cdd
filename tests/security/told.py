"""What each URL tells the audit when it does what it is there for. A URL that is not here fails the suite."""

from dataclasses import dataclass
from typing import Any

from clinic.authorization.roles import Role

Data = dict[str, Any]
NOTHING: tuple[str, ...] = ()
READS_CASE = ("case.read",)
DRAFTED, READS_REPORT = ("report.drafted",), ("report.read",)
REASON = "A reason that is long enough."
PIXEL = b"A letter that only this test sends.\n"


@dataclass(frozen=True)
class Asked:
    """`path` and `data` may name ids of the world: {case}, {upload}, ..."""

    path: str
    events: tuple[str, ...]
    data: Data | None = None  # posted; None is a GET
    role: Role = Role.CLINICIAN
    is_fragment: bool = False  # asked by htmx


PAGES: dict[str, list[Asked]] = {
    # --- cases
    "home": [Asked("/", NOTHING)],
    "cases": [Asked("/cases/?show=all", ("case_list.read",)), Asked("/cases/?show=ai", NOTHING)],
    "case_search": [Asked("/cases/search/", NOTHING, {"q": "words"})],
    "case_new": [
        Asked("/cases/new/", NOTHING),
        Asked("/cases/new/", ("patient.created", "case.opened"),
              {"whose": "new", "question": "Is it broken?", "urgency": "routine", "sex": "unknown", "once": "{fresh}"}),
    ],
    "case_colleagues": [Asked("/cases/colleagues/?q=Cli", NOTHING)],
    "case": [Asked("/cases/{case}/", READS_CASE)],
    "case_entries": [Asked("/cases/{case}/entries/", READS_CASE, is_fragment=True)],
    "case_tail": [
        Asked("/cases/{case}/entries/new/?after=0", READS_CASE, is_fragment=True),
        Asked("/cases/{case}/entries/new/?after=9999", NOTHING, is_fragment=True),
    ],
    "case_verify": [Asked("/cases/{case}/verify/", READS_CASE)],
    "case_edit": [
        Asked("/cases/{case}/edit/", READS_CASE),
        Asked("/cases/{case}/edit/", ("case.edited",), {"question": "Is it?", "urgency": "routine"}),
    ],
    "case_patient": [
        Asked("/cases/{case}/patient/", READS_CASE),
        Asked("/cases/{case}/patient/", ("patient.changed",), {"name": "Ana", "sex": "female"}),
    ],
    "case_assign": [
        Asked("/cases/{case}/assign/", READS_CASE),
        Asked("/cases/{case}/assign/", ("case.assigned",), {"to": "{colleague}"}),
    ],
    "case_move": [
        Asked("/cases/{case}/move/", READS_CASE),
        Asked("/cases/{case}/move/", ("case.moved",), {"to": "awaiting_human", "reason": "Because"}),
    ],
    "note_add": [
        Asked("/cases/{case}/notes/", READS_CASE),
        Asked("/cases/{case}/notes/", ("note.written",), {"body": "A note"}),
    ],
    "consent_record": [Asked("/cases/{case}/consents/", ("consent.given",), {"purpose": "care", "is_given": "yes"})],
    "upload_add": [
        Asked("/cases/{case}/uploads/", READS_CASE),
        Asked("/cases/{case}/uploads/", ("upload.added",), {"file": PIXEL}),
    ],
    "run_request": [
        Asked("/cases/{case}/runs/", READS_CASE),
        Asked("/cases/{case}/runs/", ("run.requested",), {"kind": "clinic.check", "mode": "pass", "seconds": "0"}),
    ],
    "upload": [Asked("/uploads/{upload}/", ("upload.read",))],
    "upload_content": [Asked("/uploads/{upload}/content/", ("upload.read",))],
    "evidence": [Asked("/uploads/{upload}/evidence/?kind=text&start=0&end=4&sha256=" + "0" * 64, ("upload.read",))],
    "report_draft": [Asked("/cases/{case}/report/", READS_CASE)],
    "report_write": [Asked("/cases/{case}/report/sentences/", DRAFTED, {"section": "plan", "text": "Seen again."})],
    "report_take": [Asked("/cases/{case}/report/sentences/taken/", DRAFTED, {"key": "{claim}"})],
    "report_sentence": [Asked("/cases/{case}/report/sentences/{sentence}/", DRAFTED,
                              {"do": "save", "text": "Another.", "seen": "9"})],
    "report_point": [Asked("/cases/{case}/report/sentences/{sentence}/source/", DRAFTED,
                           {"upload": "{upload}", "words": "A letter", "seen": "9"})],
    "report_amend": [Asked("/cases/{signed}/report/amendment/", DRAFTED, {})],
    "report_discard": [Asked("/cases/{case}/report/discard/", ("report.draft_discarded",), {})],
    "report_sign": [
        Asked("/cases/{case}/report/sign/", READS_CASE),
        Asked("/cases/{case}/report/sign/", NOTHING, {"seen": "1"}),  # who she is has not just been proved
    ],
    "report_versions": [Asked("/cases/{signed}/report/versions/", READS_CASE)],
    "report": [Asked("/cases/reports/{report}/", READS_REPORT)],
    "report_verify": [Asked("/cases/reports/{report}/verify/", READS_REPORT, is_fragment=True)],
    "report_pdf": [Asked("/cases/reports/{report}/pdf/", READS_REPORT)],
    "case_learning": [Asked("/cases/{case}/learning/", READS_CASE)],
    "learning": [Asked("/learning/", NOTHING, role=Role.ENGINEER)],
    "learning_mine": [Asked("/learning/mine/", NOTHING)],
    # --- engines
    "engines": [Asked("/engines/", NOTHING)],
    "engine": [Asked("/engines/{engine}/", NOTHING)],
    "engine_card": [Asked("/engines/card/{digest}/", NOTHING)],
    "engine_data": [
        Asked("/engines/data/", NOTHING, role=Role.ENGINEER),
        Asked("/engines/data/", ("proposal.made",), {"may_leave": "yes", "reason": REASON}, role=Role.ENGINEER),
    ],
    "engine_act": [
        Asked("/engines/{challenger}/do/shadow/", NOTHING, role=Role.ENGINEER),
        Asked("/engines/{challenger}/do/shadow/", ("engine.shadowed",), {"reason": REASON}, role=Role.ENGINEER),
        Asked("/engines/{out}/do/return/", ("proposal.made",), {"reason": REASON}, role=Role.ENGINEER),
        Asked("/engines/{challenger}/do/retire/", ("engine.retired",), {"reason": REASON}, role=Role.ENGINEER),
    ],
    "engine_trial_end": [Asked("/engines/{trial}/trial/end/", ("engine.rollout_changed",), {}, role=Role.ENGINEER)],
    "engine_prove": [Asked("/engines/{engine}/prove/", ("run.requested",), {}, role=Role.ENGINEER)],
    "proposals": [Asked("/proposals/", NOTHING)],
    "proposal_agree": [Asked("/proposals/{proposal}/agree/", NOTHING, {}, role=Role.LEAD)],  # to be proved first
    "proposal_refuse": [Asked("/proposals/{proposal}/refuse/", ("proposal.withdrawn",), {}, role=Role.ENGINEER)],
    # --- work
    "jobs": [Asked("/jobs/", NOTHING)],
    "jobs_live": [Asked("/jobs/live/", NOTHING)],
    "jobs_replay": [Asked("/jobs/replay/", ("run.replayed", "run.requested"), {"run": "{dead}"})],
    "run": [Asked("/runs/{done}/", ("result.read",)), Asked("/runs/{run}/", NOTHING)],
    "run_body": [Asked("/runs/{done}/body/", ("result.read",))],
    "run_status": [Asked("/runs/{run}/status/", NOTHING)],
    "run_cancel": [Asked("/runs/{cancelled}/cancel/", ("run.cancelled",), {})],
    "run_replay": [Asked("/runs/{dead}/replay/", ("run.replayed", "run.requested"), {})],
    # --- oneself
    "notifications": [Asked("/notifications/", NOTHING)],
    "notifications_read": [Asked("/notifications/read/", ("notification.all_read",), {})],
    "notification_open": [Asked("/notifications/{notice}/open/", ("notification.read",), {})],
    "bell": [Asked("/bell/", NOTHING)],
    "profile": [
        Asked("/profile/", NOTHING),
        Asked("/profile/", ("person.changed",), {"name": "Another", "language": "en", "theme": "dark"}),
    ],
    "keys": [
        Asked("/profile/keys/", NOTHING),
        Asked("/profile/keys/", ("key.issued",),
              {"key-name": "export", "key-days": "30", "key-scopes": ["case.view"]}),
    ],
    "key_revoke": [Asked("/profile/keys/{key}/revoke/", ("key.revoked",), {})],
    "site_choose": [Asked("/site/", NOTHING, {"site": "{site}"})],
    "language_choose": [Asked("/language/", ("person.changed",), {"language": "es"})],
    # --- the house
    "people": [Asked("/people/", NOTHING, role=Role.ADMIN)],
    "person_new": [
        Asked("/people/new/", NOTHING, role=Role.ADMIN),
        Asked("/people/new/", ("person.created", "role.given", "person.link_made"),
              {"name": "New", "email": "new@northgate.example", "role": "clinician", "language": "en"}, Role.ADMIN),
    ],
    "roles": [Asked("/people/roles/", NOTHING, role=Role.ADMIN)],
    "person": [Asked("/people/{colleague}/", NOTHING, role=Role.ADMIN)],
    "person_link": [Asked("/people/{colleague}/link/", ("person.link_made",), {}, Role.ADMIN)],
    "person_active": [
        Asked("/people/{colleague}/active/", ("person.deactivated",), {"is_active": "off"}, Role.ADMIN)
    ],
    "person_keys": [Asked("/people/{program}/keys/", ("key.issued",),
                          {"key-name": "pacs", "key-days": "30", "key-scopes": ["case.view"]}, Role.ADMIN)],
    "role_give": [Asked("/people/{colleague}/roles/", ("role.given",), {"role": "reviewer"}, Role.ADMIN)],
    "role_end": [Asked("/people/{colleague}/roles/{held}/end/", ("role.ended",), {}, Role.ADMIN)],
    "sites": [Asked("/sites/", NOTHING, role=Role.ADMIN)],
    "site_new": [
        Asked("/sites/new/", NOTHING, role=Role.ADMIN),
        Asked("/sites/new/", ("site.created", *5 * ("engine.entered",)), {"name": "Westgate"}, Role.ADMIN),
    ],
    "site": [
        Asked("/sites/{site}/", NOTHING, role=Role.ADMIN),
        Asked("/sites/{site}/", ("site.changed",), {"name": "Northgate", "emergency_wait_minutes": "5",
              "urgent_wait_minutes": "50", "routine_wait_minutes": "500"}, Role.ADMIN),
    ],
    "audit": [Asked("/audit/", ("audit.read",), role=Role.AUDITOR)],
    "audit_search": [Asked("/audit/search/", NOTHING, {"patient": ""}, Role.AUDITOR)],
    "audit_event": [Asked("/audit/events/{event}/", ("audit.read",), role=Role.AUDITOR)],
    "audit_readers": [Asked("/audit/cases/{case}/", ("audit.read",), role=Role.AUDITOR)],
    "audit_proof": [Asked("/audit/proof/", NOTHING, role=Role.AUDITOR)],
    "audit_verify": [Asked("/audit/proof/verify/", ("audit.verified",), {}, Role.AUDITOR)],
    "audit_export": [Asked("/audit/export/", ("audit.exported",), {}, Role.AUDITOR)],
    "audit_keys": [Asked("/audit/keys/", NOTHING, role=Role.AUDITOR)],
    "audit_verifier": [Asked("/audit/verifier/", NOTHING, role=Role.AUDITOR)],
    "workload": [Asked("/workload/", NOTHING, role=Role.LEAD)],
    "operations": [Asked("/operations/", NOTHING, role=Role.ADMIN)],
    "operations_live": [Asked("/operations/live/", NOTHING, role=Role.ADMIN)],
    "metrics": [Asked("/metrics", NOTHING, role=Role.ADMIN)],
}  # fmt: skip

# Open to everybody, and yet it changes something of whoever is signed in.
PUBLIC_PAGES = {"language_choose"}

# Pages that need a scene of their own to do anything, by the beginning of their names: here they are asked for as
# refused and as foreign only; what they tell is counted by these tests.
DONE_ELSEWHERE = {
    "drift": "tests/integration/pages/house/test_drift.py",
    "learning_engine": "tests/integration/test_corrections.py",
    "incident": "tests/integration/pages/house/test_incidents.py",
    "result_replay": "tests/integration/engines/test_replay.py",
    "review": "tests/integration/pages/reviews/test_queue.py",
    "document_batch": "tests/integration/pages/classify/test_batches.py",
    "document": "tests/integration/pages/classify/test_documents.py",
    "film": "tests/integration/pages/radiology/test_films.py",
    "experiment": "tests/integration/pages/extraction/test_experiments.py",
    "prompt": "tests/integration/pages/extraction/test_prompts.py",
    "sheet": "tests/integration/pages/extraction/test_sheets.py",
    "run_sheet": "tests/integration/pages/extraction/test_sheets.py",
    "stop": "tests/integration/test_stops.py",
}

# By operation of the API, as its example asks. What is changed and then shown is two events, one of each.
OPERATIONS: dict[str, tuple[str, ...]] = {
    "exportAudit": ("audit.exported",),
    "listAuditEvents": ("audit.read",),
    "listCheckpoints": NOTHING,
    "listReaders": ("audit.read",),
    "readAuditEvent": ("audit.read",),
    "readReportDraft": READS_CASE,
    "writeSentence": DRAFTED,
    "changeSentence": DRAFTED,
    "takeSentenceOver": DRAFTED,
    "pointAtSource": DRAFTED,
    "removeSentence": (*DRAFTED, *READS_CASE),
    "beginAmendment": (*DRAFTED, *READS_CASE),
    "signReport": ("report.signed", *READS_REPORT),
    "listReports": READS_CASE,
    "readReport": READS_REPORT,
    "verifyReport": READS_REPORT,
    "readEvidence": ("result.read",),
    "listReviewItems": ("review_list.read",),
    "readReviewItem": ("review.read",),
    "claimReviewItem": ("review.claimed", "review.read"),
    "releaseReviewItem": ("review.released", "review.read"),
    "decideReviewItem": ("review.decided", "review.read"),
    "askForReview": ("case.moved", "review.flagged", "review.read"),
    "readReviewFigures": NOTHING,
    "readReviewSettings": NOTHING,
    "tryLimits": NOTHING,
    "proposeLimits": ("proposal.made",),
    "proposeReviewPolicy": ("proposal.made",),
    "listEngines": NOTHING,
    "readEngine": NOTHING,
    "rollBackEngine": ("engine.rolled_back",),
    "askEngineCases": ("run.requested",),
    "listProposals": NOTHING,
    "readProposal": NOTHING,
    "proposeEngineChange": ("proposal.made",),
    "agreeToProposal": ("proposal.agreed", "site.data_policy_changed"),
    "refuseProposal": ("proposal.refused",),
    "pullStop": ("incident.opened", "run.requested", "stop.pulled"),
    "proposeRelease": ("proposal.made",),
    "listIncidents": NOTHING,
    "openIncident": ("incident.opened", "incident.read", "run.requested"),
    "readIncident": ("incident.read",),
    "noteIncident": ("incident.noted",),
    "doIncidentStep": ("incident.read", "incident.step_done"),
    "orderIncidentPack": NOTHING,  # the one that was asked for when the cord was pulled still waits
    "downloadIncidentPack": ("incident.pack_read",),
    "resolveIncident": ("incident.read", "incident.resolved"),
    "reviewIncident": ("incident.reviewed",),
    "closeIncident": ("incident.closed", "incident.read"),
    "replayResult": ("result.read", "result.replayed", "run.requested"),
    "readComparison": ("result.read",),
    "listDriftAlarms": ("drift.read",),
    "lookAtDriftAlarm": ("drift.watched_on",),
    "listDocuments": ("document_list.read",),
    "sortDocument": ("document.read", "document.taken_in", "run.requested", "upload.added"),
    "readDocument": ("document.read",),
    "sortDocumentAgain": ("run.requested",),
    "sortManyDocuments": ("document_batch.read", "run.requested"),
    "readManyDocuments": ("document_batch.read",),
    "listManyDocuments": ("document_batch.read",),
    "stopManyDocuments": ("document_batch.read", "document_batch.stopped", "run.cancelled"),
    "listExtractions": ("sheet_list.read",),
    "extractFacts": ("run.requested", "sheet.read", "sheet.taken_in", "upload.added"),
    "readExtraction": ("sheet.read",),
    "extractFactsAgain": ("run.requested",),
    "decideFact": ("sheet.field_decided", "sheet.read"),
    "addFact": ("sheet.field_decided", "sheet.read"),
    "takeBackFact": ("sheet.field_decided", "sheet.read"),
    "finishExtraction": ("review.claimed", "review.decided", "sheet.finished", "sheet.read"),
    "takeFacts": ("sheet.taken",),
    "readExtractionSchema": NOTHING,
    "listFilms": ("film_list.read",),
    "takeInFilm": ("film.read", "film.taken_in", "run.requested"),
    "readFilm": ("film.read",),
    "putFilmUpright": ("film.put_upright", "film.read", "run.requested"),
    "takeFilm": ("film.claimed", "film.read"),
    "releaseFilm": ("film.read", "film.released"),
    "sealReading": ("film.read", "film.read_sealed"),
    "concludeReading": ("film.concluded", "film.read"),
    "decideFilmText": ("film.read", "film.text_decided"),
    "overruleGatekeeper": ("film.gate_overruled", "film.read", "run.requested"),
    "unpackFilms": ("run.requested",),
    "readFilmFigures": NOTHING,
    "predictFilm": ("film.taken_in", "run.requested", "upload.added"),
    "listLearning": NOTHING,
    "listTrainingItems": NOTHING,
    "listLearningOfCase": READS_CASE,
    "readMyCorrections": NOTHING,
    "addUpload": ("upload.added",),
    "assignCase": ("case.assigned", "case.read"),
    "cancelRun": ("run.cancelled",),
    "completeUploadSession": ("upload.added", "upload_session.completed"),
    "createPatient": ("patient.created", "patient.read"),
    "discardUploadSession": ("upload_session.discarded",),
    "downloadUpload": ("upload.read",),
    "editCase": ("case.edited", "case.read"),
    "editPatient": ("patient.changed", "patient.read"),
    "getToken": ("token.issued",),
    "issueKey": ("key.issued",),
    "listCases": ("case_list.read",),
    "listColleagues": NOTHING,
    "listConsents": ("case.read",),
    "listEntries": ("case.read",),
    "listKeys": NOTHING,
    "listNotes": ("case.read",),
    "listNotifications": NOTHING,
    "listPatients": ("patient_list.read",),
    "listRunKinds": NOTHING,
    "listRuns": NOTHING,
    "listUploads": ("case.read",),
    "moveCase": ("case.moved", "case.read"),
    "openCase": ("case.opened", "case.read", "patient.created"),
    "openUploadSession": ("upload_session.opened",),
    "readAllNotifications": ("notification.all_read",),
    "readCase": ("case.read",),
    "readDescription": NOTHING,
    "readMe": NOTHING,
    "readNotification": ("notification.read",),
    "readPatient": ("patient.read",),
    "readResult": ("result.read",),
    "readRun": NOTHING,
    "readUpload": ("upload.read",),
    "readUploadSession": ("upload_session.read",),
    "recordConsent": ("consent.given",),
    "replayRun": ("run.replayed", "run.requested"),
    "requestRun": ("run.requested",),
    "revokeKey": ("key.revoked",),
    "searchCases": NOTHING,
    "sendChunk": ("upload_session.received",),
    "setUrgency": ("case.read", "case.urgency_set"),
    "writeNote": ("note.written",),
}
