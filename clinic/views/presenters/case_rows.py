"""One line of the case list: what it is about, what it holds, why it went to a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Value
from django.db.models.fields import CharField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic import sealing
from clinic.authorization.actor import Actor
from clinic.models import Case, Patient, Result, Run, Sex, StateChange, Upload, UploadKind
from clinic.sealed_words import said
from clinic.views.case_lists import SIGNED

Words = str | Promise
Drawing = tuple[str, Words]  # an icon and what it says

UPLOAD_ICONS = {
    UploadKind.AUDIO: "mic", UploadKind.FILM: "lungs", UploadKind.IMAGE: "image",
    UploadKind.DOCUMENT: "file-earmark-text", UploadKind.DATA: "braces", UploadKind.ARCHIVE: "archive",
}  # fmt: skip
_ENGINE, _DECISION, _RUN_DEAD, _DAMAGED = "engine", "decision", "run_dead", "damaged"
_HOLDS: dict[str, Drawing] = {
    **{kind.value: (icon, kind.label) for kind, icon in UPLOAD_ICONS.items()},
    _ENGINE: ("cpu", _("Engine result")),
    _DECISION: ("pen", _("Human decision")),
}
_FLAGS: dict[str, tuple[str, Words]] = {
    _DAMAGED: ("danger", _("A file does not match its digest")),
    _RUN_DEAD: ("warn", _("A run failed")),
}
_SEX = {Sex.FEMALE: _("F"), Sex.MALE: _("M"), Sex.OTHER: _("other")}


@dataclass(frozen=True)
class CaseRow:
    case: Case
    question: Words
    patient: str
    holds: list[Drawing]
    flags: list[tuple[str, Words]]


def rows(by: Actor, cases: Sequence[Case]) -> list[CaseRow]:
    sealing.warm(case.patient_id for case in cases)
    held = _held(by, [case.pk for case in cases])
    return [_row(case, held[case.pk]) for case in cases]


def _row(case: Case, held: set[str]) -> CaseRow:
    return CaseRow(
        case,
        question=question_of(case),
        patient=patient_line(case.patient, case.age_years),
        holds=[drawing for name, drawing in _HOLDS.items() if name in held],
        flags=[flag for name, flag in _FLAGS.items() if name in held],
    )


def question_of(case: Case) -> Words:
    """An erased patient leaves her cases in the list, without words."""
    return said(lambda: case.question)


def patient_line(patient: Patient, age_years: int | None) -> str:
    age = "" if age_years is None else age_in_words(age_years)
    return ", ".join(str(part) for part in (patient.pseudonym, age, _SEX.get(Sex(patient.sex), "")) if part)


def age_in_words(years: int) -> str:
    if years == 0:
        return str(_("under 1 y"))
    if years >= 90:
        return str(_("over 90 y"))
    return ngettext("%(years)s y", "%(years)s y", years) % {"years": years}


def _held(by: Actor, ids: list[UUID]) -> defaultdict[UUID, set[str]]:
    """One question for a page of cases: kinds of upload, engine results, decisions, and what went wrong."""
    held: defaultdict[UUID, set[str]] = defaultdict(set)
    if not ids:
        return held
    uploads = Upload.objects.visible_to(by).filter(case__in=ids).values_list("case_id", F("kind")).distinct()
    results = Result.objects.visible_to(by).filter(case__in=ids)
    decisions = StateChange.objects.visible_to(by).filter(case__in=ids, new__in=SIGNED)
    dead = Run.objects.visible_to(by).dead().filter(case__in=ids)
    damaged = results.filter(facets__all_match=False)
    found = uploads.union(
        *(
            rows.order_by().values_list("case_id", Value(name, output_field=CharField())).distinct()
            for name, rows in ((_ENGINE, results), (_DECISION, decisions), (_RUN_DEAD, dead), (_DAMAGED, damaged))
        )
    )
    for case_id, name in found:
        held[case_id].add(name)
    return held
