"""`make mutants`: each question after a permission changed in one place, and whether `test_acts.py` sees it.

A function gets the code it would have after the change, the tests that need no database are called, and it gets its own
back. What nobody notices is told.
"""

import ast
import copy
import importlib
import logging
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from clinic.authorization.permissions import Permission

PREDICATES = (
    "clinic.authorization.actor:Actor.can", "clinic.authorization.actor:Actor.require",
    "clinic.authorization.actor:Actor.narrowed_to", "clinic.authorization.roles:permissions_of",
    "clinic.step_up:is_fresh", "clinic.step_up:demand", "clinic.step_up:demand_person",
    "clinic.middleware.doors:_check_permission", "clinic.api.permissions:ActorMay.has_permission",
    "clinic.models.base:SiteQuerySet.visible_to", "clinic.models.glass:BrokenGlassQuerySet.visible_to",
    "clinic.models.runs:RunQuerySet.jobs_for", "clinic.models.cases:CaseQuerySet.overseen_by",
    "clinic.models.credentials:ApiKeyQuerySet.visible_to", "clinic.models.sites:MembershipQuerySet.visible_to",
    "clinic.models.audit:AuditLinkQuerySet.visible_to", "coaching.models.practices:OwnQuerySet.visible_to",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    place: str
    what: str
    tree: ast.Module


def places() -> list[str]:
    from tests.security.acts import acts

    return [*PREDICATES, *(f"{act.name.rpartition('.')[0]}:{act.name.rpartition('.')[2]}" for act in acts())]


def mutants_of(place: str) -> Iterator[Mutant]:
    module, _colon, path = place.partition(":")
    source = importlib.import_module(module).__file__ or ""
    with open(source) as file:  # noqa: PTH123
        tree = ast.parse(file.read())
    count = sum(1 for _ in _changes(_function_in(tree, path), is_act=".actions." in module))
    for number in range(count):
        changed = copy.deepcopy(tree)
        what, do = list(_changes(_function_in(changed, path), is_act=".actions." in module))[number]
        do()
        yield Mutant(place, what, ast.fix_missing_locations(changed))


def _function_in(tree: ast.Module, path: str) -> ast.FunctionDef:
    found: Any = tree
    for name in path.split("."):
        found = next(n for n in found.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name)
    assert isinstance(found, ast.FunctionDef)
    return found


Change = tuple[str, Callable[[], None]]


def _changes(function: ast.FunctionDef, *, is_act: bool) -> Iterator[Change]:
    """Of an act only the question after its permission; of a predicate everything that decides."""
    body = [line for line in function.body if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))]
    if is_act:
        asks: Any = body[0]
        other = next(p for p in Permission if p.name != asks.value.args[0].attr)
        yield "asks for nothing", lambda: _replace(function, asks, ast.Pass())
        yield f"asks for {other.value}", lambda: setattr(asks.value.args[0], "attr", other.name)
        return
    for node in ast.walk(ast.Module(body=body, type_ignores=[])):
        yield from _changes_of(function, node)


def _changes_of(function: ast.FunctionDef, node: Any) -> Iterator[Change]:
    at = f"line {getattr(node, 'lineno', 0)}"
    match node:
        case ast.If() | ast.IfExp():
            yield f"{at}: condition turned", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.BoolOp():
            other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
            yield f"{at}: and for or", lambda: setattr(node, "op", other)
            for number in range(len(node.values)):
                yield f"{at}: part {number} left out", lambda number=number: _drop(node.values, number)  # type: ignore[misc]
        case ast.BinOp(op=ast.BitAnd()):
            yield f"{at}: | for &", lambda: setattr(node, "op", ast.BitOr())
        case ast.Compare():
            yield f"{at}: comparison turned", lambda: setattr(node, "ops", [_turned(node.ops[0])])
        case ast.UnaryOp(op=ast.Not()):
            yield f"{at}: not left out", lambda: _bool(node)
        case ast.Raise():
            yield f"{at}: raises nothing", lambda: _replace(function, node, ast.Pass())
        case ast.keyword(arg=str()) if node.arg in ("site", "site_id", "owner", "person", "user"):
            yield f"{at}: filter {node.arg} left out", lambda: _without_keyword(function, node)
        case ast.Call(func=ast.Attribute(attr="none")):
            yield f"{at}: everything for nothing", lambda: setattr(node.func, "attr", "all")


