from django.urls import URLPattern, URLResolver, path

from clinic.views import drift, incident_acts, incidents, replays, stops

urlpatterns: list[URLPattern | URLResolver] = [
    path("stops/pull/", stops.stop_pull, name="stop_pull"),
    path("stops/<uuid:pk>/release/", stops.stop_release, name="stop_release"),
    path("runs/<uuid:pk>/result/replay/", replays.result_replay, name="result_replay"),
    path("drift/", drift.drift, name="drift"),
    path("drift/<uuid:pk>/looked/", drift.drift_looked, name="drift_looked"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/new/", incident_acts.incident_new, name="incident_new"),
    path("incidents/<uuid:pk>/", incidents.incident, name="incident"),
    path("incidents/<uuid:pk>/live/", incidents.incident_live, name="incident_live"),
    path("incidents/<uuid:pk>/notes/", incident_acts.incident_note, name="incident_note"),
    path("incidents/<uuid:pk>/steps/<slug:step>/", incident_acts.incident_step, name="incident_step"),
    path("incidents/<uuid:pk>/pack/", incident_acts.incident_pack_write, name="incident_pack_write"),
    path("incidents/<uuid:pk>/cases/", incident_acts.incident_cases, name="incident_cases"),
    path("incidents/<uuid:pk>/resolve/", incident_acts.incident_resolve, name="incident_resolve"),
    path("incidents/<uuid:pk>/review/", incident_acts.incident_review, name="incident_review"),
    path("incidents/<uuid:pk>/close/", incident_acts.incident_close, name="incident_close"),
    path("incidents/packs/<uuid:pk>/", incidents.incident_pack, name="incident_pack"),
]
