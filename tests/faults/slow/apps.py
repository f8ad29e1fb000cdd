import dataclasses

from django.apps import AppConfig

INSTEAD = {"consult.look": "tests.faults.slow.handlers:look", "clinic.speech": "tests.faults.slow.handlers:hear"}


class SlowConfig(AppConfig):
    name = "tests.faults.slow"
    label = "slow"

    def ready(self) -> None:
        from clinic import pipeline

        for kind, handler in INSTEAD.items():
            pipeline.register(dataclasses.replace(pipeline.kind_named(kind), handler=handler))
