from uuid import UUID

from clinic import sealing
from clinic.models import DataKey


def create(*, subject_id: UUID, site_id: UUID, wrapped: bytes = b"") -> DataKey:
    """Inside the action that creates the subject: a patient, or a site for work that belongs to no patient. `wrapped`:
    its key, where something was sealed with it before there was a row."""
    return DataKey.objects.create(
        id=subject_id, site_id=site_id, wrapped=wrapped or sealing.new_wrapped_key(subject_id)
    )
