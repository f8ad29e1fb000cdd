from django.urls import URLPattern, path

from clinic.api.describe import group
from extraction.api import classic, governed, governing, many, views  # noqa: F401  (classic addresses register themselves)

group("extractions", "Facts of documents", "Found by an engine, each with its words; checked by people, one by one.")

urlpatterns: list[URLPattern] = [
    path("extractions", views.SheetsView.as_view(), name="extractions"),
    path("extractions/schema", views.SchemaView.as_view(), name="extraction_schema"),
    path("extractions/batches", many.BatchesView.as_view(), name="extraction_batches"),
    path("extractions/batches/<uuid:pk>", many.BatchView.as_view(), name="extraction_batch"),
    path("extractions/prompts", governed.PromptsView.as_view(), name="extraction_prompts"),
    path("extractions/prompts/rollback", governing.RollbackView.as_view(), name="extraction_prompt_rollback"),
    path("extractions/prompts/<uuid:pk>", governing.PromptView.as_view(), name="extraction_prompt"),
    path("extractions/prompts/<uuid:pk>/branches", governing.BranchesView.as_view(), name="extraction_prompt_branches"),
    path("extractions/prompts/<uuid:pk>/trials", governing.TrialsView.as_view(), name="extraction_prompt_trials"),
    path("extractions/prompts/<uuid:pk>/merges", governing.MergesView.as_view(), name="extraction_prompt_merges"),
    path(
        "extractions/prompts/<uuid:pk>/proposals",
        governing.PromotionsView.as_view(),
        name="extraction_prompt_proposals",
    ),
    path("extractions/experiments", governing.ExperimentsView.as_view(), name="extraction_experiments"),
    path("extractions/experiments/<uuid:pk>/start", governing.StartView.as_view(), name="extraction_experiment_start"),
    path("extractions/experiments/<uuid:pk>/end", governing.EndView.as_view(), name="extraction_experiment_end"),
    path("extractions/metrics", views.MetricsView.as_view(), name="extraction_metrics"),
    path("extractions/<uuid:pk>", views.SheetView.as_view(), name="extraction"),
    path("extractions/<uuid:pk>/again", views.AgainView.as_view(), name="extraction_again"),
    path("extractions/<uuid:pk>/facts", views.FactsView.as_view(), name="extraction_facts"),
    path("extractions/<uuid:pk>/facts/<str:key>", views.FactView.as_view(), name="extraction_fact"),
    path("extractions/<uuid:pk>/undo", views.UndoView.as_view(), name="extraction_undo"),
    path("extractions/<uuid:pk>/finish", views.FinishView.as_view(), name="extraction_finish"),
    path("extractions/<uuid:pk>/fhir", views.TakenView.as_view(), name="extraction_fhir"),
]
