from django.urls import URLPattern, URLResolver, path

from classify.views import adding, batches, documents, learning

urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", documents.documents, name="documents"),
    path("documents/add/", adding.document_add, name="document_add"),
    path("documents/add/<uuid:pk>/", adding.document_add_to, name="document_add_to"),
    path("documents/add/<uuid:pk>/paste/", adding.document_paste, name="document_paste"),
    path("documents/learning/", learning.document_learning, name="document_learning"),
    path("documents/learning/labels/", learning.document_labels, name="document_labels"),
    path("documents/learning/start/", learning.document_learn, name="document_learn"),
    path("documents/batches/<uuid:pk>/", batches.document_batch, name="document_batch"),
    path("documents/batches/<uuid:pk>/stop/", batches.document_batch_stop, name="document_batch_stop"),
    path("documents/batches/<uuid:pk>/<str:form>/", batches.document_batch_table, name="document_batch_table"),
    path("documents/<uuid:pk>/", documents.document, name="document"),
    path("documents/<uuid:pk>/news/", documents.document_news, name="document_news"),
    path("documents/<uuid:pk>/again/", documents.document_again, name="document_again"),
]
