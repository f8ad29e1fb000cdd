"""Where a text came from and in which language it is, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOURCES: dict[str, str | Promise] = {
    "text": _("Plain text"), "pdf": _("PDF"), "docx": _("Word file"), "image": _("Picture of a page"),
}  # fmt: skip
LANGUAGES: dict[str, str | Promise] = {
    "en": _("English"), "es": _("Spanish"), "other": _("another language"), "unknown": _("language unknown"),
}  # fmt: skip
