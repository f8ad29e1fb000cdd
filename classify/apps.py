from django.apps import AppConfig


class ClassifyConfig(AppConfig):
    name = "classify"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from classify import kinds, places, specialty  # noqa: F401  (registering is the effect)
        from classify.links import KEPT
        from clinic import tours, upload_links
        from clinic.demo import parts

        parts.register("classify.demo:tell")
        tours.register("classify.tour:TOUR")
        upload_links.register(KEPT)
