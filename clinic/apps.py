from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import (  # noqa: F401  (registering is the effect of most)
            checks,
            contradictions,
            endings,
            kinds,
            letters,
            search_kinds,
            second_factors,
            shadow_kind,
            sign_ins,
            speech,
            texts,
        )
        from clinic.actions import engine_proposals, erasing, leaving, lost_factors, stops  # noqa: F401  (kinds of change that two persons make; what a person holds)
        from clinic.authorization import scope

        scope.follow_new_connections()
        sign_ins.listen()
        endings.hear_of_runs("clinic.actions.conflicts:run_ended")
        second_factors.let_codes_count_once()
