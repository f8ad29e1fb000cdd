from django.urls import URLPattern, URLResolver, path

from clinic.views import cases

urlpatterns: list[URLPattern | URLResolver] = [
    path("", cases.home, name="home"),
    path("cases/", cases.cases, name="cases"),
    path("cases/search/", cases.case_search, name="case_search"),
]
