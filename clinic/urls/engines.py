from django.urls import URLPattern, URLResolver, path

from clinic.views import engines, proposals

urlpatterns: list[URLPattern | URLResolver] = [
    path("engines/", engines.engines, name="engines"),
    path("engines/data/", engines.engine_data, name="engine_data"),
    path("engines/card/<slug:digest>/", engines.engine_card, name="engine_card"),
    path("engines/<uuid:pk>/", engines.engine, name="engine"),
    path("engines/<uuid:pk>/do/<slug:act>/", engines.engine_act, name="engine_act"),
    path("engines/<uuid:pk>/trial/end/", engines.engine_trial_end, name="engine_trial_end"),
    path("engines/<uuid:pk>/prove/", engines.engine_prove, name="engine_prove"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<uuid:pk>/agree/", proposals.proposal_agree, name="proposal_agree"),
    path("proposals/<uuid:pk>/refuse/", proposals.proposal_refuse, name="proposal_refuse"),
]
