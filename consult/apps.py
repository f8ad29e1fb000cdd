from django.apps import AppConfig


class ConsultConfig(AppConfig):
    name = "consult"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import endings, tours
        from clinic.demo import parts
        from consult import answering, kinds, places, reports  # noqa: F401  (registering is the effect)

        parts.register("consult.demo:tell")
        tours.register("consult.tour:TOUR")
        endings.hear_of_runs("consult.actions.gathering:run_ended")
        endings.hear_of_files("consult.actions.gathering:session_ended")
        endings.look_at_the_clock("consult.actions.gathering:time_passed")
