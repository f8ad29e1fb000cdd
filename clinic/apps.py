from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import checks, kinds  # noqa: F401  (registering is their whole effect)
        from clinic.authorization import scope

        scope.follow_new_connections()
