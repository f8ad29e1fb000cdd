"""A regular expression that is put together while the program works has no part that somebody sent, but escaped."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("classify", "clinic", "coaching", "consult", "extraction", "radiology", "tools")
TAKES_A_PATTERN = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
LOOKUPS = ("__regex", "__iregex")

# Functions that put a pattern together of parts that are patterns themselves: written in the product or in its lists of
# words, sent by nobody.
OURS = {
    "clinic/inference/contradictions/naming.py:_words": "ways of its lexicon",
    "clinic/inference/contradictions/reading.py:_all_ways": "phrases of its lexicon, each escaped by `_way`",
    "clinic/inference/contradictions/reading.py:_sided": "parts of the body of its lexicon",
    "clinic/inference/contradictions/text.py:is_of_relative": "a pattern of its lists",
    "clinic/inference/documents/word_files.py:_wanted": "PARTS, written there",
    "clinic/inference/identifiers/labelled.py:_label": "labels of its lists, escaped by `expression`",
    "clinic/inference/identifiers/names.py:_is_introduced": "words of its lists",
    "clinic/inference/identifiers/names.py:_labels": "labels of its lists, escaped by `expression`",
    "clinic/inference/identifiers/names.py:_words_before": "words of its lists, escaped by `expression`",
    "clinic/inference/identifiers/places.py:_towns": "towns of its lists, escaped by `expression`",
    "clinic/vocabulary.py:_skeleton": "_SOUNDS, written there",
    "extraction/inference/assertions/lists.py:_phrases": "phrases of its lists, escaped by `expression`",
}


def sources() -> list[Path]:
    return [path for name in PRODUCT for path in sorted((ROOT / name).rglob("*.py"))]


Names = dict[str, list[ast.expr]]


def found_in(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """Of each call inside a function: the function, the line, the part that is neither written there nor escaped. What
    stands outside of functions is put together once, when the program starts, before anybody sent anything."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = _names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                for pattern in _patterns(node):
                    yield from ((function.name, node.lineno, part) for part in _foreign(pattern, names))


def _names(function: ast.AST) -> Names:
    """What each name of the function is made of, as far as it can be told; what a comprehension calls so cannot."""
    names: Names = {}
    untold = {name.id for node in ast.walk(function) if isinstance(node, ast.comprehension)
              for name in ast.walk(node.target) if isinstance(name, ast.Name)}  # fmt: skip
    for node in ast.walk(function):
        for target, value in _given(node):
            if isinstance(target, ast.Name):
                names.setdefault(target.id, []).append(value)
    return {name: values for name, values in names.items() if name not in untold}


def _given(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            yield from zip(targets, values, strict=True)
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.For(target=target, iter=ast.Tuple(elts=values) | ast.List(elts=values)):
            yield from ((target, value) for value in values)


def _patterns(call: ast.Call) -> Iterator[ast.expr]:
    called = ast.unparse(call.func)
    if called.startswith("re.") and called[3:] in TAKES_A_PATTERN:
        yield from (word.value for word in call.keywords if word.arg == "pattern")
        yield from call.args[:1]
    yield from (word.value for word in call.keywords if (word.arg or "").endswith(LOOKUPS))


def _foreign(part: ast.expr, names: Names) -> Iterator[str]:
    inside: list[ast.expr]
    match part:
        case ast.Constant():
            inside = []
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name), attr="pattern") if name.isupper():
            inside = []  # a constant of the module
        case ast.Name(id=name) if name in names:
            inside = names[name]
        case ast.JoinedStr(values=inside):
            pass
        case ast.FormattedValue(value=value) | ast.GeneratorExp(elt=value) | ast.ListComp(elt=value):
            inside = [value]
        case ast.BinOp(op=ast.Add(), left=left, right=right) | ast.IfExp(body=left, orelse=right):
            inside = [left, right]
        case ast.Call(func=called, args=[first, *_rest]) if ast.unparse(called) == "sorted" or _is_join(called):
            inside = [first]
        case ast.Call() if _is_escaped(part):
            inside = []
        case _:
            yield ast.unparse(part)
            return
    for each in inside:
        yield from _foreign(each, names)


def _is_join(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "join" and isinstance(called.value, ast.Constant)


def _is_escaped(call: ast.Call) -> bool:
    """`re.escape(word)` and `map(re.escape, words)`."""
    called = ast.unparse(call.func)
    return called == "re.escape" or (called == "map" and ast.unparse(call.args[0]) == "re.escape")


def test_patterns_when_put_together_while_the_program_works_then_what_is_not_ours_is_escaped():
    files = sources()
    found = {f"{path.relative_to(ROOT)}:{function}" for path in files
             for function, _line, _part in found_in(ast.parse(path.read_text()))}  # fmt: skip

    assert found == set(OURS)
    assert len(files) > 300


@pytest.mark.parametrize(
    "planted",
    [
        "re.search(word, text)",
        "re.compile(rf'\\b{word}\\b')",
        "re.findall('|'.join(words), text)",
        "re.sub('a' + word, '', text)",
        "re.match('%s$' % word, text)",
        "re.match('{}$'.format(word), text)",
        "re.fullmatch(pattern=word, string=text)",
        "re.search('|'.join(word.lower() for word in words), text)",
        "Case.objects.filter(name__iregex=word)",
        "[re.search(each, text) for each in words]",
    ],
)
def test_pattern_when_a_word_is_planted_then_the_search_finds_it(planted):
    assert list(found_in(ast.parse(f"def f(word, words, text):\n    return {planted}")))


@pytest.mark.parametrize(
    "harmless",
    [
        "re.search('a+', text)",
        "re.compile(rf'\\b{re.escape(word)}\\b{_TAIL}')",
        "re.findall('|'.join(sorted(map(re.escape, words), key=len)), text)",
        "re.findall('|'.join(re.escape(word) for word in words), text)",
        "re.match(rf'{_NUMBER.pattern}$', text)",
        "re.match('a' if text else 'b', text)",
    ],
)
def test_pattern_when_harmless_then_it_passes(harmless):
    assert list(found_in(ast.parse(f"def f(word, words, text):\n    return {harmless}"))) == []


def test_pattern_when_a_name_is_made_of_a_word_then_found_and_of_an_escaped_one_then_not():
    asks = "def f(word, text):\n    said, after = {}, 'x$'\n    return re.search(rf'{{said}}{{after}}', text)"

    assert [part for _function, _line, part in found_in(ast.parse(asks.format("word")))] == ["word"]
    assert list(found_in(ast.parse(asks.format("re.escape(word)")))) == []
