from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.engines import manifests, trust
from clinic.engines.unfit import Unfit


class Command(BaseCommand):
    help = "Sign the manifest of an engine with the key of this installation, for wherever that key is trusted."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        try:
            manifest = manifests.read(folder)
            manifests.check_files(folder, manifest)
        except Unfit as why:
            raise CommandError(f"{why.fault.label} {why.about}".strip()) from None
        seal = trust.sign(folder, manifest)
        self.stdout.write(f"{manifest.name} {manifest.version} {manifest.digest} signed by {seal.key_id}")
