from django.urls import URLPattern, path

from clinic.api.describe import group
from radiology.api import classic, views  # noqa: F401  (the classic address registers itself)
from radiology.api.predicting import PredictView

group("films", "Films", "Chest films: taken in, looked at by the gatekeeper, answered by the engine, read by people.")

urlpatterns: list[URLPattern] = [
    path("films", views.FilmsView.as_view(), name="films"),
    path("films/archives", views.ArchivesView.as_view(), name="film_archives"),
    path("films/figures", views.FiguresView.as_view(), name="film_figures"),
    path("films/predict", PredictView.as_view(), name="film_predict"),
    path("films/<uuid:pk>", views.FilmView.as_view(), name="film"),
    path("films/<uuid:pk>/upright", views.UprightView.as_view(), name="film_upright"),
    path("films/<uuid:pk>/take", views.TakeView.as_view(), name="film_take"),
    path("films/<uuid:pk>/release", views.ReleaseView.as_view(), name="film_release"),
    path("films/<uuid:pk>/reading", views.SealView.as_view(), name="film_seal"),
    path("films/<uuid:pk>/conclusion", views.ConclusionView.as_view(), name="film_conclude"),
    path("films/<uuid:pk>/text", views.TextView.as_view(), name="film_text"),
    path("films/<uuid:pk>/overruling", views.OverruleView.as_view(), name="film_overrule"),
]
