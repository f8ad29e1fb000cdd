"""What the business dashboard says: tiles, a bar per day, and the lines of its tables."""

from datetime import timedelta
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from clinic import charts
from clinic.figures.business import Day, Made, Spent
from clinic.figures.outputs import LEAST
from clinic.figures.periods import Period
from clinic.operations import Rows
from clinic.progress import title_of
from clinic.templatetags.figures import spaced, took, waiting
from clinic.views.presenters.dashboards import list_url

EVERY = 7  # of a month's days, those that are named


def tiles(counts: dict[str, int], first: dict[str, Any], machine: tuple[timedelta, int],
          costs: list[Spent], period: Period) -> list[dict[str, Any]]:  # fmt: skip
    spent, cases = machine
    note = _("median; 9 of 10 within %s") % waiting(first["p90"]) if first["n"] else _("None was signed")
    return [
        {"label": _("Cases opened"), "value": spaced(counts["opened"]), "url": list_url("opened", period),
         "note": _("%s closed") % spaced(counts["closed"])},
        {"label": _("Reports signed"), "value": spaced(counts["signed"]), "url": list_url("signed", period),
         "note": _("%.1f a day") % (counts["signed"] / period.days)},
        {"label": _("Opening to signature"), "value": waiting(first["median"]) if first["n"] else "–", "note": note,
         "url": list_url("first-signed", period)},
        {"label": _("Machine time a case"), "value": took(spent / cases) if cases else "–",
         "note": _("%s cases had runs") % spaced(cases), "url": list_url("case-runs", period)},
        {"label": _("Cost of engines"), "value": money(sum(one.dollars for one in costs)),
         "note": _("by the prices the installation names"), "url": list_url("priced", period)},
    ]  # fmt: skip


def money(dollars: float) -> str:
    return f"{dollars:.2f} $"


def chart(days: list[Day]) -> charts.Chart:
    step = EVERY if len(days) > 10 else 1
    last = len(days) - 1
    names = [formats.date_format(one.day, "j M") if (last - n) % step == 0 else "" for n, one in enumerate(days)]
    sentence = _("Reports signed on each day: %d in all.") % sum(one.signed for one in days)
    return charts.stacked([(one.signed, 0) for one in days], names, sentence)


def made_row(one: Made, period: Period) -> dict[str, Any]:
    value = _("fewer than %d people") % LEAST if one.n is None else spaced(one.n)
    return {"words": one.output.words, "value": value, "is_hidden": one.n is None,
            "url": list_url(f"made-{one.output.name}", period) if one.output.case else ""}  # fmt: skip


def machine_rows(found: Rows, period: Period) -> list[dict[str, Any]]:
    return [row | {"title": title_of(row["kind"]), "url": list_url("runs", period, row["kind"])} for row in found]


def cost_row(one: Spent, period: Period) -> dict[str, Any]:
    return {"one": one, "money": money(one.dollars), "url": list_url("priced", period, one.engine)}
