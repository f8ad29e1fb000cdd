from django.urls import URLPattern, URLResolver, path

from clinic.views import learning

urlpatterns: list[URLPattern | URLResolver] = [
    path("learning/", learning.learning, name="learning"),
    path("learning/mine/", learning.learning_mine, name="learning_mine"),
    path("learning/engines/<uuid:pk>/", learning.learning_engine, name="learning_engine"),
    path("cases/<uuid:pk>/learning/", learning.case_learning, name="case_learning"),
]
