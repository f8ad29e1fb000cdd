"""How right an engine is for each group of patients and documents: of what people decided, the newest.

Answers that came to people by doubt are among them, so that a share here is lower than over all answers. Groups are
compared with the rest of the same decisions; what differs by more than the margin, whatever chance did, is marked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.doubt.intervals import Figure, apart, wilson
from clinic.errors import Words
from clinic.models import Engine, ItemState, Patient, Result, ReviewItem, Sex

MOST = 5_000
MARGIN = 0.05
AGES = ((0, _("under 1 year")), (1, _("1 to 5 years")), (6, _("6 to 17 years")), (18, _("18 to 39 years")),
        (40, _("40 to 64 years")), (65, _("65 to 79 years")), (80, _("80 years and over")))  # fmt: skip
FILES = {"application/pdf": _("PDF"), "text/plain": _("Plain text"), "application/dicom": _("DICOM")}


@dataclass(frozen=True)
class Group:
    """One slice of the decisions. `apart`: by how much it differs from the rest; None where there is no rest."""

    name: Words
    right: Figure
    apart: Figure | None

    @property
    def is_alarming(self) -> bool:
        """Even at the near end of its interval the difference is above the margin."""
        return self.apart is not None and not self.right.too_few and max(self.apart.low, -self.apart.high) > MARGIN


@dataclass(frozen=True)
class Kind:
    title: Words
    groups: list[Group]


@dataclass(frozen=True)
class _Decided:
    age: Words
    sex: Words
    file: Words
    is_right: bool


def of_engine(by: Actor, engine: Engine) -> list[Kind]:
    """Nothing where nobody decided yet. A group that is the only one of its kind says nothing and is left out."""
    found = [_decided(item.case.patient, item, item.result) for item in _rows(by, engine) if item.case and item.result]
    asked: tuple[tuple[Words, Callable[[_Decided], Words]], ...] = (
        (_("Age"), lambda one: one.age), (_("Sex"), lambda one: one.sex), (_("File"), lambda one: one.file),
    )  # fmt: skip
    return [Kind(title, groups) for title, key in asked if len(groups := _groups(found, key)) > 1]


def _rows(by: Actor, engine: Engine) -> Iterable[ReviewItem]:
    rows = ReviewItem.objects.filter(site=by.here, state=ItemState.DECIDED, result__engine_digest=engine.digest)
    named = rows.exclude(result__facets__label="").exclude(case=None).select_related("case__patient", "result")
    return named.prefetch_related("run__inputs__upload").order_by("-decided_at", "-id")[:MOST]


def _decided(patient: Patient, item: ReviewItem, said: Result) -> _Decided:
    uploads = [each.upload.content_type for each in item.run.inputs.all()]
    return _Decided(
        age=_age(patient.age_on(item.created_at.date())), sex=Sex(patient.sex).label,
        file=_file(uploads[0]) if uploads else _("Nothing uploaded"),
        is_right=item.decided_label == said.facets.get("label"),
    )  # fmt: skip


def _age(years: int | None) -> Words:
    if years is None:
        return _("Not recorded")
    return next(words for least, words in reversed(AGES) if years >= least)


def _file(content_type: str) -> Words:
    if content_type.startswith("image/"):
        return _("Picture")
    return FILES.get(content_type, _("Other files"))


def _groups(found: list[_Decided], key: Callable[[_Decided], Words]) -> list[Group]:
    tallies: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        tally = tallies[str(key(one))]
        tally[0] += one.is_right
        tally[1] += 1
    hits, n = sum(one.is_right for one in found), len(found)
    return [_group(name, right, of, hits - right, n - of) for name, (right, of) in sorted(tallies.items())]


def _group(name: str, right: int, of: int, rest_right: int, rest: int) -> Group:
    return Group(name, wilson(right, of), apart(right, of, rest_right, rest) if rest else None)
