from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from clinic.api import (
    audit,
    case_parts,
    cases,
    classic,
    conflicts,
    cosigning,
    docs,
    drift,
    emergencies,
    engines,
    exports,
    handing_over,
    imports,
    incidents,
    keys,
    learning,
    patients,
    people,
    replays,
    reports,
    reviews,
    runs,
    searching,
    stops,
    transcripts,
    upload_sessions,
    uploads,
)

app_name = "api"

_cases = [
    path("cases", cases.CasesView.as_view(), name="cases"),
    path("cases/imported", imports.ImportView.as_view(), name="case_import"),
    path("cases/search", cases.CaseSearchView.as_view(), name="case_search"),
    path("cases/<uuid:pk>", cases.CaseView.as_view(), name="case"),
    path("cases/<uuid:pk>/move", cases.CaseMoveView.as_view(), name="case_move"),
    path("cases/<uuid:pk>/assign", cases.CaseAssignView.as_view(), name="case_assign"),
    path("cases/<uuid:pk>/urgency", cases.CaseUrgencyView.as_view(), name="case_urgency"),
    path("cases/<uuid:pk>/notes", case_parts.NotesView.as_view(), name="notes"),
    path("cases/<uuid:pk>/entries", case_parts.EntriesView.as_view(), name="entries"),
    path("cases/<uuid:pk>/consents", case_parts.ConsentsView.as_view(), name="consents"),
    path("cases/<uuid:pk>/conflicts", conflicts.ConflictsView.as_view(), name="conflicts"),
    path("conflicts/<uuid:pk>/decision", conflicts.ConflictDecisionView.as_view(), name="conflict_decision"),
    path("cases/<uuid:pk>/verification", cases.CaseVerificationView.as_view(), name="case_verification"),
    path("cases/<uuid:pk>/export", exports.ExportView.as_view(), name="case_export"),
    path("cases/<uuid:pk>/uploads", uploads.CaseUploadsView.as_view(), name="case_uploads"),
    path("cases/<uuid:pk>/report", reports.DraftView.as_view(), name="report_draft"),
    path("cases/<uuid:pk>/report/sentences", reports.SentencesView.as_view(), name="report_sentences"),
    path("cases/<uuid:pk>/report/sentences/taken", reports.TakeOverView.as_view(), name="report_take"),
    path("cases/<uuid:pk>/report/sentences/sources", reports.SourceView.as_view(), name="report_source"),
    path("cases/<uuid:pk>/report/sentences/removed", reports.RemovalView.as_view(), name="report_removal"),
    path("cases/<uuid:pk>/report/amendment", reports.AmendmentView.as_view(), name="report_amendment"),
    path("cases/<uuid:pk>/report/sign", reports.SignView.as_view(), name="report_sign"),
    path("cases/<uuid:pk>/reports", reports.ReportsView.as_view(), name="reports"),
    path("cases/<uuid:pk>/learning", learning.CaseLearningView.as_view(), name="case_learning"),
    path("reports/<uuid:pk>", reports.ReportView.as_view(), name="report"),
    path("reports/<uuid:pk>/verification", reports.VerificationView.as_view(), name="report_verification"),
    path("reports/<uuid:pk>/cosignatures", cosigning.OfReportView.as_view(), name="report_cosignatures"),
    path("cosignatures", cosigning.CoSignaturesView.as_view(), name="cosignatures"),
    path("cosignatures/<uuid:pk>/sign", cosigning.SignView.as_view(), name="cosignature_sign"),
    path("cosignatures/<uuid:pk>/decline", cosigning.DeclineView.as_view(), name="cosignature_decline"),
    path("cases/<uuid:pk>/open-points", handing_over.OpenPointsView.as_view(), name="open_points"),
    path("cases/<uuid:pk>/handovers", handing_over.OfCaseView.as_view(), name="case_handovers"),
    path("handovers", handing_over.HandoversView.as_view(), name="handovers"),
    path("handovers/<uuid:pk>/take", handing_over.TakeView.as_view(), name="handover_take"),
    path("handovers/<uuid:pk>/decline", handing_over.DeclineView.as_view(), name="handover_decline"),
    path("handovers/<uuid:pk>/withdraw", handing_over.WithdrawView.as_view(), name="handover_withdraw"),
    path("searches", searching.SearchesView.as_view(), name="searches"),
    path("searches/<uuid:pk>", searching.SearchView.as_view(), name="search"),
    path("saved-searches", searching.SavedSearchesView.as_view(), name="saved_searches"),
    path("saved-searches/<uuid:pk>", searching.SavedSearchView.as_view(), name="saved_search"),
    path("patients", patients.PatientsView.as_view(), name="patients"),
    path("patients/<uuid:pk>", patients.PatientView.as_view(), name="patient"),
]

