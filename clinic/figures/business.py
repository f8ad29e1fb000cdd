"""How the work of a site goes: what came in, what was made, what was signed and how long that took, what machines and
engines cost. Of no person: what only people do by themselves is counted from five of them on, and nobody is ranked.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection
from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, FloatField, OuterRef, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.figures.outputs import LEAST, Output, outputs
from clinic.models import Case, CaseState, Report, Result, Run, RunState, ShadowAnswer, StateChange
from clinic.operations import TOOK, Percentile, Rows

TO_SIGNATURE = ExpressionWrapper(F("signed_at") - F("case__opened_at"), output_field=DurationField())


@dataclass(frozen=True)
class Day:
    day: date
    opened: int = 0
    closed: int = 0
    signed: int = 0


@dataclass(frozen=True)
class Made:
    """None is shown where fewer than five people stand behind it."""

    output: Output
    n: int | None


@dataclass(frozen=True)
class Spent:
    """By an engine: as it answered, in the shadow, and where it was asked in vain."""

    engine: str
    answers: int
    tokens: int
    dollars: float
    listed: int = 0  # of these, the answers that somebody got: a shadow's and what was asked in vain have no page


def opened(site: UUID, since: datetime) -> Any:
    return Case.objects.filter(site=site, opened_at__gte=since).defer("question", "encounter")


def closed(site: UUID, since: datetime) -> Any:
    """Each case once, as it was closed last."""
    again = StateChange.objects.filter(case=OuterRef("case"), new=CaseState.CLOSED, at__gt=OuterRef("at"))
    return StateChange.objects.filter(~Exists(again), site=site, at__gte=since, new=CaseState.CLOSED)


def signed(site: UUID, since: datetime) -> Any:
    """Every version: an amendment is work, too."""
    return Report.objects.filter(site=site, signed_at__gte=since)


def first_signed(site: UUID, since: datetime) -> Any:
    return signed(site, since).filter(version=1)


def by_day(site: UUID, period_days: int, since: datetime) -> list[Day]:
    """The empty days too, the latest last."""
    found: dict[date, dict[str, int]] = defaultdict(dict)
    sources = {"opened": (opened(site, since), "opened_at"), "closed": (closed(site, since), "at"),
               "signed": (signed(site, since), "signed_at")}  # fmt: skip
    for name, (rows, at) in sources.items():
        for row in rows.order_by().annotate(day=TruncDate(at)).values("day").annotate(n=Count("pk")):
            found[row["day"]][name] = row["n"]
    today = timezone.localdate()
    first = min(timezone.localtime(since).date(), today - timedelta(days=period_days))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return [Day(day, **found.get(day, {})) for day in days]


def to_signature(site: UUID, since: datetime) -> dict[str, Any]:
    """From opening a case to its first signed report."""
    told: dict[str, Any] = first_signed(site, since).order_by().aggregate(
        n=Count("pk"), median=Percentile(TO_SIGNATURE, 0.5), p90=Percentile(TO_SIGNATURE, 0.9)
    )  # fmt: skip
    return told


def made(by: Actor, since: datetime) -> list[Made]:
    return [_made(by, since, output) for output in outputs()]


def _made(by: Actor, since: datetime, output: Output) -> Made:
    if not output.person:
        return Made(output, output.rows(by, since).count())
    with scope(site=by.here):  # without a person at the connection: on hers nobody else's exist
        told = output.rows(by, since).aggregate(n=Count("pk"), people=Count(output.person, distinct=True))
    return Made(output, told["n"] if told["people"] >= LEAST else None)


def runs(site: UUID, since: datetime) -> Any:
    """Whose work is over, well or not: both took a machine's time. Of one that was tried again only the last try; one
    that was cancelled may have waited since."""
    ended = Run.objects.filter(site=site, finished_at__gte=since, started_at__isnull=False)
    return ended.exclude(state=RunState.CANCELLED)


def machine(site: UUID, since: datetime) -> Rows:
    """Time of machines by kind of run, the most first."""
    rows = runs(site, since).order_by().values("kind").annotate(
        n=Count("pk"), spent=Sum(TOOK), cases=Count("case", distinct=True)
    )  # fmt: skip
    return list(rows.order_by("-spent"))


def machine_of_cases(site: UUID, since: datetime) -> tuple[timedelta, int]:
    """Time spent on runs of cases, and of how many cases."""
    of_cases = runs(site, since).filter(case__isnull=False).order_by()
    told = of_cases.aggregate(spent=Sum(TOOK), cases=Count("case", distinct=True))
    return told["spent"] or timedelta(), told["cases"]


# Engines that were asked and gave no answer: the receipt of who answered instead says what that took.
_IN_VAIN: LiteralString = """
SELECT passed ->> 'name', count(*), COALESCE(sum((passed -> 'spent' ->> 'tokens')::numeric), 0),
       COALESCE(sum((passed -> 'spent' ->> 'dollars')::numeric), 0)
FROM clinic_result t, jsonb_array_elements(
     COALESCE(t.receipt -> 'why_not_better', '[]') || COALESCE(t.receipt -> 'also_passed', '[]')) AS passed
WHERE t.site_id = %(site)s AND t.at >= %(since)s AND passed ? 'spent'
GROUP BY 1
"""


def costs(site: UUID, since: datetime) -> list[Spent]:
    """Of engines that cost tokens or money, the dearest first."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    answered = list(_answered(site, since))
    listed = {engine: n for engine, n, _tokens, _dollars in answered}
    for engine, n, tokens, dollars in (*answered, *_shadowed(site, since), *_in_vain(site, since)):
        for place, more in enumerate((n, tokens or 0, dollars or 0)):
            sums[engine][place] += float(more)
    found = [Spent(engine, int(n), int(tokens), dollars, listed.get(engine, 0))
             for engine, (n, tokens, dollars) in sums.items()]  # fmt: skip
    return sorted(found, key=lambda one: (-one.dollars, -one.tokens, one.engine))


def priced(site: UUID, since: datetime) -> Any:
    return Result.objects.filter(site=site, at__gte=since, facets__has_any_keys=["cost", "tokens"])


def _number(name: str) -> Any:
    return Sum(Cast(KeyTextTransform(name, "facets"), FloatField()))


def _answered(site: UUID, since: datetime) -> Any:
    rows = priced(site, since).order_by().values("engine")
    return rows.annotate(n=Count("pk"), t=_number("tokens"), d=_number("cost")).values_list("engine", "n", "t", "d")


def _shadowed(site: UUID, since: datetime) -> Any:
    rows = ShadowAnswer.objects.filter(site=site, at__gte=since, facets__has_any_keys=["cost", "tokens"]).order_by()
    counted = rows.values("engine__name", "engine__version").annotate(
        n=Count("pk"), t=_number("tokens"), d=_number("cost")
    )  # fmt: skip
    return [(f"{row['engine__name']} {row['engine__version']}", row["n"], row["t"], row["d"]) for row in counted]


def _in_vain(site: UUID, since: datetime) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_IN_VAIN, {"site": site, "since": since})
        return cursor.fetchall()
