from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic import importing
from clinic.actions import exports
from clinic.actions.exports import Form
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal


class Command(BaseCommand):
    help = "Take a case out as a signed capsule, or as FHIR alone. It is about a patient: guard the file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="its number, as C-2041")
        parser.add_argument("--site", help="the name of the site, where there are several")
        parser.add_argument("--form", choices=[one.value for one in Form], default=Form.CAPSULE.value)
        parser.add_argument("--to", type=Path, help="the file; without it the name of the case, here")

    def handle(self, *args: Any, **options: Any) -> None:
        site = importing.site_named(options["site"])
        with scope(site=site.pk):
            case = importing.case_numbered(site, options["case"])
            try:
                made = exports.export(by=Actor.system("export_case", site.pk), case=case, form=Form(options["form"]))
            except Refusal as why:
                raise CommandError(str(why.meaning.sentence)) from None
            where = options["to"] or Path(made.name)
            with where.open("wb") as out:
                out.writelines(made.pieces)
        left = f", {made.left_out} left out" if made.left_out else ""
        self.stdout.write(f"{where}: {made.size} bytes, {made.standing}{left}, SHA-256 {made.sha256}")
