"""Why the engine itself asks for a person, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, str | Promise] = {
    "other": _("It belongs to none of the five specialties."),
    "possible_emergency": _("An emergency is possible."),
    "new_kind": _("It is unlike the documents the engine learned from."),
    "pieces_disagree": _("Parts of it point to different specialties."),
}


def doubt_words(code: str) -> str | Promise:
    return _WORDS.get(code, code)
