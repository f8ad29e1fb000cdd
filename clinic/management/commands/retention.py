import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic import retention
from clinic.actions import retention as acts
from clinic.authorization.scope import scope
from clinic.models import Site


class Command(BaseCommand):
    help = (
        "List what would be deleted because its time is over, and what is kept all the same and why. Deletes nothing: "
        "that takes a person at the page, who has seen the list. --cool does now what the scheduler does every hour."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", type=uuid.UUID, help="only this site")
        parser.add_argument("--cool", action="store_true", help="let what is old enough become cold now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cool"]:
            self.stdout.write(f"cooled={acts.cool()}")
        sites = Site.objects.filter(pk=options["site"]) if options["site"] else Site.objects.all()
        for site in sites.order_by("name"):
            with scope(site=site.pk):
                self._tell(site)

    def _tell(self, site: Site) -> None:
        listed = retention.due(site.pk)
        for one in listed:
            told = f"kept: {one.kept}" if one.kept else "would be deleted"
            self.stdout.write(f"{one.upload.pk}  {one.upload.case.reference}  {one.policy.name}  "
                              f"since {one.since:%Y-%m-%d}  {told}")  # fmt: skip
        going = sum(one.goes for one in listed)
        self.stdout.write(f"{site.name}: {going} would be deleted, {len(listed) - going} kept")
