"""What was searched for stays on the server, sealed under the site's key: words about a patient stand in no address, no
log and no history of a browser. The address holds an id that means something in this session only."""

import base64
import re
import secrets
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import BooleanField, F, Func, Q, Value

from clinic import sealing
from clinic.models import CaseWords
from clinic.models.cases import CaseQuerySet
from clinic.words import folded, prefix_query

KEPT, LONGEST_CHARS = 5, 200
_HELD = "searches"
_REFERENCE = re.compile(r"(?<![\w-])([CcPp])-?(\d{1,9})(?![\w-])")


def keep(session: SessionBase, *, site_id: UUID, words: str) -> str:
    opaque = secrets.token_urlsafe(12)
    sealed = sealing.seal(words[:LONGEST_CHARS], subject=site_id, place=_place(opaque))
    older = list(session.get(_HELD, {}).items())[1 - KEPT :]
    session[_HELD] = dict([*older, (opaque, [str(site_id), base64.b64encode(sealed).decode()])])
    return opaque


def words_of(session: SessionBase, *, site_id: UUID, opaque: str) -> str | None:
    """None when it is not of this session, or was made at another site."""
    site, sealed = session.get(_HELD, {}).get(opaque, ("", ""))
    if site != str(site_id):
        return None
    words: str = sealing.unseal(base64.b64decode(sealed), subject=site_id, place=_place(opaque))
    return words


def _place(opaque: str) -> bytes:
    return f"search:{opaque}".encode()


class Holds(Func):
    """`vector` is computed by the database and no column of the model; where it stands its neighbour knows."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        neighbour, query = self.get_source_expressions()
        sql, params = compiler.compile(query)
        table = compiler.quote_name_unless_alias(neighbour.alias)
        return f"{table}.vector @@ to_tsquery('simple', {sql})", list(params)


def numbers_in(text: str) -> tuple[list[int], list[int], str]:
    """Numbers of cases (C-12) and of patients (P-34) in a search, and the words left over."""
    found = _REFERENCE.findall(text)
    cases, patients = ([int(number) for letter, number in found if letter.upper() == which] for which in "CP")
    return cases, patients, _REFERENCE.sub(" ", text)


def holding(cases: CaseQuerySet, text: str) -> CaseQuerySet:
    numbers, patients, rest = numbers_in(text)
    if not (numbers or patients or folded(rest)):
        return cases.none()
    wanted = Q()
    if numbers:
        wanted &= Q(number__in=numbers)
    if patients:
        wanted &= Q(patient__number__in=patients)
    if query := prefix_query(rest):
        wanted &= Q(pk__in=CaseWords.objects.filter(Holds(F("words"), Value(query))).values("case"))
    return cases.filter(wanted)


def only_number(text: str) -> int | None:
    """The whole search is the number of one case: then that case is what is wanted."""
    numbers, patients, rest = numbers_in(text)
    return numbers[0] if len(numbers) == 1 and not patients and not folded(rest) else None
