"""Writes stand in actions only, and nobody steps around the doors."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITES = {"create", "update", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "save"}
# Places outside actions that may write, and why.
ALLOWED = {
    "clinic/watch.py": "a worker's sign of life is telemetry, thousands a day, told by nobody",
    "clinic/identity.py": "when a key was last used is telemetry, at most once a minute",
    "clinic/second_factors.py": "the step of a code that was taken, under the lock in which it is checked",
    "clinic/metrics.py": "request counters are telemetry",
    "clinic/rate_limits.py": "request counters are telemetry",
}
FILE_LIKE = {"image", "buffer", "canvas", "file", "archive", "workbook", "out"}


def sources() -> list[Path]:
    return [
        p for p in sorted((ROOT / "clinic").rglob("*.py")) if "migrations" not in p.parts and "storage" not in p.parts
    ]


def writes_in(tree: ast.AST) -> list[tuple[int, str]]:
    found = []
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in WRITES):
            continue
        owner = ast.unparse(call.func.value)
        is_row = call.func.attr in {"save"} and owner not in FILE_LIKE
        if "objects" in owner or is_row:
            found.append((call.lineno, owner))
    return found


def test_writes_when_looked_for_then_they_stand_in_actions_only():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {owner}"
        for path in sources()
        if "actions" not in path.parts and str(path.relative_to(ROOT)) not in ALLOWED
        for line, owner in writes_in(ast.parse(path.read_text()))
    ]

    assert wrong == []


def test_writes_when_planted_then_the_search_finds_them():
    planted = ast.parse("User.objects.create(name='x')\nrow.save()\nCase.objects.filter(pk=1).update(state='open')")

    assert [line for line, _ in writes_in(planted)] == [1, 2, 3]


def test_public_action_when_it_writes_then_it_takes_by_and_names_only():
    wrong = []
    for path in sorted((ROOT / "clinic" / "actions").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            writes = writes_in(node) or "audit.act" in ast.unparse(node)
            if writes and node.args.args and path.name not in {"timeline.py", "work.py", "search.py"}:
                wrong.append(f"{path.name}:{node.name} takes positional arguments")
            if "audit.act" in ast.unparse(node) and path.name != "work.py" and "by" not in _names(node):
                wrong.append(f"{path.name}:{node.name} does not say who acts")

    assert wrong == []


def _names(function: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in function.args.kwonlyargs}
