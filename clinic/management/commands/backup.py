from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.actions import backups as acts
from clinic.authorization.actor import Actor
from clinic.backups import folder
from clinic.command_files import Mistake


class Command(BaseCommand):
    help = (
        "Take a backup while everybody works: database, files and the audit's witness at one moment, as one encrypted "
        "and signed file. The keys are no part of it: keep master.key, signing.key, backup.key and the list of the "
        "forgotten elsewhere (docs/backups.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", type=Path, nargs="?", help="a file or a folder; without it the folder of backups")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = acts.take(by=Actor.system("backup"), to=options["to"] or folder.prepared(), say=self.stdout.write)
        except Mistake as why:
            raise CommandError(str(why)) from None
        told = taken.manifest
        self.stdout.write(
            f"{taken.path}: {taken.size} bytes, {told.rows} rows, {told.objects['count']} objects, audit to "
            f"{told.audit['seq']}, id {told.id}"
        )
        if told.missing_count:
            raise CommandError(f"{told.missing_count} objects were not in the store: {', '.join(told.missing)}")
