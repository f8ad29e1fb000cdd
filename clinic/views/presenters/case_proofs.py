"""What verifying a case found, in words, each fault with the way to what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.authorization.actor import Actor
from clinic.case_proof import CaseProof, Fault, Part, Why
from clinic.errors import Words
from clinic.models import Case, Entry, EntryKind, Note, Report, Result, Upload
from clinic.sealed_words import said

PARTS: dict[Part, Words] = {
    Part.ENTRIES: gettext_lazy("Entries of the story"),
    Part.AUDIT: gettext_lazy("Their places in the audit"),
    Part.FILES: gettext_lazy("Files, every byte"),
    Part.ANSWERS: gettext_lazy("Engines’ answers"),
    Part.REPORTS: gettext_lazy("Signed versions"),
    Part.NOTES: gettext_lazy("Notes"),
}
WHYS: dict[Why, Words] = {
    Why.NOT_IN_AUDIT: gettext_lazy("the audit holds no such act"),
    Why.UNLINKED: gettext_lazy("what comes before or after it was changed"),
    Why.CHECKPOINT: gettext_lazy("the signed checkpoint over it tells of something else"),
    Why.BYTES: gettext_lazy("its bytes are not those that came"),
    Why.MISSING: gettext_lazy("its bytes are gone"),
    Why.DIGEST: gettext_lazy("its digest is not the one in the audit"),
    Why.CONTENT: gettext_lazy("its words are not those that were stored"),
    Why.SEAL: gettext_lazy("its seal does not fit"),
}


@dataclass(frozen=True)
class PartLine:
    name: Words
    checked: int
    bad: int
    waiting: int
    gone: int


@dataclass(frozen=True)
class FaultLine:
    name: str
    why: Words
    url: str = ""


def parts_of(proof: CaseProof) -> list[PartLine]:
    return [
        PartLine(PARTS[one.part], one.checked, len(proof.of(one.part)), one.waiting, one.gone)
        for one in proof.counts
        if one.checked
    ]


def faults_of(by: Actor, case: Case, proof: CaseProof) -> list[FaultLine]:
    named = {part: dict(_NAMED[part](by, case, {one.id for one in proof.of(part)})) for part in Part if proof.of(part)}
    return [FaultLine(*_told(named[one.part], one)) for one in proof.faults]


def _told(named: dict[UUID, tuple[str, str]], fault: Fault) -> tuple[str, Words, str]:
    name, url = named.get(fault.id, (_("Entry"), ""))
    return name, WHYS[fault.why], url


def _kind(row: Entry) -> str:
    return str(EntryKind(row.kind).label) if row.kind in EntryKind else row.kind


def _at(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j M Y, H:i")


def _case(case: Case) -> str:
    return reverse("case", args=[case.pk])


def _name_of(row: Upload) -> Words:
    return said(lambda: row.name)


Named = Iterator[tuple[UUID, tuple[str, str]]]


def _entries(by: Actor, case: Case, ids: set[UUID]) -> Named:
    for row in Entry.objects.visible_to(by).filter(case=case, pk__in=ids):
        yield row.pk, (_("Entry “%(kind)s” of %(at)s") % {"kind": _kind(row), "at": _at(row.at)}, _case(case))


def _acts(by: Actor, case: Case, ids: set[UUID]) -> Named:
    for row in Entry.objects.visible_to(by).filter(case=case, audit_event_id__in=ids):
        if row.audit_event_id:
            yield row.audit_event_id, (_("Audit of “%(kind)s” of %(at)s")
                                       % {"kind": _kind(row), "at": _at(row.at)}, _case(case))  # fmt: skip


def _files(by: Actor, case: Case, ids: set[UUID]) -> Named:
    for row in Upload.objects.visible_to(by).filter(case=case, pk__in=ids).select_related("case"):
        yield row.pk, (_("File %s") % _name_of(row), reverse("upload", args=[row.pk]))


def _answers(by: Actor, case: Case, ids: set[UUID]) -> Named:
    for row in Result.objects.visible_to(by).filter(case=case, run__in=ids):
        yield row.run_id, (_("Answer of %(engine)s, %(at)s") % {"engine": row.engine, "at": _at(row.at)},
                           reverse("run", args=[row.run_id]))  # fmt: skip


def _reports(by: Actor, case: Case, ids: set[UUID]) -> Named:
    for row in Report.objects.visible_to(by).filter(case=case, pk__in=ids):
        yield row.pk, (_("Signed version %d") % row.version, reverse("report", args=[row.pk]))


def _notes(by: Actor, case: Case, ids: set[UUID]) -> Named:
    for row in Note.objects.visible_to(by).filter(case=case, pk__in=ids):
        yield row.pk, (_("Note of %s") % _at(row.at), _case(case))


_NAMED = {
    Part.ENTRIES: _entries,
    Part.AUDIT: _acts,
    Part.FILES: _files,
    Part.ANSWERS: _answers,
    Part.REPORTS: _reports,
    Part.NOTES: _notes,
}
