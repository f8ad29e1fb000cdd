from django.urls import URLPattern, path

from clinic.api.describe import group
from consult.api import classic, views  # noqa: F401  (older clients’ address is registered by importing)

group("consults", "Consults", "What was said and shown about a case, and the short answer with its sources.")

urlpatterns: list[URLPattern] = [
    path("consults", views.ConsultsView.as_view(), name="consults"),
    path("consults/<uuid:pk>", views.ConsultView.as_view(), name="consult"),
    path("consults/<uuid:pk>/recordings", views.RecordingsView.as_view(), name="consult_recordings"),
    path("consults/<uuid:pk>/files", views.FilesView.as_view(), name="consult_files"),
    path("consults/<uuid:pk>/words", views.WordsView.as_view(), name="consult_words"),
    path("consults/<uuid:pk>/parts", views.PartsView.as_view(), name="consult_parts"),
    path("consults/<uuid:pk>/answers", views.AnswersView.as_view(), name="consult_answers"),
    path("consults/<uuid:pk>/seen", views.SeenView.as_view(), name="consult_seen"),
]
