"""The product speaks English and Spanish, all of it: what the sources say is in the catalogue, translated, compiled."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import allauth
import polib
import pytest
from django.template.base import Lexer, TokenType
from django.utils import translation
from django.utils.translation import gettext, ngettext

from tools import messages
from tools.messages import PLACEHOLDER, ROOT, TEMPLATES, Message, NotLiteral, code_files, in_code, in_template

SPANISH = messages.CATALOGUES / "es" / "LC_MESSAGES" / "django.po"
WORDINGS = sorted(messages.WORDING.glob("*/LC_MESSAGES/django.po"))
SCRIPTS = ROOT / "static" / "js"
PAGES = sorted(path for path in TEMPLATES.rglob("*.*") if path.suffix in {".html", ".txt"})


@pytest.fixture(scope="module")
def spanish() -> polib.POFile:
    return polib.pofile(str(SPANISH))


@pytest.fixture(scope="module")
def found() -> messages.Found:
    return messages.collect()


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_text_of_the_sources_is_in_the_catalogue_and_nothing_else(
    spanish: polib.POFile, found: messages.Found
) -> None:
    wanted = {(context, one, message.many) for (context, one), (message, _places) in found.items()}
    held = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in spanish}
    assert (sorted(map(str, wanted - held)), sorted(map(str, held - wanted))) == ([], []), "run `make messages`"


def test_every_text_is_translated(spanish: polib.POFile) -> None:
    assert messages.missing(spanish) == []
    assert not spanish.obsolete_entries()


def test_a_translation_keeps_the_places_that_are_filled_in(spanish: polib.POFile) -> None:
    wrong = [
        text
        for entry in spanish
        for text in (entry.msgstr_plural.values() or [entry.msgstr])
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert wrong == []


def test_a_translation_keeps_markup_and_ends_as_the_text_does(spanish: polib.POFile) -> None:
    wrong = [
        entry.msgid
        for entry in spanish
        for text in (entry.msgstr_plural.values() or [entry.msgstr])
        if sorted(re.findall(r"</?\w+", text)) != sorted(re.findall(r"</?\w+", entry.msgid))
        or (text[-1:] in ".:") != (entry.msgid[-1:] in ".:")
        or text != text.strip()
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [SPANISH, *WORDINGS], ids=lambda path: "-".join(path.parts[-4:-2]))
def test_the_compiled_catalogue_is_in_step(path: Path) -> None:
    compiled, catalogue = polib.mofile(str(path.with_suffix(".mo"))), messages.read(path)
    assert {_said(entry) for entry in compiled} == {_said(entry) for entry in catalogue.translated_entries()}, (
        "run `make messages`"
    )
    assert compiled.metadata["Plural-Forms"] == catalogue.metadata["Plural-Forms"]


def _said(entry: polib.POEntry) -> tuple[object, ...]:
    return entry.msgctxt, entry.msgid, entry.msgstr, tuple(entry.msgstr_plural.values())


def test_other_packages_still_say_what_we_word_anew() -> None:
    """A package that words its text otherwise would be read in its own words again, unnoticed."""
    theirs = Path(allauth.__file__).parent / "locale" / "es" / "LC_MESSAGES" / "django.mo"
    known = {entry.msgid for entry in polib.mofile(str(theirs))}
    english, spanish = (messages.read(path) for path in WORDINGS)
    assert {entry.msgid for entry in english} - known == set()
    assert [entry.msgid for entry in english] == [entry.msgid for entry in spanish]
    assert messages.missing(english) + messages.missing(spanish) == []


def test_spanish_is_what_is_spoken() -> None:
    with translation.override("es"):
        assert gettext("Cases") == "Casos"
        assert gettext("Current Password") == "Contraseña actual"
        assert ngettext("Choose at least %d file.", "Choose at least %d files.", 2) == "Elija al menos %d archivos."
    with translation.override("en"):
        assert gettext("Cases") == "Cases"
        assert gettext("Current Password") == "Current password"


# --- how texts are found ----------------------------------------------------------------------------------------------


def test_texts_of_code_are_found_under_any_name() -> None:
    source = (
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy as about\n"
        "_('A' ' b')\nngettext('%d c', '%d cs', n)\nabout('verb', 'Open')\nother('No')\n"
    )
    assert set(in_code(source, "here.py")) == {
        Message("A b"), Message("%d c", many="%d cs"), Message("Open", context="verb"),
    }  # fmt: skip


def test_texts_of_templates_are_found_as_django_asks_for_them() -> None:
    source = (
        '{% translate "A" %}{% translate "Open" context "verb" as x %}{% icon "x" _("B") %}{{ y|default:_("C") }}'
        "{% blocktranslate count n=n %}{{ n }} d{% plural %}{{ n }} ds{% endblocktranslate %}"
        "{% blocktranslate %}5 % of {{ e }}{% endblocktranslate %}{% comment %}{% translate 'No' %}{% endcomment %}"
    )
    assert list(in_template(source)) == [
        Message("A"), Message("Open", context="verb"), Message("B"), Message("C"),
        Message("%(n)s d", many="%(n)s ds"), Message("5 %% of %(e)s"),
    ]  # fmt: skip


@pytest.mark.parametrize("call", ["_(words)", "_(f'{n} files')", "_('%d files' % n)"])
def test_a_text_put_together_at_run_time_is_refused(call: str) -> None:
    with pytest.raises(NotLiteral):
        list(in_code(f"from django.utils.translation import gettext as _\n{call}", "here.py"))


def test_translations_survive_a_new_collection() -> None:
    old, kept = polib.POFile(), polib.POEntry(msgid="A", msgstr="a")
    old.extend([kept, polib.POEntry(msgid="Gone", msgstr="ido")])
    merged = messages.merge(old, {(None, "A"): (Message("A"), ["x.py"]), (None, "B"): (Message("B"), ["x.py"])})
    assert [(entry.msgid, entry.msgstr) for entry in merged] == [("A", "a"), ("B", "")]
    assert messages.missing(merged) == ["B"]


# --- nothing is said past the catalogue -------------------------------------------------------------------------------

UNTRANSLATED = {"Rounds", "health", "ready", "metrics", "min"}  # names, addresses, units
HEARD_OR_SEEN = re.compile(r"title|alt|placeholder|aria-(label|description|valuetext|roledescription)|data-.*words")
WORD = re.compile(r"[^\W\d_]{2,}")
ENGLISH_ONLY = {"api/docs.html"}  # the description of the API speaks as its names do
ATTRIBUTES_ONLY = {"consult/_stays.html"}  # stands within a tag: nobody reads it
LITERAL = re.compile(r"""(?<!_\()["']([A-Z][a-z]+(?: [^"']*)?)["']""")


class Plain(HTMLParser):
    """The words of a page that stand in it as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "code", "kbd"}
        for name, value in attrs:
            if HEARD_OR_SEEN.fullmatch(name):
                self._take(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "code", "kbd"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._take(data)

    def _take(self, text: str) -> None:
        self.words += [word for word in WORD.findall(text) if word not in UNTRANSLATED]


NOT_READ = frozenset({"theme", "shell_class"})  # blocks that fill attributes of the page


def _plain_words(source: str) -> list[str]:
    page, literals, hidden = Plain(), [], ""
    for token in Lexer(source).tokenize():
        name = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK and name in {"comment", "blocktranslate", f"end{hidden}"}:
            hidden = "" if name.startswith("end") else name
        elif name == "block" and token.contents.split()[1] in NOT_READ:
            hidden = "block"
        elif hidden:
            continue
        elif token.token_type == TokenType.TEXT:
            page.feed(token.contents)
        elif name != "translate":
            literals += LITERAL.findall(token.contents)
    page.close()
    return page.words + [words for words in literals if words not in UNTRANSLATED]


def test_no_template_says_what_is_not_translated() -> None:
    said = {str(path.relative_to(TEMPLATES)): _plain_words(path.read_text("utf-8")) for path in PAGES}
    said = {place: words for place, words in said.items() if words and place not in ENGLISH_ONLY | ATTRIBUTES_ONLY}
    assert said == {}


def test_plain_words_are_noticed() -> None:
    page = """<p title="Tip">{% translate "A" %}Left {{ x }}</p>{% include "y" with t="Plain words" %}<code>ok</code>"""
    assert _plain_words(page) == ["Tip", "Left", "Plain words"]


def test_no_template_forms_plurals_the_english_way() -> None:
    assert [str(path) for path in PAGES if "|pluralize" in path.read_text("utf-8")] == []


def _scripts() -> Iterator[tuple[Path, str]]:
    for path in sorted(SCRIPTS.glob("*.js")):
        yield path, re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)


