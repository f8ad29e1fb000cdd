from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic import forgotten
from clinic.actions import backups as acts
from clinic.authorization.actor import Actor
from clinic.backups import keys, restoring
from clinic.command_files import Mistake


class Command(BaseCommand):
    help = (
        "Put a backup back into an empty installation, and prove it: rows, files and digests as they were at the cut, "
        "the audit's chain whole, and whoever was forgotten since forgotten again. With --into NAME into a scratch "
        "database, to look at: files are opened and compared, not kept. Ends with 1 where anything differs."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the file that `manage.py backup` wrote")
        parser.add_argument("--into", metavar="NAME", default="", help="a scratch database of this name")
        parser.add_argument("--forgotten", type=Path, help="the list of the forgotten, kept apart from the backups")
        parser.add_argument("--nobody-forgotten", action="store_true", help="there is no such list: nobody ever was")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            findings = self._restored(**options)
        except Mistake as why:
            raise CommandError(str(why)) from None
        self.stdout.write(
            f"tables={findings.tables} rows={findings.rows} objects={findings.objects} opened={findings.opened} "
            f"closed={findings.closed} events={findings.events} chain={'holds' if findings.chain_holds else 'BROKEN'} "
            f"forgotten_again={findings.forgotten_again} differ={len(findings.differ)}"
        )
        if not findings.holds:
            raise CommandError("Not as it was taken: " + (", ".join(findings.differ) or "the audit does not hold"))

    def _restored(self, *, source: Path, into: str, forgotten: Path | None, nobody_forgotten: bool, **_: Any) -> Any:
        if not source.is_file():
            raise Mistake(f"{source} is no file.")
        keys.demand_kept_ones()
        gone = _the_forgotten(forgotten, nobody_forgotten)
        if into:
            return restoring.restore_into(into, source, gone=gone, say=self.stdout.write)[1]
        return acts.restore(by=Actor.system("restore"), source=source, gone=gone, say=self.stdout.write)


def _the_forgotten(given: Path | None, nobody: bool) -> Any:
    """Without it a restore would bring back whom it must not, and nobody would notice."""
    if not (given or nobody or forgotten.file().exists()):
        raise Mistake(
            f"Who was forgotten since? Name the list that is kept apart with --forgotten, or put it at "
            f"{forgotten.file()}; where nobody ever was, say --nobody-forgotten."
        )
    return restoring.the_forgotten(given)
