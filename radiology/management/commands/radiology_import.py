"""Films from folders, files and archives of this machine: into one case, or each into a case of its own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic import importing
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.importing import Take
from clinic.models import Site
from radiology.actions import archives
from radiology.inference.unpacking import FILE_BYTES, members

QUESTION = "Chest film"


class Command(BaseCommand):
    help = (
        "Take in films: radiology_import C-2041 PATH... into that case, or radiology_import --new-cases PATH... each "
        "into a case and a patient of its own. Started again it passes over what it knows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="+", help="the case, unless --new-cases; then files, folders, .zip archives")
        parser.add_argument("--new-cases", action="store_true", help="a new patient and case for each film")
        parser.add_argument("--site", help="name of the site, where there are several")
        parser.add_argument("--question", default=QUESTION, help="of the new cases")

    def handle(self, *args: Any, **options: Any) -> None:
        site, what = importing.site_named(options["site"]), list(options["what"])
        by = Actor.system("import", site_id=site.pk)
        with scope(site=site.pk):
            take = _into_new_cases(by, site, options["question"]) if options["new_cases"] else _into(by, site, what)
            files = importing.files_in([Path(one) for one in what], {".zip": members}, largest_bytes=FILE_BYTES)
            told = importing.take_all(self, files, take)
        importing.tell(self, told, "films")


def _into(by: Actor, site: Site, what: list[str]) -> Take:
    """Takes the case off the front of what was said."""
    case = importing.case_numbered(site, what.pop(0) if len(what) > 1 else "")
    return lambda data, name: archives.take_out(by=by, case=case, data=data, name=name)


def _into_new_cases(by: Actor, site: Site, question: str) -> Take:
    return lambda data, name: archives.take_out_into_new_case(by=by, site=site, data=data, name=name, question=question)
