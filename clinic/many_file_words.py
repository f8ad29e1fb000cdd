"""Why a file of many became no document, in a sentence."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.errors import MEANINGS, Code

_OF_MANY: dict[str, str | Promise] = {
    "encrypted": _("It is locked by a password."),
    "more_than_10000": _("At most 10,000 documents come together: this one comes after them."),
    "not_taken_from_archives": _("It is packed in a way that is not unpacked here, or only points to another file."),
    "broken": _("It is damaged."),
    "too_large": _("It is too large."),
    "not_json": _("The line is not JSON."),
    "no_text": _("The line has no text."),
    "not_text": _("Its letters cannot be told."),
}


def why_not_taken(code: str) -> str | Promise:
    if code in _OF_MANY:
        return _OF_MANY[code]
    return MEANINGS[Code(code)].sentence if code in Code._value2member_map_ else code.replace("_", " ")
