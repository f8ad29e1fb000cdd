"""`@name@hospital.org` in a note is shown as the colleague's name."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinic.actions.notes import MENTION
from clinic.models import Membership


@dataclass(frozen=True)
class Piece:
    text: str
    person: str = ""


def people_named(texts: Iterable[str]) -> dict[str, str]:
    """Of this site, now or before: the row scope shows no other memberships, so no name of another site is told."""
    emails = {email.lower() for text in texts for email in MENTION.findall(text)}
    if not emails:
        return {}
    here = Membership.objects.filter(user__email__in=emails)
    return dict(here.values_list("user__email", "user__name").distinct())


def pieces(text: str, named: dict[str, str]) -> tuple[Piece, ...]:
    """An address that is nobody's here stays as it was written."""
    found, end = [], 0
    for match in MENTION.finditer(text):
        name = named.get(match[1].lower())
        if name:
            found += [Piece(text[end : match.start()]), Piece("", person=name)]
            end = match.end()
    return tuple(piece for piece in (*found, Piece(text[end:])) if piece.text or piece.person)
