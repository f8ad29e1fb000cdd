"""What commands that take in files of this machine share: whose they are, where they lie, what became of each."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.actions import many_files
from clinic.errors import Refusal
from clinic.inference.unpacking import Unpackable
from clinic.models import Case, Site

File = tuple[str, bytes, str]  # where it lies, its bytes, or why there are none
Take = Callable[[bytes, str], tuple[Any, bool]]  # bytes and name -> what it became, and whether that is new
Members = Callable[[Iterator[bytes]], Iterator[Any]]  # a file of many -> each with `name`, `data`, `problem`


def site_named(name: str | None) -> Site:
    found = list(Site.objects.filter(closed_at=None, **({"name": name} if name else {}))[:2])
    if len(found) != 1:
        raise CommandError("There is no such site." if not found else "There are several sites: say which by --site.")
    return found[0]


def case_numbered(site: Site, number: str) -> Case:
    digits = "".join(letter for letter in number if letter.isdigit())
    found = Case.objects.select_related("patient").filter(site=site, number=digits).first() if digits else None
    if found is None:
        raise CommandError("Say the number of the case, as C-2041, and then what to take in.")
    return found


def take_all(command: BaseCommand, files: Iterator[File], take: Take) -> Counter[str]:
    """How many are `new`, `known` and `failed`; each that failed is named with its reason."""
    told: Counter[str] = Counter()
    for where, data, problem in files:
        problem = problem or _taken(take, data, where, told)
        if problem:
            told["failed"] += 1
            command.stderr.write(f"{where}: {problem}")
    return told


def tell(command: BaseCommand, told: Counter[str], what: str) -> None:
    command.stdout.write(f"{told['new']} {what} taken in, {told['known']} here before, {told['failed']} not taken")
    if told["failed"]:
        raise CommandError(f"{told['failed']} files were not taken: see above.")


def _taken(take: Take, data: bytes, where: str, told: Counter[str]) -> str:
    try:
        _made, is_new = take(data, Path(where).name)
    except Refusal as why:
        many_files.demand_about_the_file(why)
        return why.code.value
    told["new" if is_new else "known"] += 1
    return ""


def files_in(paths: list[Path], many: Mapping[str, Members], *, largest_bytes: int) -> Iterator[File]:
    """`many`: by its ending, how a file that holds many is taken apart."""
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
            yield from files_in(inside, many, largest_bytes=largest_bytes)
        elif members := many.get(path.suffix.lower()):
            yield from _out_of(path, members)
        else:
            yield _read(path, largest_bytes)


def _read(path: Path, largest_bytes: int) -> File:
    try:
        if path.stat().st_size > largest_bytes:
            return str(path), b"", "too_large"
        return str(path), path.read_bytes(), ""
    except OSError:
        return str(path), b"", "cannot_be_read"


def _out_of(path: Path, members: Members) -> Iterator[File]:
    try:
        with path.open("rb") as whole:
            for one in members(iter(lambda: whole.read(1 << 20), b"")):
                yield f"{path}/{one.name}", one.data, one.problem
    except Unpackable as why:
        yield str(path), b"", why.code
    except OSError:
        yield str(path), b"", "cannot_be_read"
