from django.urls import URLPattern, URLResolver, path

from consult.views import consults

urlpatterns: list[URLPattern | URLResolver] = [
    path("consults/", consults.consults, name="consults"),
    path("consults/new/", consults.consult_new, name="consult_new"),
    path("consults/new/<uuid:pk>/", consults.consult_begin, name="consult_begin"),
    path("consults/waits/", consults.consult_waits, name="consult_waits"),
    path("consults/<uuid:pk>/", consults.consult, name="consult"),
    path("consults/<uuid:pk>/live/", consults.consult_live, name="consult_live"),
    path("consults/<uuid:pk>/trace/", consults.consult_trace, name="consult_trace"),
    path("consults/<uuid:pk>/words/", consults.consult_words, name="consult_words"),
    path("consults/<uuid:pk>/again/", consults.consult_again, name="consult_again"),
    path("consults/<uuid:pk>/parts/<int:number>/again/", consults.consult_part_again, name="consult_part_again"),
    path("consults/<uuid:pk>/cancel/", consults.consult_cancel, name="consult_cancel"),
    path("consults/<uuid:pk>/seen/<int:number>/", consults.consult_seen, name="consult_seen"),
]
