"""Row history: every version of a clinical row that may change, written by triggers (django-pghistory), so that raw SQL
and bulk writes leave theirs too. For looking back; the proof of what happened is the audit.
"""

from typing import Any

import pghistory
import pghistory.models
from django.db import models

from clinic.models.base import SiteQuerySet


class Version(pghistory.models.Event):
    """What was sealed stays as it was: bound to the place in the table it was copied from, and opened as there."""

    pgh_id = models.BigAutoField(primary_key=True)

    objects = SiteQuerySet["Version"].as_manager()  # type: ignore[assignment, misc]

    class Meta:
        abstract = True

    @property
    def sealed_place(self) -> tuple[str, Any]:
        version: Any = self  # the library adds these to each
        return version.pgh_tracked_model._meta.db_table, version.pgh_obj_id


def versioned(name: str, *, exclude: tuple[str, ...] = ()) -> Any:
    """No context of the library's: who did it is in the audit, written in the same transaction."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
        obj_field=pghistory.ObjForeignKey(related_name="versions"),
        context_field=None,  # type: ignore[arg-type]
        append_only=False,  # clinic.sql.guards.kept says it better: theirs can be switched off by a setting
        base_model=Version,
        model_name=name,
        meta={"ordering": ["pgh_id"]},
    )
