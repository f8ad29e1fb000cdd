"""Films from folders, files and archives of this machine: into one case, or each into a case of its own."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.actions import many_files
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import Case, Site
from radiology.actions import archives
from radiology.inference.unpacking import FILE_BYTES, Unpackable, members
from radiology.models import Film

QUESTION = "Chest film"
Take = Callable[[bytes, str], tuple[Film, bool]]


class Command(BaseCommand):
    help = (
        "Take in films: radiology_import C-2041 PATH... into that case, or radiology_import --new-cases PATH... each "
        "into a case and a patient of its own. Started again it passes over what it knows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="+", help="the case, unless --new-cases; then files, folders, .zip archives")
        parser.add_argument("--new-cases", action="store_true", help="a new patient and case for each film")
        parser.add_argument("--site", help="name of the site, where there are several")
        parser.add_argument("--question", default=QUESTION, help="of the new cases")

    def handle(self, *args: Any, **options: Any) -> None:
        site, what = _site(options["site"]), list(options["what"])
        by = Actor.system("import", site_id=site.pk)
        with scope(site=site.pk):
            take = _into_new_cases(by, site, options["question"]) if options["new_cases"] else _into(by, site, what)
            told = self._import(take, [Path(one) for one in what])
        self.stdout.write(f"{told['new']} films taken in, {told['known']} here before, {told['failed']} not taken")
        if told["failed"]:
            raise CommandError(f"{told['failed']} files were not taken: see above.")

    def _import(self, take: Take, paths: list[Path]) -> Counter[str]:
        told: Counter[str] = Counter()
        for where, data, problem in _files(paths):
            problem = problem or self._taken(take, data, where, told)
            if problem:
                told["failed"] += 1
                self.stderr.write(f"{where}: {problem}")
        return told

    @staticmethod
    def _taken(take: Take, data: bytes, where: str, told: Counter[str]) -> str:
        try:
            _film, is_new = take(data, Path(where).name)
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


def _into(by: Actor, site: Site, what: list[str]) -> Take:
    """Takes the case off the front of what was said."""
    number = "".join(letter for letter in what.pop(0) if letter.isdigit())
    case = Case.objects.select_related("patient").filter(site=site, number=number).first() if number else None
    if case is None or not what:
        raise CommandError("Say the number of the case, as C-2041, and then what to take in.")
    return lambda data, name: archives.take_out(by=by, case=case, data=data, name=name)


def _into_new_cases(by: Actor, site: Site, question: str) -> Take:
    return lambda data, name: archives.take_out_into_new_case(by=by, site=site, data=data, name=name, question=question)


def _files(paths: list[Path]) -> Iterator[tuple[str, bytes, str]]:
    """Where it lies, its bytes, or why there are none."""
    for path in paths:
        if path.is_dir():
            yield from _files(sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")))
        elif path.suffix.lower() == ".zip":
            yield from _out_of(path)
        else:
            yield _read(path)


def _read(path: Path) -> tuple[str, bytes, str]:
    try:
        if path.stat().st_size > FILE_BYTES:
            return str(path), b"", "too_large"
        return str(path), path.read_bytes(), ""
    except OSError:
        return str(path), b"", "cannot_be_read"


def _out_of(path: Path) -> Iterator[tuple[str, bytes, str]]:
    try:
        with path.open("rb") as archive:
            for member in members(iter(lambda: archive.read(1 << 20), b"")):
                yield f"{path}/{member.name}", member.data, member.problem
    except Unpackable as why:
        yield str(path), b"", why.code
    except OSError:
        yield str(path), b"", "cannot_be_read"
