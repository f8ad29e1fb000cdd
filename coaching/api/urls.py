from django.urls import URLPattern, path

from clinic.api.describe import group
from coaching.api import views

group("coaching", "Coaching", "Practising conversations, in private: a person sees her own and nobody else’s.")

urlpatterns: list[URLPattern] = [
    path("coaching/questions", views.QuestionsView.as_view(), name="coach_questions"),
    path("coaching/draw", views.DrawView.as_view(), name="coach_draw"),
    path("coaching/practices", views.PracticesView.as_view(), name="practices"),
    path("coaching/practices/<uuid:pk>", views.PracticeView.as_view(), name="practice"),
    path("coaching/practices/<uuid:pk>/close", views.ClosingView.as_view(), name="practice_close"),
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
    path("coaching/site-questions", views.SiteQuestionsView.as_view(), name="site_questions"),
    path(
        "coaching/site-questions/<uuid:pk>/decide",
        views.SiteQuestionDecisionView.as_view(),
        name="site_question_decide",
    ),
]
