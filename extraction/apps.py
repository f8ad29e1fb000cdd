from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    name = "extraction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import retention, tours, upload_links
        from clinic.demo import parts
        from extraction import balance, case_export, fields, kinds, places, prompt_engines, reports, stating  # noqa: F401  (registering is the effect)
        from extraction.keeping import POLICIES
        from extraction.links import KEPT

        parts.register("extraction.demo:tell")
        tours.register("extraction.tour:TOUR")
        upload_links.register(KEPT)
        for policy in POLICIES:
            retention.register(policy)
        prompt_engines.register_first()
