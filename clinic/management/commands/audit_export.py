import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic import audit_export


class Command(BaseCommand):
    help = "Write the whole audit as lines of JSON, for tools/verify_audit.py. It names people and cases: guard it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to; without it to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is None:
            sys.stdout.writelines(audit_export.lines())
            return
        with options["file"].open("w", encoding="utf-8") as out:
            out.writelines(audit_export.lines())
