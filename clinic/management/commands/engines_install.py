from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.actions import engines
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.engines.unfit import Unfit
from clinic.models import Site


class Command(BaseCommand):
    help = "Install the engines that come with the product, at every site. Safe to repeat: every start does."

    def handle(self, *args: Any, **options: Any) -> None:
        for site in Site.objects.filter(closed_at=None):
            with scope(site=site.pk):
                try:
                    found = engines.install_shipped(by=Actor.system(engines.INSTALLER, site.pk), site=site)
                except Unfit as why:
                    raise CommandError(f"{why.fault.label} ({why.about})") from None
            if options["verbosity"] > 0:
                self.stdout.write(f"{site.name}: {', '.join(map(str, found)) or 'none'}")
