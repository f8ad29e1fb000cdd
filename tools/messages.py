"""Bring the catalogues up to the sources: `make messages`. Finds every text marked for translation, keeps the
translations there are, names those that are missing, and compiles. Needs no gettext, so that everybody can add a word.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "clinic" / "locale"
WORDING = ROOT / "clinic" / "wording"  # texts of other packages, said our way: compiled, not collected
HOUSES = ("clinic", "consult", "classify", "radiology", "extraction", "coaching")
TEMPLATES = ROOT / "templates"

# Which arguments are texts: context, one, many.
SHAPES = {
    "gettext": ("one",),
    "gettext_lazy": ("one",),
    "gettext_noop": ("one",),
    "ngettext": ("one", "many"),
    "ngettext_lazy": ("one", "many"),
    "pgettext": ("context", "one"),
    "pgettext_lazy": ("context", "one"),
    "npgettext": ("context", "one", "many"),
    "npgettext_lazy": ("context", "one", "many"),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|(?<!\{)\{\w*\}(?!\})")

_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"(?<!\w)(gettext|ngettext|pgettext|npgettext|_)\(({_STRING}(?:, {_STRING})*)")


class Message(NamedTuple):
    one: str
    many: str = ""
    context: str | None = None


Found = dict[tuple[str | None, str], tuple[Message, list[str]]]


class NotLiteral(Exception):
    """A text put together while the program runs is in no catalogue."""


def in_code(source: str, place: str) -> Iterator[Message]:
    tree = ast.parse(source)
    names = {"_": "gettext", **_imported_names(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and names.get(node.func.id) in SHAPES:
            shape = SHAPES[names[node.func.id]]
            yield _message(shape, [_literal(argument, place) for argument in node.args[: len(shape)]])


def in_template(source: str) -> Iterator[Message]:
    for name, arguments in _CALL.findall(templatize(source)):
        texts = [ast.literal_eval(text) for text in re.findall(_STRING, arguments)]
        yield _message(SHAPES["gettext" if name == "_" else name], texts)


def _imported_names(tree: ast.Module) -> dict[str, str]:
    froms = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    wanted = (node for node in froms if node.module == "django.utils.translation")
    return {alias.asname or alias.name: alias.name for node in wanted for alias in node.names}


def _literal(node: ast.expr, place: str) -> str:
    try:
        text = ast.literal_eval(node)
    except ValueError:
        text = None
    if not isinstance(text, str):
        raise NotLiteral(f"{place}:{node.lineno}: only a literal text can be translated")
    return text


def _message(shape: tuple[str, ...], texts: list[str]) -> Message:
    return Message(**dict(zip(shape, texts, strict=True)))


def code_files() -> list[Path]:
    return sorted(path for house in HOUSES for path in (ROOT / house).rglob("*.py"))


def sources() -> Iterator[tuple[str, list[Message]]]:
    for path in code_files():
        if "migrations" not in path.parts:
            place = str(path.relative_to(ROOT))
            yield place, list(in_code(path.read_text("utf-8"), place))
    for path in sorted(TEMPLATES.rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            yield str(path.relative_to(ROOT)), list(in_template(path.read_text("utf-8")))


def collect() -> Found:
    """Each text once, with the files it stands in. A singular with and without its plural is one entry."""
    found: Found = {}
    for place, messages in sources():
        for message in messages:
            known, places = found.get((message.context, message.one), (message, []))
            found[message.context, message.one] = (
                known if known.many else message,
                [*places, *([place] if place not in places else [])],
            )
    return found


def merge(catalogue: polib.POFile, found: Found) -> polib.POFile:
    """What the sources say now, with the translations the catalogue had."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    merged = polib.POFile(wrapwidth=100)
    merged.metadata = catalogue.metadata
    merged.header = catalogue.header
    for key, (message, places) in sorted(found.items(), key=lambda item: (item[1][1][0], item[0][1], item[0][0] or "")):
        merged.append(_entry(message, places, known.get(key)))
    return merged


def _entry(message: Message, places: list[str], known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=message.context, msgid=message.one, occurrences=[(place, "") for place in places])
    if known:
        entry.flags, entry.tcomment = known.flags, known.tcomment
    if message.many:
        entry.msgid_plural = message.many
        entry.msgstr_plural = (known and known.msgstr_plural) or {0: known.msgstr if known else "", 1: ""}
    else:
        entry.msgstr = (known and (known.msgstr or known.msgstr_plural.get(0))) or ""
    return entry


def missing(catalogue: polib.POFile) -> list[str]:
    return [entry.msgid for entry in catalogue if entry.fuzzy or not entry.translated()]


def main() -> int:
    found = collect()
    lacking = 0
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/django.po")):
        catalogue = merge(read(path), found)
        catalogue.save(str(path))
        lacking += report(path, catalogue)
        compile_beside(path)
    for path in WORDING.glob("*/LC_MESSAGES/django.po"):
        compile_beside(path)
    return 1 if lacking else 0


def read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=100)


def compile_beside(path: Path) -> None:
    read(path).save_as_mofile(str(path.with_suffix(".mo")))


def report(path: Path, catalogue: polib.POFile) -> int:
    untranslated = missing(catalogue)
    print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(untranslated)} without a translation")
    for text in untranslated:
        print(f"  {text!r}")
    return len(untranslated)


if __name__ == "__main__":
    sys.exit(main())
