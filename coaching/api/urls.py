from django.urls import URLPattern, path

from clinic.api.describe import group
from coaching.api import agreeing, live, looking, own_questions, views

group("coaching", "Coaching", "Practising conversations, in private: a person sees her own and nobody else’s.")

urlpatterns: list[URLPattern] = [
    path("coaching/questions", views.QuestionsView.as_view(), name="coach_questions"),
    path("coaching/draw", views.DrawView.as_view(), name="coach_draw"),
    path("coaching/practices", views.PracticesView.as_view(), name="practices"),
    path("coaching/practices/<uuid:pk>", views.PracticeView.as_view(), name="practice"),
    path("coaching/practices/<uuid:pk>/close", views.ClosingView.as_view(), name="practice_close"),
    path("coaching/practices/<uuid:pk>/satisfaction", views.SatisfactionView.as_view(), name="practice_satisfaction"),
    path("coaching/practices/<uuid:pk>/typed", views.TypedView.as_view(), name="practice_typed"),
    path("coaching/attempts/<uuid:pk>", views.AttemptView.as_view(), name="attempt"),
    path("coaching/attempts/<uuid:pk>/useful", views.UsefulView.as_view(), name="attempt_useful"),
    path("coaching/recordings", views.RecordingsView.as_view(), name="coach_recordings"),
    path("coaching/recordings/<uuid:pk>", views.RecordingView.as_view(), name="coach_recording"),
    path("coaching/recordings/<uuid:pk>/chunks/<int:index>", views.PieceView.as_view(), name="coach_piece"),
    path("coaching/recordings/<uuid:pk>/complete", views.CompletionView.as_view(), name="coach_recording_complete"),
    path("coaching/preferences", views.PreferencesView.as_view(), name="coach_preferences"),
    path("coaching/progress", views.ProgressView.as_view(), name="coach_progress"),
    path("coaching/participation", views.ParticipationView.as_view(), name="coach_participation"),
    path("coaching/practices/<uuid:pk>/listener", agreeing.ListenerView.as_view(), name="practice_listener"),
    path("coaching/practices/<uuid:pk>/agreement", agreeing.AgreementView.as_view(), name="practice_agreement"),
    path("coaching/practices/<uuid:pk>/coach", live.InvitationView.as_view(), name="practice_coach"),
    path("coaching/listeners", agreeing.ListenersView.as_view(), name="listeners"),
    path("coaching/purpose", agreeing.PurposeView.as_view(), name="coach_purpose"),
    path("coaching/live", live.LiveSessionsView.as_view(), name="live_sessions"),
    path("coaching/live/<uuid:pk>", live.LiveSessionView.as_view(), name="live_session"),
    path("coaching/live/<uuid:pk>/notes", live.LiveNotesView.as_view(), name="live_notes"),
    path("coaching/live/<uuid:pk>/end", live.LiveEndView.as_view(), name="live_end"),
    path("coaching/attempts/<uuid:pk>/sound", looking.SoundView.as_view(), name="attempt_sound"),
    path("coaching/attempts/<uuid:pk>/captions", looking.CaptionsView.as_view(), name="attempt_captions"),
    path("coaching/practices/<uuid:pk>/comparison", looking.ComparisonView.as_view(), name="practice_comparison"),
    path("coaching/attempts/<uuid:pk>/trace", looking.TraceView.as_view(), name="attempt_trace"),
    path("coaching/recommendations", looking.RecommendationsView.as_view(), name="coach_recommendations"),
    path("coaching/searches", looking.SearchesView.as_view(), name="coach_searches"),
    path("coaching/searches/<uuid:pk>", looking.SearchView.as_view(), name="coach_search"),
    path("coaching/measures", looking.MeasuresView.as_view(), name="coach_measures"),
    path("coaching/figures", looking.FiguresView.as_view(), name="coach_figures"),
    path("coaching/questions/export", own_questions.QuestionsExportView.as_view(), name="coach_questions_export"),
    path("coaching/questions/import", own_questions.QuestionsImportView.as_view(), name="coach_questions_import"),
    path("coaching/site-questions", own_questions.SiteQuestionsView.as_view(), name="site_questions"),
    path("coaching/site-questions/<uuid:pk>", own_questions.SiteQuestionView.as_view(), name="site_question"),
    path(
        "coaching/site-questions/<uuid:pk>/decide",
        own_questions.SiteQuestionDecisionView.as_view(),
        name="site_question_decide",
    ),
]