_uploads = [
    path("uploads/sessions", upload_sessions.SessionsView.as_view(), name="upload_sessions"),
    path("uploads/sessions/<uuid:pk>", upload_sessions.SessionView.as_view(), name="upload_session"),
    path("uploads/sessions/<uuid:pk>/chunks/<int:index>", upload_sessions.ChunkView.as_view(), name="upload_chunk"),
    path("uploads/sessions/<uuid:pk>/complete", upload_sessions.CompleteView.as_view(), name="upload_complete"),
    path("uploads/<uuid:pk>", uploads.UploadView.as_view(), name="upload"),
    path("uploads/<uuid:pk>/content", uploads.UploadContentView.as_view(), name="upload_content"),
]

_runs = [
    path("runs", runs.RunsView.as_view(), name="runs"),
    path("runs/kinds", runs.KindsView.as_view(), name="run_kinds"),
    path("runs/<uuid:pk>", runs.RunView.as_view(), name="run"),
    path("runs/<uuid:pk>/cancel", runs.RunCancelView.as_view(), name="run_cancel"),
    path("runs/<uuid:pk>/replay", runs.RunReplayView.as_view(), name="run_replay"),
    path("runs/<uuid:pk>/result", runs.RunResultView.as_view(), name="run_result"),
    path("runs/<uuid:pk>/result/replay", replays.ReplayView.as_view(), name="result_replay"),
    path("runs/<uuid:pk>/transcript", transcripts.TranscriptView.as_view(), name="transcript"),
    path("runs/<uuid:pk>/comparison", replays.ComparisonView.as_view(), name="comparison"),
    path("runs/<uuid:pk>/review", reviews.AskView.as_view(), name="run_review"),
    path("runs/<uuid:pk>/evidence", reports.EvidenceView.as_view(), name="run_evidence"),
]

_reviews = [
    path("reviews", reviews.QueueView.as_view(), name="reviews"),
    path("reviews/figures", reviews.FiguresView.as_view(), name="review_figures"),
    path("reviews/settings", reviews.SettingsView.as_view(), name="review_settings"),
    path("reviews/limits", reviews.LimitsView.as_view(), name="review_limits"),
    path("reviews/limits/trial", reviews.TrialView.as_view(), name="review_limits_trial"),
    path("reviews/policy", reviews.PolicyView.as_view(), name="review_policy"),
    path("reviews/<uuid:pk>", reviews.ItemView.as_view(), name="review"),
    path("reviews/<uuid:pk>/claim", reviews.ClaimView.as_view(), name="review_claim"),
    path("reviews/<uuid:pk>/release", reviews.ReleaseView.as_view(), name="review_release"),
    path("reviews/<uuid:pk>/decision", reviews.DecisionView.as_view(), name="review_decision"),
]

_engines = [
    path("engines", engines.EnginesView.as_view(), name="engines"),
    path("engines/<uuid:pk>", engines.EngineView.as_view(), name="engine"),
    path("engines/<uuid:pk>/cases", engines.CasesView.as_view(), name="engine_cases"),
    path("engines/<uuid:pk>/rollback", engines.RollbackView.as_view(), name="engine_rollback"),
    path("proposals", engines.ProposalsView.as_view(), name="proposals"),
    path("proposals/<uuid:pk>", engines.ProposalView.as_view(), name="proposal"),
    path("proposals/<uuid:pk>/agree", engines.AgreeView.as_view(), name="proposal_agree"),
    path("proposals/<uuid:pk>/refuse", engines.RefuseView.as_view(), name="proposal_refuse"),
]

