import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic import chain, witness
from clinic.chain import Verdict


class Command(BaseCommand):
    help = (
        "Check the audit in the database: the chain, its head, and against the witness. Ends with 0: holds, 1: the "
        "audit is broken, 2: the witness is. Who does not trust this machine runs tools/verify_audit.py elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bucket", action="store_true", help="read the witness from the bucket, not from the file")

    def handle(self, *args: Any, **options: Any) -> None:
        held = witness.bucket() if options["bucket"] else witness.file()
        verdict = chain.verify(held.lines() if held else ())
        self.stdout.write(_words(verdict))
        sys.exit(_code(verdict))


def _words(verdict: Verdict) -> str:
    if verdict.chain:
        return f"BROKEN seq={verdict.chain.seq} reason={verdict.chain.reason}"
    if verdict.witness:
        return f"BROKEN WITNESS line={verdict.witness.seq} reason={verdict.witness.reason}"
    return (
        f"holds events={verdict.events} checkpoints={verdict.checkpoints} witnessed_to={verdict.witnessed_to} "
        f"not_yet_witnessed={verdict.events - verdict.witnessed_to}"
    )


def _code(verdict: Verdict) -> int:
    return 1 if verdict.chain else 2 if verdict.witness else 0
