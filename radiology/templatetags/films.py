"""What templates say of films."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.errors import MEANINGS, Code

Words = str | Promise
register = template.Library()
_OF_ARCHIVES: dict[str, Words] = {
    "encrypted": _("It is locked by a password."),
    "more_than_500": _("An archive may have at most 500 films: this one comes after them."),
    "not_taken_from_archives": _("It is packed in a way that is not unpacked here, or only points to another file."),
    "broken": _("It is damaged."),
}


@register.filter
def why_not_taken(code: str) -> Words:
    if code in _OF_ARCHIVES:
        return _OF_ARCHIVES[code]
    return MEANINGS[Code(code)].sentence if code in Code._value2member_map_ else code.replace("_", " ")