_safety = [
    path("stops", stops.StopsView.as_view(), name="stops"),
    path("stops/<uuid:pk>/release", stops.ReleaseView.as_view(), name="stop_release"),
    path("incidents", incidents.IncidentsView.as_view(), name="incidents"),
    path("incidents/<uuid:pk>", incidents.IncidentView.as_view(), name="incident"),
    path("incidents/<uuid:pk>/notes", incidents.NotesView.as_view(), name="incident_notes"),
    path("incidents/<uuid:pk>/steps", incidents.StepsView.as_view(), name="incident_steps"),
    path("incidents/<uuid:pk>/packs", incidents.PacksView.as_view(), name="incident_packs"),
    path("incidents/<uuid:pk>/resolve", incidents.ResolveView.as_view(), name="incident_resolve"),
    path("incidents/<uuid:pk>/review", incidents.ReviewView.as_view(), name="incident_review"),
    path("incidents/<uuid:pk>/close", incidents.CloseView.as_view(), name="incident_close"),
    path("incidents/packs/<uuid:pk>/content", incidents.PackView.as_view(), name="incident_pack"),
    path("emergencies", emergencies.EmergenciesView.as_view(), name="emergencies"),
    path("emergencies/<uuid:pk>/case", emergencies.EmergencyCaseView.as_view(), name="emergency_case"),
    path("emergencies/<uuid:pk>/end", emergencies.EmergencyEndView.as_view(), name="emergency_end"),
    path("emergencies/<uuid:pk>/verdict", emergencies.EmergencyReviewView.as_view(), name="emergency_verdict"),
    path("drift/alarms", drift.AlarmsView.as_view(), name="drift_alarms"),
    path("drift/alarms/<uuid:pk>/looked", drift.LookedView.as_view(), name="drift_looked"),
]

_people = [
    path("me", people.MeView.as_view(), name="me"),
    path("me/corrections", learning.MyCorrectionsView.as_view(), name="my_corrections"),
    path("learning/engines", learning.LearningEnginesView.as_view(), name="learning_engines"),
    path("learning/items", learning.LearningItemsView.as_view(), name="learning_items"),
    path("people", people.PeopleView.as_view(), name="people"),
    path("notifications", people.NotificationsView.as_view(), name="notifications"),
    path("notifications/read", people.NotificationsReadView.as_view(), name="notifications_read"),
    path("notifications/<uuid:pk>/read", people.NotificationReadView.as_view(), name="notification_read"),
    path("keys", keys.KeysView.as_view(), name="keys"),
    path("keys/<uuid:pk>/revoke", keys.KeyRevokeView.as_view(), name="key_revoke"),
    path("tokens", keys.TokensView.as_view(), name="tokens"),
]

_audit = [
    path("audit/events", audit.EventsView.as_view(), name="audit_events"),
    path("audit/events/<uuid:pk>", audit.EventView.as_view(), name="audit_event"),
    path("audit/cases/<uuid:pk>/readers", audit.ReadersView.as_view(), name="audit_readers"),
    path("audit/checkpoints", audit.CheckpointsView.as_view(), name="audit_checkpoints"),
    path("audit/export", audit.ExportView.as_view(), name="audit_export"),
]

_capabilities = [path("", include(f"{feature}.api.urls")) for feature in settings.FEATURES]

_v1: list[URLPattern | URLResolver] = [
    *_cases,
    *_uploads,
    *_runs,
    *_reviews,
    *_engines,
    *_safety,
    *_people,
    *_audit,
    *_capabilities,
    path("openapi.json", docs.DocumentView.as_view(), name="document"),
]

urlpatterns = [
    path("v1/", include(_v1)),
    path("classic/", include(classic.urls())),
    path("docs/", docs.DocsView.as_view(), name="docs"),
    path("problems", docs.ProblemsView.as_view(), name="problems"),
    path("problems/<slug:code>", docs.ProblemView.as_view(), name="problem"),
]
