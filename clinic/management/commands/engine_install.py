"""Takes in an engine that somebody else made: from a folder or a ZIP archive, signed by a trusted key."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.actions import engines
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import Site

LARGEST_BYTES = 8 * 1024**3
MOST_FILES = 200


class Command(BaseCommand):
    help = "Install an engine as a candidate. It answers nobody until two persons have made it live."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="a folder or a .zip with manifest.json and manifest.sig")
        parser.add_argument("--site", help="name of the site; all, where none is named")
        parser.add_argument("--rung", type=int, default=0, help="its place on the ladder: 0 is asked first")

    def handle(self, *args: Any, **options: Any) -> None:
        sites = Site.objects.filter(closed_at=None, **({"name": options["site"]} if options["site"] else {}))
        if not sites:
            raise CommandError("There is no such site.")
        try:
            with _folder(options["source"]) as folder:
                for site in sites:
                    self._install(site, folder, options["rung"])
        except Refusal as why:
            raise CommandError(f"{why.detail} {why.meaning.what_to_do}") from None

    def _install(self, site: Site, folder: Path, rung: int) -> None:
        with scope(site=site.pk):
            by = Actor.system(engines.INSTALLER, site_id=site.pk)
            held = engines.install(by=by, site=site, folder=folder, rung=rung)
        self.stdout.write(f"{site.name}: {held.engine} is a {held.get_state_display().lower()}")


@contextmanager
def _folder(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory() as draft:
        _unpack(source, Path(draft))
        yield Path(draft)


def _unpack(source: Path, into: Path) -> None:
    """Plain files at the top of it, no more than the manifest could name, and each no longer than it says."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_BYTES:
                raise CommandError("The archive holds more than an engine may.")
            if any(Path(entry.filename).name != entry.filename for entry in entries):
                raise CommandError("The files of the archive must lie at its top, in no folder.")
            for entry in entries:
                archive.extract(entry, into)
    except (OSError, zipfile.BadZipFile):
        raise CommandError(f"{source} is neither a folder nor a ZIP archive.") from None
