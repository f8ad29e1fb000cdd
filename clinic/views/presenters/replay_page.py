"""Two answers side by side: what was said then, what is said now, and whether it is the same to the last bit."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import of_kind
from clinic.errors import Refusal
from clinic.models import Result
from clinic.replay import order
from clinic.sealed_words import said

Words = str | Promise
SHOWN = ("scores.", "probabilities.", "confidence")
NAMES: dict[str, Words] = {
    "machine": gettext_lazy("Machine"),
    "processor": gettext_lazy("Processor"),
    "threads": gettext_lazy("Threads"),
    "product": gettext_lazy("Version of the product"),
}


@dataclass(frozen=True)
class Row:
    name: str
    was: str
    now: str
    gap: str
    differs: bool


@dataclass(frozen=True)
class Comparison:
    tone: str  # ok, warn, danger
    verdict: Words
    was: Words
    now: Words
    rows: list[Row]
    hidden: int  # numbers that are the same and not of the answer itself
    others: list[str]
    unlike: list[tuple[Words, str, str]]
    sha256_was: str
    sha256_now: str
    url: str


def comparison_of(result: Result) -> Comparison | None:
    if result.kind != order.KIND:
        return None
    told = said(lambda: result.outcome)
    if not isinstance(told, dict):
        return None
    numbers = [_row(*each) for each in told["numbers"]]
    rows = [row for row in numbers if row.differs or row.name.startswith(SHOWN)]
    tone, verdict = _verdict(told)
    return Comparison(
        tone, verdict, _label(told, "label_was"), _label(told, "label_now"), rows, len(numbers) - len(rows),
        list(told["others"]), [(NAMES.get(name, name), was, now) for name, was, now in told["unlike"]],
        told["sha256_was"], told["sha256_now"], reverse("run", args=[told["run"]]),
    )  # fmt: skip


def _row(name: str, was: float | None, now: float | None) -> Row:
    gap = abs(was - now) if was is not None and now is not None else None
    return Row(name, _figure(was), _figure(now), "" if gap is None else f"{gap:.2g}", was != now)


def _figure(value: float | None) -> str:
    """With as many digits as it has: here they are the point."""
    return "–" if value is None else repr(value)


def _verdict(told: dict[str, Any]) -> tuple[str, Words]:
    if told["is_identical"]:
        return "ok", _("Bit for bit the same answer.")
    if told["is_close"]:
        return "warn", _("The same answer, not to the last bit.")
    if told["same_label"]:
        return "warn", _("The same class, with other numbers.")
    return "danger", _("Another answer than then.")


def _label(told: dict[str, Any], name: str) -> Words:
    return told[name] or _("No answer")


@dataclass(frozen=True)
class Offer:
    """Whether a result can be replayed, and if not, why."""

    url: str = ""
    why_not: Words = ""


def offer_of(result: Result, by: Actor) -> Offer | None:
    if of_kind(result.kind) is None or not by.can(Permission.RUN_VIEW):
        return None
    try:
        order.check(result)
    except Refusal as why:
        return Offer(why_not=why.detail)
    return Offer(url=reverse("result_replay", args=[result.run_id]))
