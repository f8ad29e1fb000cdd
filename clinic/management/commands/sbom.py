import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic.bill import bill


class Command(BaseCommand):
    help = "Print what this installation is made of, as CycloneDX JSON: packages, files of others, licences."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--licences", action="store_true", help="a line a licence with how many are under it")

    def handle(self, *args: Any, **options: Any) -> None:
        found = bill()
        if not options["licences"]:
            self.stdout.write(json.dumps(found, indent=2))
            return
        counts = Counter(one["licenses"][0]["license"]["name"] for one in found["components"])
        for licence, count in sorted(counts.items()):
            self.stdout.write(f"{count:4}  {licence}")
