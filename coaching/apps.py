from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import endings, tours
        from clinic.demo import parts
        from coaching import kinds, places  # noqa: F401  (registering is the effect)

        parts.register("coaching.demo:tell")
        tours.register("coaching.tour:TOUR")
        endings.hear_of_runs("coaching.actions.reading:run_ended")
        endings.look_at_the_clock("coaching.actions.closing:time_passed")
