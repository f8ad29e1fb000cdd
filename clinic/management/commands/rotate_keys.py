from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic import sealing
from clinic.actions import key_rotation as acts
from clinic.authorization.actor import Actor
from clinic.command_files import Mistake

BY = Actor.system("keys")


class Command(BaseCommand):
    help = (
        "Change the master key while everybody works. Without options: add a new key to the key file and wrap every "
        "data key and every secret of a second factor by it. Interrupted, call it again with --go-on. Ten minutes "
        "later --retire takes the older keys out: what they wrapped in old backups is lost with them, so keep a copy "
        "where those backups are kept. With keys from ROUNDS_MASTER_KEYS put the new one first yourself, restart, and "
        "call it with --go-on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--go-on", action="store_true", help="add no key; wrap what older ones still wrap")
        which.add_argument("--retire", action="store_true", help="take the older keys out, if nothing needs them")
        parser.add_argument("--nobody-works", action="store_true", help="with --retire: the house is stopped, no wait")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._handle(**options)
        except Mistake as why:
            raise CommandError(str(why)) from None

    def _handle(self, *, go_on: bool, retire: bool, nobody_works: bool, **_: Any) -> None:
        if retire:
            self.stdout.write(f"retired={acts.retire_older(by=BY, nobody_works=nobody_works)}")
            return
        if not go_on:
            self.stdout.write(f"added={acts.add_key(by=BY)}")
        counts = acts.rewrap(by=BY)
        older = len(sealing.master_keys().by_id) - 1
        self.stdout.write(
            f"rewrapped={counts.rewrapped} damaged={counts.damaged} lost={counts.lost} older_keys={older}"
        )
        if counts.left:
            raise CommandError(f"{counts.left} keys cannot be wrapped anew. {acts.CANNOT_OPEN}")
        if older and settings.MASTER_KEYS:
            self.stdout.write("Nothing needs the older keys any more: take them out of ROUNDS_MASTER_KEYS and restart.")
