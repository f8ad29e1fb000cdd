from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model

from clinic.audit import Act


def save(*, doing: Act, row: Model, names: Sequence[str], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Of the named columns those that really change: set, saved and returned. None of them: nothing happened."""
    changed = tuple(name for name in names if name in wanted and getattr(row, name) != wanted[name])
    for name in changed:
        setattr(row, name, wanted[name])
    row.save(update_fields=changed) if changed else doing.nothing_happened()
    return changed
