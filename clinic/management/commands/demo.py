from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.demo import load


class Command(BaseCommand):
    help = "Load the demo: one site, one person per role, a few patients and cases. Refuses in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet-if-loaded", action="store_true", help="say only the logins when it is there")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo is never loaded in production.")
        if not load.is_loaded():
            load.load()
            self.stdout.write("The demo is loaded.")
        elif not options["quiet_if_loaded"]:
            self.stdout.write("The demo was loaded before.")
        self._print_logins()

    def _print_logins(self) -> None:
        told = load.logins()
        for person in told["people"]:
            self.stdout.write(f"  {person['role']:<12} {person['email']}")
        self.stdout.write(f"  password     {told['password']}")