def _bool(node: Any) -> None:
    """`not x` becomes `x` as a truth."""
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _turned(op: ast.cmpop) -> ast.cmpop:
    pairs: dict[type[ast.cmpop], type[ast.cmpop]] = {
        ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    }  # fmt: skip
    return pairs[type(op)]()


def _drop(values: list[ast.expr], number: int) -> None:
    del values[number]
    if len(values) == 1:
        values.append(values[0])


def _replace(function: ast.FunctionDef, old: ast.stmt, new: ast.stmt) -> None:
    for node in ast.walk(function):
        for name in ("body", "orelse"):
            lines = getattr(node, name, None)
            if isinstance(lines, list) and old in lines:
                lines[lines.index(old)] = ast.copy_location(new, old)


def _without_keyword(function: ast.FunctionDef, keyword: ast.keyword) -> None:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and keyword in node.keywords:
            node.keywords.remove(keyword)


# --- trying -----------------------------------------------------------------------------------------------------------


def _live(place: str) -> Any:
    import inspect

    module, _colon, path = place.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = found.__dict__[name] if isinstance(found, type) else getattr(found, name)
    return inspect.unwrap(found)


def _code_in(tree: ast.Module, path: str) -> CodeType:
    code = compile(tree, "mutant", "exec")
    for name in path.split("."):
        code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)
    return code


def is_killed(mutant: Mutant) -> bool:
    function = _live(mutant.place)
    before = function.__code__
    function.__code__ = _code_in(mutant.tree, mutant.place.partition(":")[2])
    try:
        _check(mutant.place)
    except BaseException:
        return True
    finally:
        function.__code__ = before
    return False


def _check(place: str) -> None:
    """The tests themselves, as functions."""
    from django.test import RequestFactory

    from tests.security import acts, test_acts

    module, _colon, name = place.partition(":")
    if ".actions." in module:
        wanted = [act for act in acts.written_acts() if act.name == f"{module}.{name}"]
        assert wanted and all(acts.refuses(act) for act in wanted)
        return
    test_acts.test_actor_when_asked_then_her_permissions_and_no_others()
    test_acts.test_key_when_it_narrows_then_never_wider_than_its_owner_and_never_a_person()
    test_acts.test_roles_when_several_are_held_then_all_their_permissions_together()
    test_acts.test_door_when_it_needs_a_permission_then_only_with_it(RequestFactory())
    test_acts.test_operation_when_nobody_asks_then_the_sign_in()
    tests: tuple[Any, ...] = (test_acts.test_proof_when_older_than_five_minutes_then_asked_for_again,
                              test_acts.test_operation_when_asked_then_all_it_needs_and_one_of_each_set)  # fmt: skip
    for test in tests:
        for given in test.pytestmark[0].args[1]:
            test(*given)
    assert acts.lines() == sorted(acts.written())


def survivors(sample: int = 0) -> tuple[int, list[str]]:
    logging.disable(logging.CRITICAL)
    for place in (PREDICATES[0], places()[-1]):
        _check(place)  # unchanged it holds: else everything would seem to be noticed
    every = [mutant for place in places() for mutant in mutants_of(place)]
    tried = random.Random(8).sample(every, sample) if sample else every
    try:
        return len(tried), [f"{mutant.place}: {mutant.what}" for mutant in tried if not is_killed(mutant)]
    finally:
        logging.disable(logging.NOTSET)


def main() -> int:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    made, left = survivors()
    for what in left:
        print(f"mutants: nobody noticed {what}", file=sys.stderr)
    print(f"mutants: made={made} killed={made - len(left)} share={(made - len(left)) / made:.3f}")
    return 0 if len(left) <= 0.05 * made else 1


if __name__ == "__main__":
    sys.exit(main())
