from django.urls import URLPattern, URLResolver, path

from clinic.views import evidence

urlpatterns: list[URLPattern | URLResolver] = [
    path("uploads/<uuid:pk>/evidence/", evidence.evidence, name="evidence"),
]
