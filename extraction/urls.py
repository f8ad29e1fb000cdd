from django.urls import URLPattern, URLResolver, path

from extraction.views import adding, checking, experiments, exports, measured, prompts, sheets

urlpatterns: list[URLPattern | URLResolver] = [
    path("extraction/", sheets.sheets, name="sheets"),
    path("extraction/add/", adding.sheet_add, name="sheet_add"),
    path("extraction/add/<uuid:pk>/", adding.sheet_add_to, name="sheet_add_to"),
    path("extraction/add/<uuid:pk>/paste/", adding.sheet_paste, name="sheet_paste"),
    path("extraction/experiments/", experiments.experiments, name="experiments"),
    path("extraction/experiments/new/", experiments.experiment_new, name="experiment_new"),
    path("extraction/experiments/<uuid:pk>/", experiments.experiment, name="experiment"),
    path("extraction/experiments/<uuid:pk>/start/", experiments.experiment_start, name="experiment_start"),
    path("extraction/experiments/<uuid:pk>/end/", experiments.experiment_end, name="experiment_end"),
    path("extraction/metrics/", measured.extraction_measured, name="extraction_measured"),
    path("extraction/prompts/", prompts.prompts, name="prompts"),
    path("extraction/prompts/back/", prompts.prompt_back, name="prompt_back"),
    path("extraction/prompts/<uuid:pk>/", prompts.prompt, name="prompt"),
    path("extraction/prompts/<uuid:pk>/branch/", prompts.prompt_branch, name="prompt_branch"),
    path("extraction/prompts/<uuid:pk>/trial/", prompts.prompt_trial, name="prompt_trial"),
    path("extraction/prompts/<uuid:pk>/promote/", prompts.prompt_promote, name="prompt_promote"),
    path("extraction/<uuid:pk>/", sheets.sheet, name="sheet"),
    path("extraction/of-run/<uuid:pk>/", sheets.run_sheet, name="run_sheet"),
    path("extraction/<uuid:pk>/news/", sheets.sheet_news, name="sheet_news"),
    path("extraction/<uuid:pk>/again/", sheets.sheet_again, name="sheet_again"),
    path("extraction/<uuid:pk>/decide/", checking.sheet_decide, name="sheet_decide"),
    path("extraction/<uuid:pk>/fact/<str:key>/", checking.sheet_edit, name="sheet_edit"),
    path("extraction/<uuid:pk>/add/", checking.sheet_add_fact, name="sheet_add_fact"),
    path("extraction/<uuid:pk>/undo/", checking.sheet_undo, name="sheet_undo"),
    path("extraction/<uuid:pk>/finish/", checking.sheet_finish, name="sheet_finish"),
    path("extraction/<uuid:pk>/facts.<str:form>", exports.sheet_facts, name="sheet_facts"),
]
