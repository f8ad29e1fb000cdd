from django.urls import URLPattern, path

from classify.api import classic, many, views  # noqa: F401  (the classic address registers itself)
from clinic.api.describe import group

group("documents", "Documents", "Sorted to their specialty: by an engine, and by people where it is in doubt.")

urlpatterns: list[URLPattern] = [
    path("documents", views.DocumentsView.as_view(), name="documents"),
    path("documents/batches", many.BatchesView.as_view(), name="document_batches"),
    path("documents/batches/<uuid:pk>", many.BatchView.as_view(), name="document_batch"),
    path("documents/batches/<uuid:pk>/items", many.ItemsView.as_view(), name="document_batch_items"),
    path("documents/batches/<uuid:pk>/stop", many.StopView.as_view(), name="document_batch_stop"),
    path("documents/<uuid:pk>", views.DocumentView.as_view(), name="document"),
    path("documents/<uuid:pk>/again", views.AgainView.as_view(), name="document_again"),
]
