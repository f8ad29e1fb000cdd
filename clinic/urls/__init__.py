from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("clinic.urls.cases")),
    path("", include("clinic.urls.house")),
    path("", include("clinic.urls.incidents")),
    path("", include("clinic.urls.emergencies")),
    path("", include("clinic.urls.reports")),
    path("", include("clinic.urls.learning")),
    path("", include("clinic.urls.reviews")),
    path("", include("clinic.urls.engines")),
    *(path("", include(f"{feature}.urls")) for feature in settings.FEATURES),
    path("account/", include("allauth.urls")),
    path("api/", include("clinic.api.urls")),
    path("fhir/", include("clinic.api.fhir.urls")),
]

handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.permission_denied"
handler404 = "clinic.views.errors.page_not_found"
handler429 = "clinic.views.errors.too_many"
handler500 = "clinic.middleware.failures.server_error"
