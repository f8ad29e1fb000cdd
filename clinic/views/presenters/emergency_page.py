"""One case through broken glass: what somebody needs who has minutes, and nothing that leads elsewhere."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic import concealment, progress, report_sections
from clinic.authorization.actor import Actor
from clinic.models import Case, Note, Report, Result, Upload
from clinic.report_body import Body
from clinic.sealed_words import said
from clinic.sealing import Unreadable
from clinic.standing import Standing, standings
from clinic.views.presenters.case_page import patient_facts
from clinic.views.presenters.case_rows import question_of

Words = str | Promise


@dataclass(frozen=True)
class Answer:
    title: Words
    result: Result
    facts: list[tuple[Words, object]]
    is_signed: bool  # it stands in a signed report


def page_of(reader: Actor, case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "question": question_of(case),
        "patient_facts": [*patient_facts(case.patient), {"term": _("Age when opened"), "value": case.age_years}],
        "reports": _reports(reader, case),
        "notes": [(note, said(lambda note=note: note.body)) for note in _notes(reader, case)],  # type: ignore[misc]
        "files": [(file, said(lambda file=file: file.name)) for file in _files(reader, case)],  # type: ignore[misc]
        "answers": _answers(reader, case),
    }


def _notes(reader: Actor, case: Case) -> list[Note]:
    notes = Note.objects.visible_to(reader).filter(case=case).select_related("author").order_by("-at")
    return [_of(case, note) for note in notes]


def _files(reader: Actor, case: Case) -> list[Upload]:
    files = Upload.objects.visible_to(reader).filter(case=case, expired_at=None).order_by("-added_at")
    return [_of(case, file) for file in files]


def _of(case: Case, row: Any) -> Any:
    row.case = case
    return row


def _answers(reader: Actor, case: Case) -> list[Answer]:
    """In codes, as they are counted: the words of an answer and their sources stay where the case is."""
    results = [_of(case, result) for result in Result.objects.visible_to(reader).filter(case=case).order_by("-at")]
    hidden, standing = concealment.concealed(results, reader), standings(results)
    return [
        Answer(progress.title_of(result.kind), result,
               [(progress.fact_title(result.kind, name), value) for name, value in result.facets.items()],
               standing[result.pk] == Standing.SIGNED)
        for result in results if result.pk not in hidden and result.engine
    ]  # fmt: skip


def _reports(reader: Actor, case: Case) -> list[dict[str, Any]]:
    """The signed versions, the newest first: what somebody stands for."""
    versions = Report.objects.visible_to(reader).filter(case=case).select_related("signed_by").order_by("-version")
    return [{"report": version, "parts": _parts(_of(case, version))} for version in versions]


def _parts(version: Report) -> list[tuple[Words, list[str]]]:
    try:
        body = Body.of(version.body)
    except Unreadable:
        return []
    said_in: dict[str, list[str]] = {}
    for sentence in body.sentences:
        said_in.setdefault(sentence.section, []).append(sentence.text)
    return [(section.title, said_in[section.name]) for section in report_sections.sections(said_in)
            if section.name in said_in]  # fmt: skip
