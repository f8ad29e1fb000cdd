"""Nothing is opened that could hold code: no pickle, and nothing that reads pickles under another name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from clinic.celery import app

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("classify", "clinic", "coaching", "consult", "extraction", "radiology", "benchmarks", "tools", "manage.py")
MODULES = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "skops", "hickle",
           "jsonpickle"}  # fmt: skip
# By their last names, whatever they were imported as; `torch.load` reads pickles even where it is asked not to.
CALLS = {"torch.load", "torch.jit.load", "torch.hub.load", "torch.hub.load_state_dict_from_url", "read_pickle",
         "load_model", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}  # fmt: skip


def sources() -> list[Path]:
    places = [ROOT / name for name in PRODUCT]
    return [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*.py")))]


def found_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    names = dict(_imported(tree))
    for node in ast.walk(tree):
        for module in _modules(node):
            if module.partition(".")[0] in MODULES:
                yield node.lineno, module  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            called = _whole_name(node.func, names)
            if any(called == name or called.endswith(f".{name}") for name in CALLS):
                yield node.lineno, called
            if any(word.arg == "allow_pickle" and not _is_false(word.value) for word in node.keywords):
                yield node.lineno, f"{called}(allow_pickle)"


def _modules(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [each.name for each in names]
        case ast.ImportFrom(module=str(module)):
            return [module]
        case ast.Call(func=called, args=[ast.Constant(value=str(module)), *_rest]):
            return [module] if ast.unparse(called).endswith(("import_module", "__import__", "import_string")) else []
    return []


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.asname, each.name) for each in node.names if each.asname)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)


def _whole_name(called: ast.expr, names: dict[str, str]) -> str:
    first, dot, rest = ast.unparse(called).partition(".")
    return f"{names.get(first, first)}{dot}{rest}"


def _is_false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def test_loaders_when_looked_for_then_none_could_run_code():
    files = sources()
    wrong = [f"{path.relative_to(ROOT)}:{line} {what}" for path in files
             for line, what in found_in(ast.parse(path.read_text()))]  # fmt: skip

    assert wrong == []
    assert len(files) > 300


@pytest.mark.parametrize(
    "planted",
    [
        "import pickle",
        "from joblib import load",
        "import dill as d",
        "import torch\nnet = torch.load('net.pt', weights_only=True)",
        "import torch as t\nt.load(path)",
        "from torch import load\nload(path)",
        "from torch import load as read\nread(path)",
        "import numpy as np\nnp.load(path, allow_pickle=True)",
        "import numpy as np\nnp.load(path, allow_pickle=chosen)",
        "import skops.io as sio\nsio.load(path)",
        "import pandas as pd\npd.read_pickle(path)",
        "import yaml\nyaml.load(text)",
        "importlib.import_module('pickle')",
    ],
)
def test_loader_when_planted_then_the_search_finds_it(planted):
    assert list(found_in(ast.parse(planted)))


@pytest.mark.parametrize(
    "harmless",
    [
        "import json\njson.load(file)",
        "import numpy as np\nnp.load(path, allow_pickle=False)",
        "from safetensors.numpy import load_file\nload_file(path)",
        "import yaml\nyaml.safe_load(text)",
        "sort.load(sort.handler)",
    ],
)
def test_loader_when_harmless_then_it_passes(harmless):
    assert list(found_in(ast.parse(harmless))) == []


def test_rows_and_messages_when_read_back_then_as_json():
    """Django's own caches keep pickles, and so may a queue: who can write a row would have code run."""
    assert app.conf.accept_content == ["json"]
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")
    assert [each["BACKEND"] for each in settings.CACHES.values()] == ["clinic.json_cache.JsonCache"]
