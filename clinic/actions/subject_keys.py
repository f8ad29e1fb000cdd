from uuid import UUID

from django.utils import timezone

from clinic import sealing
from clinic.models import DataKey


def create(*, subject_id: UUID, site_id: UUID, wrapped: bytes = b"") -> DataKey:
    """Inside the action that creates the subject: a patient, or a site for work that belongs to no patient. `wrapped`:
    its key, where something was sealed with it before there was a row."""
    return DataKey.objects.create(
        id=subject_id, site_id=site_id, wrapped=wrapped or sealing.new_wrapped_key(subject_id)
    )


def destroy(*, subject_id: UUID) -> None:
    """In the caller's transaction. Nothing that was sealed with it opens again, wherever it lies."""
    DataKey.objects.filter(pk=subject_id, destroyed_at=None).update(wrapped=None, destroyed_at=timezone.now())
    sealing.forget(subject_id)
