"""Lines of a case's story, written inside the action they tell of."""

from typing import Any
from uuid import UUID

from clinic.audit import Act
from clinic.models import Case, Entry, EntryKind


def add(doing: Act, *, case: Case, kind: EntryKind | str, subject_id: UUID | None = None, **facts: Any) -> Entry:
    return Entry.objects.create(
        site_id=case.site_id, case=case, kind=kind, actor_id=doing.by.user_id, subject_id=subject_id, facts=facts,
        audit_event_id=doing.id,
    )  # fmt: skip
