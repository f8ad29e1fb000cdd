import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from extraction.extracting import command


class Command(BaseCommand):
    help = command.HELP
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        command.run(argparse.Namespace(**options), say=self.stderr.write)
