"""Documents from files and folders of this machine, into one case: their facts are found by the workers."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic import importing
from clinic.actions import uploads
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.document_limits import MOST_BYTES
from extraction.actions import sheets


class Command(BaseCommand):
    help = "Find the facts of documents: extraction_import C-2041 PATH... Started again it passes over what it knows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="its number, as C-2041")
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--site", help="name of the site, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        site = importing.site_named(options["site"])
        by = Actor.system("import", site_id=site.pk)
        files = importing.files_in(options["paths"], {}, largest_bytes=MOST_BYTES)
        with scope(site=site.pk):
            case = importing.case_numbered(site, options["case"])

            def take(data: bytes, name: str) -> tuple[Any, bool]:
                upload, _is_new = uploads.store_whole(by=by, case=case, chunks=[data], name=name)
                return sheets.take_in(by=by, upload=upload, batch=True)

            told = importing.take_all(self, files, take)
        importing.tell(self, told, "documents")
