"""What could run code, guess a secret or break a seal stands in a few known places, and new ones are noticed."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("classify", "clinic", "coaching", "consult", "extraction", "radiology")

# Other programs are started by the supervisor and its database, and by the nursery; each with a list of words.
STARTS_PROGRAMS = {
    "clinic/embedded/postgres.py", "clinic/embedded/account.py", "clinic/embedded/cluster.py",
    "clinic/embedded/crew.py", "clinic/embedded/__main__.py", "clinic/embedded/leash.py",
    "clinic/inference/bounded/keeper.py", "clinic/backups/database.py",
}  # fmt: skip
# Numbers that may be foretold: data that is made up, training, what to label next, and how long to wait before a retry.
FORETELLS = {
    "clinic/inference/letters/corpus.py", "clinic/transcript_figures.py", "clinic/language/retrying.py",
    "consult/made_up.py", "classify/training/foreign.py", "classify/inference/active.py",
}  # fmt: skip
CIPHERS = {
    "cryptography.exceptions.InvalidTag", "cryptography.exceptions.InvalidSignature",
    "cryptography.hazmat.primitives.ciphers.aead.AESGCM", "cryptography.hazmat.primitives.hashes.SHA256",
    "cryptography.hazmat.primitives.kdf.hkdf.HKDF",
    "cryptography.hazmat.primitives.asymmetric.ed25519.Ed25519PublicKey",
    "cryptography.hazmat.primitives.asymmetric.ed25519.Ed25519PrivateKey",
}  # fmt: skip
HASHES = {"sha256", "sha384", "sha512", "blake2b"}
PARSES_MARKUP = {"clinic/inference/documents/word_files.py"}  # in a bounded child, entities refused; `escape` writes it
CACHES = {"clinic/json_cache.py", "clinic/views/audit_pages.py", "clinic/alert_telling.py"}


def sources() -> list[tuple[str, ast.AST]]:
    paths = [path for place in PRODUCT for path in sorted((ROOT / place).rglob("*.py"))]
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())) for path in paths]


@pytest.fixture(scope="module")
def trees() -> list[tuple[str, ast.AST]]:
    return sources()


@cache
def imports(tree: ast.AST) -> tuple[str, ...]:
    return tuple(_imports(tree))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{each.name}" for each in node.names)


@cache
def calls(tree: ast.AST) -> tuple[tuple[str, ast.Call], ...]:
    """Read once of each file: every test here asks for them."""
    return tuple((ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def who_imports(trees: list[tuple[str, ast.AST]], *modules: str) -> set[str]:
    def fits(name: str) -> bool:
        return any(name == module or name.startswith(f"{module}.") for module in modules)

    return {path for path, tree in trees if any(map(fits, imports(tree)))}


def runs_text(tree: ast.AST) -> Iterator[str]:
    """Text as code, as a command line, as a template or as a statement put together by hand."""
    for name, call in calls(tree):
        if name in ("eval", "exec", "compile", "__import__", "os.system", "os.popen", "commands.getoutput"):
            yield name
        if name.endswith(("Template", "from_string")) and not name.endswith(("PageTemplate", "DocTemplate")):
            yield name
        if name.endswith((".extra", ".raw", "RawSQL")):
            yield name
        if any(word.arg == "shell" and not _is_false(word.value) for word in call.keywords):
            yield f"{name}(shell)"


def _is_false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def test_text_when_it_could_be_run_then_nowhere(trees):
    assert {path: found for path, tree in trees if (found := sorted(runs_text(tree)))} == {}


@pytest.mark.parametrize("planted", [
    "eval(a)", "os.system('ls ' + a)", "subprocess.run(a, shell=True)", "Template(a).render()", "engine.from_string(a)",
    "Case.objects.raw(a)", "rows.extra(where=[a])",
])  # fmt: skip
def test_text_when_it_is_planted_then_found(planted: str):
    assert list(runs_text(ast.parse(planted)))


def test_programs_when_started_then_from_known_places(trees):
    assert who_imports(trees, "subprocess", "pty", "multiprocessing") <= STARTS_PROGRAMS


def test_chance_when_it_can_be_foretold_then_decides_nothing_that_is_secret(trees):
    assert who_imports(trees, "random") == FORETELLS


def test_ciphers_when_looked_for_then_only_those_that_are_written_down(trees):
    found = {
        name for _path, tree in trees for name in imports(tree) if name.startswith(("cryptography", "Crypto", "nacl"))
    }

    assert found == CIPHERS
    rules = (ROOT / "docs" / "security-rules.md").read_text()
    assert [
        name for name in ("AES-256-GCM", "HKDF", "Ed25519", "SHA-256", "Argon2id", "HMAC") if name not in rules
    ] == []


def test_digests_when_made_then_none_that_is_broken(trees):
    odd = [(path, name) for path, tree in trees for name, call in calls(tree)
           if re.fullmatch(r"hashlib\.\w+", name) and name.partition(".")[2] not in HASHES | {"file_digest"}
           and not any(word.arg == "usedforsecurity" and _is_false(word.value) for word in call.keywords)]  # fmt: skip

    assert odd == []


def test_markup_when_parsed_then_in_one_place(trees):
    parsers = ("xml.parsers", "xml.etree", "xml.dom", "xml.sax.make_parser", "lxml", "html5lib", "bs4")

    assert who_imports(trees, *parsers) == PARSES_MARKUP


def test_cache_when_used_then_for_counts_and_marks_only(trees):
    """Guesses at passwords, one verification at a time, alerts that were told: nothing of a patient can lie in it."""
    assert who_imports(trees, "django.core.cache") == CACHES


def test_certificates_when_looked_at_then_nowhere_left_unchecked(trees):
    """Clients of HTTP, of buckets and of databases check them unless they are told not to."""
    checks = ("verify", "verify_ssl", "check_hostname")
    odd = [(path, name) for path, tree in trees for name, call in calls(tree)
           if any(word.arg in checks and _is_false(word.value) for word in call.keywords)
           or name.endswith(("_create_unverified_context", "_create_stdlib_context"))]  # fmt: skip
    attributes = ((path, node) for path, tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    told = [path for path, node in attributes if node.attr == "CERT_NONE"]

    assert odd == [] and told == []
