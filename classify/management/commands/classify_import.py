"""Documents from files, folders, archives and files of texts of this machine, into one case."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from classify.actions import batches
from clinic import importing
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.inference import many_texts
from clinic.inference.many_texts import LIMITS

_ARCHIVE, _ROWS = (partial(many_texts.found, is_archive=is_archive) for is_archive in (True, False))
MANY = {".zip": _ARCHIVE, ".jsonl": _ROWS, ".ndjson": _ROWS}


class Command(BaseCommand):
    help = (
        "Take in documents: classify_import C-2041 PATH... Files, folders, .zip archives, and .jsonl files with a line "
        "{id, text} for each. Started again it passes over what it knows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="its number, as C-2041")
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--site", help="name of the site, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        site = importing.site_named(options["site"])
        by = Actor.system("import", site_id=site.pk)
        files = importing.files_in(options["paths"], MANY, largest_bytes=LIMITS.file_bytes)
        with scope(site=site.pk):
            case = importing.case_numbered(site, options["case"])
            told = importing.take_all(
                self, files, lambda data, name: batches.take_in(by=by, case=case, data=data, name=name)
            )
        importing.tell(self, told, "documents")
