from django.urls import URLPattern, URLResolver, path

from clinic.views import case, case_acts, case_new, cases, conflicts, mentions, run_requests, transcripts, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("", cases.home, name="home"),
    path("cases/", cases.cases, name="cases"),
    path("cases/search/", cases.case_search, name="case_search"),
    path("cases/new/", case_new.case_new, name="case_new"),
    path("cases/colleagues/", mentions.case_colleagues, name="case_colleagues"),
    path("cases/<uuid:pk>/", case.case, name="case"),
    path("cases/<uuid:pk>/entries/", case.case_entries, name="case_entries"),
    path("cases/<uuid:pk>/entries/new/", case.case_tail, name="case_tail"),
    path("cases/<uuid:pk>/verify/", case.case_verify, name="case_verify"),
    path("cases/<uuid:pk>/conflicts/", conflicts.case_conflicts, name="case_conflicts"),
    path("cases/<uuid:pk>/conflicts/ask/", conflicts.conflicts_ask, name="conflicts_ask"),
    path("conflicts/<uuid:pk>/decide/", conflicts.conflict_decide, name="conflict_decide"),
    path("conflicts/<uuid:pk>/reopen/", conflicts.conflict_reopen, name="conflict_reopen"),
    path("cases/<uuid:pk>/edit/", case_acts.case_edit, name="case_edit"),
    path("cases/<uuid:pk>/patient/", case_acts.case_patient, name="case_patient"),
    path("cases/<uuid:pk>/assign/", case_acts.case_assign, name="case_assign"),
    path("cases/<uuid:pk>/move/", case_acts.case_move, name="case_move"),
    path("cases/<uuid:pk>/notes/", case_acts.note_add, name="note_add"),
    path("cases/<uuid:pk>/consents/", case_acts.consent_record, name="consent_record"),
    path("cases/<uuid:pk>/uploads/", uploads.upload_add, name="upload_add"),
    path("cases/<uuid:pk>/runs/", run_requests.run_request, name="run_request"),
    path("uploads/<uuid:pk>/", uploads.upload, name="upload"),
    path("uploads/<uuid:pk>/content/", uploads.upload_content, name="upload_content"),
    path("uploads/<uuid:pk>/transcript/", transcripts.transcript_ask, name="transcript_ask"),
]
