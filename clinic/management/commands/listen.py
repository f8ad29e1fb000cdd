"""The process that hears recordings while they come. Any number of them may run, or none: it only makes transcripts
quicker."""

from typing import Any

from django.core.management.base import BaseCommand

from clinic.management import until_stopped


class Command(BaseCommand):
    help = "Hear recordings while people speak, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        from clinic import listener

        stopping = until_stopped.stopping()
        listener.listen(stopping)
