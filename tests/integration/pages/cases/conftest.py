from collections.abc import Callable
from uuid import UUID

import pytest
from django.utils import timezone

from clinic import sealing
from clinic.models import DataKey
from tests.make import Person


@pytest.fixture
def erased(clinician_a: Person) -> Callable[[UUID], None]:
    """What erasing a patient of site A does: her key is gone, and with it every word about her."""

    def erase(subject: UUID) -> None:
        with clinician_a.at_work():
            DataKey.objects.filter(pk=subject).update(wrapped=None, destroyed_at=timezone.now())
        sealing.forget(subject)

    return erase
