"""Words that may have been erased with their patient: lists and stories keep their lines, without words."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import sealing

ERASED = _("Erased")


def said(read: Callable[[], str | None]) -> str | Promise:
    try:
        return read() or ""
    except sealing.Unreadable:
        return ERASED
