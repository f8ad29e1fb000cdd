"""Passwords that anybody who knows where somebody works would try first."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinic.authorization.scope import scope

# The product, the trade, the roles, and what people put beside them. `docs/security-rules.md` lists them too.
_LISTED = """
    rounds clinic clinica hospital health salud medical medicine medico doctor nurse patient paciente radiology
    radiologist clinician consult ward care surgery admin administrator auditor engineer lead reviewer integration
    password passwort contrasena welcome bienvenido letmein login signin secret demo test
    spring summer autumn winter monday friday january december
"""
WORDS = frozenset(_LISTED.split())
LEFT_AT_LEAST = 5  # letters that are no such word: fewer are soon guessed


class HouseWordsValidator:
    """A password may hold such a word beside others; made of them alone, with figures and signs, it may not."""

    def validate(self, password: str, user: Any = None) -> None:
        if left_over(password, WORDS | set(sites_of(user))) < LEFT_AT_LEAST:
            raise ValidationError(
                _("This is made of words that everybody here would try. Choose others."), code="password_of_the_house"
            )

    def get_help_text(self) -> str:
        return _("It must not be made of the names of this house and what is done here alone.")


def left_over(password: str, words: Iterable[str]) -> int:
    """How many letters stay when these words are taken out. A password without any of them is not meant."""
    letters = _letters(password)
    left = letters
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return len(left.replace(" ", "")) if left != letters else LEFT_AT_LEAST


def sites_of(user: Any) -> set[str]:
    if user is None or user.pk is None:
        return set()
    with scope(person=user.pk):
        names = list(user.memberships.current().values_list("site__name", flat=True))
    return {word for name in names for word in re.findall(r"[a-z]{4,}", _plain(name))}


def _letters(text: str) -> str:
    return "".join(each for each in _plain(text) if each.isalpha())


def _plain(text: str) -> str:
    """Lower case and without accents; figures that stand for letters stay figures."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
