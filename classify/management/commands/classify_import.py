"""Documents from files, folders, archives and files of texts of this machine, into one case."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from classify import many_texts
from classify.actions import batches
from classify.many_texts import LIMITS
from clinic.actions import many_files
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.inference.unpacking import Unpackable
from clinic.models import Case, Site

MANY = {".zip": True, ".jsonl": False, ".ndjson": False}  # whether it is an archive


class Command(BaseCommand):
    help = (
        "Take in documents: classify_import C-2041 PATH... Files, folders, .zip archives, and .jsonl files with a line "
        "{id, text} for each. Started again it passes over what it knows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="its number, as C-2041")
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--site", help="name of the site, where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        site = _site(options["site"])
        by = Actor.system("import", site_id=site.pk)
        with scope(site=site.pk):
            told = self._import(by, _case(site, options["case"]), options["paths"])
        self.stdout.write(f"{told['new']} documents taken in, {told['known']} here before, {told['failed']} not taken")
        if told["failed"]:
            raise CommandError(f"{told['failed']} files were not taken: see above.")

    def _import(self, by: Actor, case: Case, paths: list[Path]) -> Counter[str]:
        told: Counter[str] = Counter()
        for where, data, problem in _files(paths):
            problem = problem or _taken(by, case, data, where, told)
            if problem:
                told["failed"] += 1
                self.stderr.write(f"{where}: {problem}")
        return told


def _taken(by: Actor, case: Case, data: bytes, where: str, told: Counter[str]) -> str:
    try:
        _document, is_new = batches.take_in(by=by, case=case, data=data, name=Path(where).name)
    except Refusal as why:
        many_files.demand_about_the_file(why)
        return why.code.value
    told["new" if is_new else "known"] += 1
    return ""


def _site(name: str | None) -> Site:
    found = list(Site.objects.filter(closed_at=None, **({"name": name} if name else {}))[:2])
    if len(found) != 1:
        raise CommandError("There is no such site." if not found else "There are several sites: say which by --site.")
    return found[0]


def _case(site: Site, number: str) -> Case:
    digits = "".join(letter for letter in number if letter.isdigit())
    found = Case.objects.select_related("patient").filter(site=site, number=digits).first() if digits else None
    if found is None:
        raise CommandError("Say the number of the case, as C-2041, and then what to take in.")
    return found


def _files(paths: list[Path]) -> Iterator[tuple[str, bytes, str]]:
    """Where it lies, its bytes, or why there are none."""
    for path in paths:
        if path.is_dir():
            yield from _files(sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")))
        elif path.suffix.lower() in MANY:
            yield from _out_of(path)
        else:
            yield _read(path)


def _read(path: Path) -> tuple[str, bytes, str]:
    try:
        if path.stat().st_size > LIMITS.file_bytes:
            return str(path), b"", "too_large"
        return str(path), path.read_bytes(), ""
    except OSError:
        return str(path), b"", "cannot_be_read"


def _out_of(path: Path) -> Iterator[tuple[str, bytes, str]]:
    try:
        with path.open("rb") as many:
            pieces = iter(lambda: many.read(1 << 20), b"")
            for one in many_texts.found(pieces, is_archive=MANY[path.suffix.lower()]):
                yield f"{path}/{one.name}", one.data, one.problem
    except Unpackable as why:
        yield str(path), b"", why.code
    except OSError:
        yield str(path), b"", "cannot_be_read"
