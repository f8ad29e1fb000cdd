"""Commands that work on files and need no database: each is a module with HELP, `add_arguments` and `run`."""

import argparse
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.command_files import Mistake


class FileCommand(BaseCommand):
    command: ModuleType
    requires_system_checks = ()

    @property
    def help(self) -> str:  # type: ignore[override]
        return str(self.command.HELP)

    def add_arguments(self, parser: CommandParser) -> None:
        self.command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.command.run(argparse.Namespace(**options), say=self.stderr.write)
        except Mistake as why:
            raise CommandError(str(why)) from None
