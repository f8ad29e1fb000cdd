"""The verifier with one check left out, again and again: each must be found out by the cases."""

import ast
import copy
import json
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.tamper.cases import DAMAGES, sound


@dataclass(frozen=True)
class Mutant:
    what: str
    source: str


def written(name: str, folder: Path) -> dict[str, Path]:
    world = sound()
    DAMAGES[name][0](world)
    files = {part: folder / part for part in ("export", "witness", "keys")}
    files["export"].write_text("\n".join(world.export()) + "\n", encoding="utf-8")
    files["witness"].write_text("".join(f"{line}\n" for line in world.witness()))
    files["keys"].write_text(json.dumps(world.keys))
    return files


def judged_by(verifier: Any, name: str, folder: Path) -> tuple[int, str]:
    code, words = verifier.check(**written(name, folder))
    return int(code), str(words)


TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.NotEq: ast.Eq, ast.Eq: ast.NotEq, ast.Gt: ast.GtE, ast.LtE: ast.Lt, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


# --- making -----------------------------------------------------------------------------------------------------------


def mutants(source: str) -> Iterator[Mutant]:
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            changed = copy.deepcopy(tree)
            change(next(found for at, found in enumerate(ast.walk(changed)) if at == number))
            yield Mutant(f"line {getattr(node, 'lineno', 0)}: {what}", ast.unparse(ast.fix_missing_locations(changed)))


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.If(body=[ast.Raise() | ast.Return() | ast.Continue()]):
            yield f"never: if {ast.unparse(node.test)}", _never
        case ast.BoolOp():
            for index, value in enumerate(node.values):
                yield f"without: {ast.unparse(value)}", lambda found, i=index: found.values.pop(i)
        case ast.Compare(left=ast.Name(id="__name__")):
            return  # whether it runs as a program is no check
        case ast.Compare(ops=[op]) if type(op) in TURNED:
            yield f"turned: {ast.unparse(node)}", _turn
        case ast.Tuple(ctx=ast.Load(), elts=[ast.Call(), *_]) if len(node.elts) > 2:
            for index, value in enumerate(node.elts):
                yield f"not hashed: {ast.unparse(value)}", lambda found, i=index: found.elts.pop(i)
        case ast.Dict(keys=[ast.Constant(value="event"), *_]):
            for index, name in enumerate(node.keys):
                yield f"not compared: {ast.unparse(name) if name else ''}", lambda found, i=index: _without(found, i)


def _never(found: ast.If) -> None:
    found.test = ast.Constant(value=False)


def _turn(found: ast.Compare) -> None:
    found.ops = [TURNED[type(found.ops[0])]()]


def _without(found: ast.Dict, index: int) -> None:
    del found.keys[index], found.values[index]


# --- killing ----------------------------------------------------------------------------------------------------------


def survivors(source: str) -> tuple[int, list[Mutant]]:
    """How many were made, and those no case told from the real one."""
    made = list(mutants(source))
    return len(made), [mutant for mutant in made if not is_killed(mutant)]


def is_killed(mutant: Mutant) -> bool:
    verifier = types.ModuleType("mutant")
    exec(compile(mutant.source, mutant.what, "exec"), verifier.__dict__)  # noqa: S102
    with TemporaryDirectory() as folder:
        return any(not _agrees(verifier, name, Path(folder)) for name in DAMAGES)


def _agrees(verifier: Any, name: str, folder: Path) -> bool:
    expected_code, expected_words = DAMAGES[name][1]
    try:
        code, words = judged_by(verifier, name, folder)
    except Exception:
        return False
    return code == expected_code and expected_words in words
