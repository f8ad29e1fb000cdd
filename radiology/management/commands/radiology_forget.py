"""In an emergency: no stored answer on a film stands in for the engine any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import Site
from radiology.actions import recall

REASON = "Forgotten by command at the machine."


class Command(BaseCommand):
    help = "Ask the engine anew about every film: stored answers of one engine, or of all, are used no more."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--engine", metavar="DIGEST", default="", help="the whole digest of the engine's manifest")
        whose.add_argument("--all", action="store_true", help="of every engine")
        parser.add_argument("--site", help="name of the site; all, where none is named")
        parser.add_argument("--reason", default=REASON, help="goes into the audit's row")

    def handle(self, *args: Any, **options: Any) -> None:
        sites = Site.objects.filter(closed_at=None, **({"name": options["site"]} if options["site"] else {}))
        if not sites:
            raise CommandError("There is no such site.")
        for site in sites:
            self._forget(site, options["engine"], options["reason"])

    def _forget(self, site: Site, digest: str, reason: str) -> None:
        try:
            with scope(site=site.pk):
                by = Actor.system("forget", site_id=site.pk)
                recall.forget(by=by, site=site, engine_digest=digest, reason=reason)
        except Refusal as why:
            raise CommandError(" ".join(line for lines in why.fields.values() for line in lines)) from None
        self.stdout.write(f"{site.name}: {digest[:12] or 'every engine'} is asked anew about every film")
