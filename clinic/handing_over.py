"""What whoever takes a case over has to know is open: counted from the rows as they are now, in no one's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from clinic import pipeline
from clinic.authorization.actor import Actor
from clinic.models import Case, Conflict, Handover, HandoverState, Report, ReportDraft, Result, ReviewItem, Run
from clinic.models.reviews import OPEN_STATES
from clinic.models.runs import ACTIVE
from clinic.standing import is_clinical

Words = str | Promise
WORDS: dict[str, Any] = {
    "results": ngettext_lazy("%(n)d answer of an engine that no signed version rests on",
                             "%(n)d answers of engines that no signed version rests on", "n"),
    "reviews": ngettext_lazy("%(n)d flagged answer to decide on", "%(n)d flagged answers to decide on", "n"),
    "conflicts": ngettext_lazy("%(n)d contradiction between sources to decide on",
                               "%(n)d contradictions between sources to decide on", "n"),
    "runs": ngettext_lazy("%(n)d run under way", "%(n)d runs under way", "n"),
    "failed_runs": ngettext_lazy("%(n)d run that failed for good", "%(n)d runs that failed for good", "n"),
    "drafts": ngettext_lazy("%(n)d report that is written and not signed",
                            "%(n)d reports that are written and not signed", "n"),
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    code: str
    count: int

    @property
    def words(self) -> str:
        return str(WORDS[self.code] % {"n": self.count})

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "count": self.count}


def open_points(case: Case) -> list[Point]:
    counted = {
        "results": _unsigned(case),
        "reviews": ReviewItem.objects.filter(case=case, state__in=OPEN_STATES).count(),
        "conflicts": Conflict.objects.filter(case=case).open().count(),
        "runs": _told_of(case).filter(state__in=ACTIVE).count(),
        "failed_runs": _told_of(case).dead().count(),
        "drafts": ReportDraft.objects.filter(case=case).count(),
    }
    return [Point(code, count) for code, count in counted.items() if count]


def _unsigned(case: Case) -> int:
    """Clinical answers that the newest signed version does not name among its sources."""
    newest = Report.objects.filter(case=case).order_by("-version").values_list("sources", flat=True).first() or []
    signed = {one["id"] for one in newest if one["what"] == "result"}
    answers = Result.objects.filter(case=case).values_list("pk", "kind")
    return sum(is_clinical(kind) and str(pk) not in signed for pk, kind in answers)


def _told_of(case: Case):  # type: ignore[no-untyped-def]
    aside = [kind.name for kind in pipeline.kinds() if not kind.is_in_reports]
    return Run.objects.filter(case=case).exclude(kind__in=aside)


def points_of(row: Handover) -> Iterable[Point]:
    return [Point(one["code"], one["count"]) for one in row.open_points if one["code"] in WORDS]


def standing(by: Actor, case: Case) -> Handover | None:
    """The offer that waits for its answer."""
    rows = Handover.objects.visible_to(by).filter(case=case, state=HandoverState.OFFERED)
    found = rows.select_related("giver", "taker").first()
    if found:
        found.case = case
    return found