def test_scripts_hold_no_sentences() -> None:
    sentence = re.compile(r"""["'`][A-Z][a-z]+ [a-z][^"'`]*["'`]""")
    assert [(path.name, said) for path, source in _scripts() for said in sentence.findall(source)] == []


def test_every_sentence_a_script_asks_for_is_on_the_page() -> None:
    pages = [TEMPLATES / "clinic/shell/words.html", *TEMPLATES.glob("*/_*_words.html"),
             *TEMPLATES.glob("*/partials/*_words.html")]  # fmt: skip
    held = {name for page in pages for name in re.findall(r'"(\w+)": ', page.read_text("utf-8"))}
    asked = {name for _path, source in _scripts() for name in re.findall(r"words\(\"(\w+)\"", source)}
    assert asked - held == set()


def _spoken_at_import(tree: ast.AST, prompt: set[str]) -> Iterator[int]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in prompt:
            yield node.lineno
        yield from _spoken_at_import(node, prompt)


def _prompt_names(tree: ast.Module) -> set[str]:
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    names = [name for node in froms if node.module == "django.utils.translation" for name in node.names]
    return {name.asname or name.name for name in names if name.name in {"gettext", "ngettext", "pgettext", "npgettext"}}


def test_nothing_is_translated_before_it_is_known_who_reads() -> None:
    """What a module says while it is imported stays in the language of that moment: it has to be lazy."""
    trees = ((path, ast.parse(path.read_text("utf-8"))) for path in code_files())
    early = [f"{path}:{line}" for path, tree in trees for line in _spoken_at_import(tree, _prompt_names(tree))]
    assert early == []


def test_what_is_translated_at_import_is_noticed() -> None:
    tree = ast.parse("from django.utils.translation import gettext as _\nA = {'a': _('b')}\ndef c(): return _('d')")
    assert list(_spoken_at_import(tree, _prompt_names(tree))) == [2]


def test_no_code_turns_to_translations_by_another_way() -> None:
    """Only names imported from django.utils.translation are looked for."""
    other = re.compile(r"translation\.(n|p|np)?gettext(_lazy)?\(|\bget_text\b")
    assert [str(path) for path in code_files() if other.search(path.read_text("utf-8"))] == []
