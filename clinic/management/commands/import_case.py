import gzip
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic import importing
from clinic.actions import imports
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.fhir.arriving import MOST_BYTES
from clinic.models import Case


class Command(BaseCommand):
    help = "Take in records of another house, each a FHIR R4 bundle of one patient (.json, .json.gz), as a case each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--site", help="name of the site, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        site = importing.site_named(options["site"])
        by, failed = Actor.system("import_case", site.pk), 0
        with scope(site=site.pk):
            for path in options["paths"]:
                try:
                    case, is_new = imports.take_in(by=by, data=_read(path))
                    self.stdout.write(_line(path, case, is_new))
                except (Refusal, OSError) as why:
                    failed += 1
                    self.stderr.write(f"{path}: {why.detail if isinstance(why, Refusal) else 'cannot be read'}")
        if failed:
            raise CommandError(f"{failed} of {len(options['paths'])} were not taken in: see above.")


def _read(path: Path) -> bytes:
    """No more than a bundle may have, unpacked as well."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _line(path: Path, case: Case, is_new: bool) -> str:
    return f"{path.name}: {case.reference} of {case.patient.pseudonym}{'' if is_new else ', here before'}"
