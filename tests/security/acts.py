"""Which permission each act asks for, and each list of rows. `acts.txt` says it, a line each, to be read by a person.

    python -m tests.security.acts        prints the lines as the code has them now

What asks for a permission is tried: with every permission but that one it must refuse, before it looks at anything.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from uuid import uuid4

from django.apps import apps
from django.core.exceptions import EmptyResultSet

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.errors import Code, Refusal

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("acts.txt")
HOUSES = ("clinic", "consult", "classify", "radiology", "extraction", "coaching")


@dataclass(frozen=True)
class Act:
    """A public action whose first deed is to ask for a permission."""

    name: str
    permission: Permission

    @property
    def function(self) -> Callable[..., Any]:
        module, _dot, name = self.name.rpartition(".")
        found: Callable[..., Any] = getattr(importlib.import_module(module), name)
        whole: Callable[..., Any] = inspect.unwrap(found)
        return whole


def modules() -> Iterator[str]:
    for house in HOUSES:
        for path in sorted((ROOT / house / "actions").glob("*.py")):
            if path.stem != "__init__":
                yield f"{house}.actions.{path.stem}"


def acts() -> Iterator[Act]:
    for module in modules():
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
        for node in tree.body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and (permission := _asked_first(node)):  # type: ignore[arg-type]
                yield Act(f"{module}.{node.name}", permission)  # type: ignore[attr-defined]


def _asked_first(function: ast.FunctionDef) -> Permission | None:
    body = [line for line in function.body if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))]
    if not body or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Call):
        return None
    call = body[0].value
    if ast.unparse(call.func) != "by.require" or not isinstance(call.args[0], ast.Attribute):
        return None
    return Permission[call.args[0].attr]


def may_not(permission: Permission) -> Actor:
    return Actor(label="anybody", user_id=uuid4(), site_id=uuid4(), permissions=frozenset(Permission) - {permission})


def refuses(act: Act) -> bool:
    """Whatever it is given."""
    wanted = inspect.signature(act.function).parameters
    given = {name: MagicMock() for name, told in wanted.items() if told.kind is not told.VAR_KEYWORD and name != "by"}
    try:
        act.function(by=may_not(act.permission), **given)
    except Refusal as refusal:
        return refusal.code == Code.NOT_ALLOWED
    except Exception:  # it went on: there is no database here, and nothing of what it was given is real
        return False
    return False


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Viewer:
    user_id: Any
    site_id: Any
    permissions: frozenset[Permission]

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions


EVERYTHING = frozenset(Permission)
WAYS = ("visible_to", "overseen_by", "jobs_for")


def lists() -> list[tuple[Any, str]]:
    """Each table with each way it is narrowed to what somebody may see."""
    found = [model for house in HOUSES for model in apps.get_app_config(house).get_models()]
    ways = [(model, way) for model in found for way in WAYS if hasattr(model._default_manager.all(), way)]
    return sorted(ways, key=lambda one: (str(one[0]._meta.label), one[1]))


def shows(model: Any, way: str, viewer: Viewer) -> str:
    """The question that would be asked; empty where none is."""
    rows = getattr(model._default_manager.all(), way)(viewer)
    try:
        return str(rows.query)
    except EmptyResultSet:
        return ""


def needed(model: Any, way: str) -> str:
    """Without which permissions nothing is shown; and whether anything at all is shown to whoever holds one only."""
    site, person = uuid4(), uuid4()
    closed = [p.value for p in Permission if not shows(model, way, Viewer(person, site, EVERYTHING - {p}))]
    alone = [p.value for p in Permission if shows(model, way, Viewer(person, site, frozenset({p})))]
    bare = bool(shows(model, way, Viewer(person, site, frozenset())))
    told = "everybody" if bare else " ".join(closed) or "any of " + " ".join(alone)
    nowhere = "nowhere:nothing" if not shows(model, way, Viewer(person, None, EVERYTHING)) else "nowhere:own"
    where = shows(model, way, Viewer(person, site, EVERYTHING)).partition(" WHERE ")[2]
    narrowed = [name for name, value in (("site", site), ("person", person)) if value.hex in where.replace("-", "")]
    return f"{told}; {nowhere}; narrowed by {' and '.join(narrowed) or 'nothing of the viewer'}"


# --- the file ---------------------------------------------------------------------------------------------------------


def lines() -> list[str]:
    told = [f"{act.name} {act.permission.value}" for act in acts()]
    told += [f"{model._meta.label}.{way} {needed(model, way)}" for model, way in lists()]
    told += [f"{role.value}: {' '.join(sorted(p.value for p in ROLES[role].permissions))}" for role in Role]
    return sorted(told)


def written() -> list[str]:
    return [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]


def written_acts() -> list[Act]:
    pairs = (line.split(" ") for line in written() if ".actions." in line)
    return [Act(name, Permission(permission)) for name, permission in pairs]


def main() -> int:
    import django

    django.setup()
    sys.stdout.write("\n".join(lines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
