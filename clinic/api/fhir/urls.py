from django.urls import URLPattern, path

from clinic.api.fhir import views
from clinic.api.fhir.views import by_address, by_body

urlpatterns: list[URLPattern] = [
    path("metadata", views.MetadataView.as_view(), name="fhir_metadata"),
    *(path(one.kind, by_address(one).as_view(), name=f"fhir_{one.kind}_list") for one in views.SEARCHED),
    *(path(f"{one.kind}/_search", by_body(one).as_view(), name=f"fhir_{one.kind}_search") for one in views.SEARCHED),
    *(path(f"{one.kind}/<uuid:pk>", one.as_view(), name=f"fhir_{one.kind}") for one in views.READ),
]
