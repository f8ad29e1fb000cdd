"""What an auditor asks the audit: what happened, by person, event, case, patient, time; who looked at a case."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, JSONField, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils import timezone

from clinic import access
from clinic.authorization.actor import Actor
from clinic.models import AuditLink, Case

REFUSED = "refused"
READ = ".read"
READS, WRITES, REFUSALS = "reads", "writes", "refused"
SORTS = (READS, WRITES, REFUSALS)
SYSTEM = "system"


class Lists(Func):
    """The facts of the event list this id under that name. As the index has it, see clinic/sql/audit_indexes.py."""

    output_field = BooleanField()

    def __init__(self, name: str, pk: UUID) -> None:
        super().__init__(F("event__body"), Value(f'["{pk}"]'))
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        (body, _none), (wanted, params) = (compiler.compile(each) for each in self.get_source_expressions())
        return f"({body}::jsonb -> 'facts' -> '{self.name}') @> {wanted}::jsonb", list(params)


def fact(name: str) -> KeyTextTransform:
    """Of an event, where its link is asked for."""
    return KeyTextTransform(name, KeyTransform("facts", Cast("event__body", JSONField())))


@dataclass(frozen=True)
class Wanted:
    """Nothing set is everything at the site."""

    event: str = ""
    sort: str = ""
    person: str = ""  # an id, or SYSTEM
    case: UUID | None = None
    patient: UUID | None = None
    since: date | datetime | None = None
    until: date | datetime | None = None  # a day includes itself
    days: int | None = None  # back from now, as the dashboards count
    code: str = ""  # of a refusal

    @property
    def narrowed_by(self) -> list[str]:
        return sorted(field.name for field in fields(self) if getattr(self, field.name))

    def links(self, by: Actor) -> QuerySet[AuditLink]:
        found = access.audit_links(by).filter(self._event, self._person, self._about, self._time)
        return found.annotate(code=fact("code")).filter(event__event=REFUSED, code=self.code) if self.code else found

    @property
    def _event(self) -> Q:
        named = Q(event__event=self.event) if self.event else Q()
        reads, refusals = Q(event__event__endswith=READ), Q(event__event=REFUSED)
        return named & {READS: reads, REFUSALS: refusals, WRITES: ~reads & ~refusals}.get(self.sort, Q())

    @property
    def _person(self) -> Q:
        if not self.person:
            return Q()
        return Q(event__actor_id=None) if self.person == SYSTEM else Q(event__actor_id=UUID(self.person))

    @property
    def _about(self) -> Q:
        """In a list somebody was shown, too."""
        found = Q()
        if self.case:
            found &= Q(event__case_id=self.case) | Q(Lists("cases", self.case), event__event="case_list.read")
        if self.patient:
            found &= Q(event__patient_id=self.patient) | Q(Lists("patients", self.patient),
                                                            event__event="patient_list.read")  # fmt: skip
        return found

    @property
    def _time(self) -> Q:
        found = Q(at__gte=_moment(self.since)) if self.since else Q()
        if self.days:
            found &= Q(at__gte=timezone.now() - timedelta(days=self.days))
        if self.until:
            is_day = not isinstance(self.until, datetime)
            found &= Q(at__lt=_moment(self.until + timedelta(days=1) if is_day else self.until))
        return found


def _moment(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else timezone.make_aware(datetime.combine(when, time.min))


@dataclass(frozen=True)
class Reader:
    """Somebody who was shown something of a case: her own pages of it, its files, its results, or a list with it."""

    person: UUID | None
    name: str
    roles: Sequence[str]
    times: int
    in_lists: int
    first: datetime
    last: datetime


READERS: LiteralString = """
SELECT e.actor_id, (array_agg(e.body::jsonb ->> 'actor' ORDER BY l.seq DESC))[1],
       (array_agg(e.body::jsonb -> 'roles' ORDER BY l.seq DESC))[1],
       count(*) FILTER (WHERE e.event <> 'case_list.read'), count(*) FILTER (WHERE e.event = 'case_list.read'),
       min(l.at), max(l.at)
FROM audit_event e JOIN audit_link l ON l.event = e.id
WHERE e.site_id = %(site)s AND (
    (e.case_id = %(case)s AND e.event LIKE '%%.read' AND e.event <> 'audit.read')
    OR (e.event = 'case_list.read' AND (e.body::jsonb -> 'facts' -> 'cases') @> %(listed)s::jsonb))
GROUP BY e.actor_id, e.body::jsonb ->> 'key'
ORDER BY max(l.at) DESC
"""


def readers(case: Case) -> list[Reader]:
    """A program that reads with a key of hers is told apart from the person."""
    given: dict[str, Any] = {"site": case.site_id, "case": case.pk, "listed": f'["{case.pk}"]'}
    with connection.cursor() as cursor:
        cursor.execute(READERS, given)
        rows = cursor.fetchall()
    return [Reader(person, name, _roles(roles), *rest) for person, name, roles, *rest in rows]


def _roles(told: Any) -> list[str]:
    return list(json.loads(told) if isinstance(told, str) else told or [])
