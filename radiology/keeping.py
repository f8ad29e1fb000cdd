"""A film is kept for as long as films are, whatever becomes of words that stood on it."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic import retention
from clinic.retention import Keeper
from radiology.models import Film


def films(upload_ids: Iterable[UUID]) -> list[UUID]:
    return list(Film.objects.filter(upload__in=list(upload_ids)).values_list("upload", flat=True))


retention.keep("film", Keeper(words=_("It is a film too."), keeps="radiology.keeping:films"))
