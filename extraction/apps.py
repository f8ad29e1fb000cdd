from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    name = "extraction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic.demo import parts
        from extraction import fields, kinds, places, prompt_engines, reports  # noqa: F401  (registering is the effect)

        parts.register("extraction.demo:tell")
        prompt_engines.register_first()
