from django.apps import AppConfig


class RadiologyConfig(AppConfig):
    name = "radiology"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import tours
        from clinic.demo import parts
        from radiology import case_export, chest, keeping, kinds, places, reports, sources, stating  # noqa: F401  (registering is the effect)
        from radiology.actions import leaving, policies  # noqa: F401  (the same)

        parts.register("radiology.demo:tell")
        tours.register("radiology.tour:TOUR")
