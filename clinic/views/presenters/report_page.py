"""A report on the screen: as it is being written, as it was signed, and what changed between two versions."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic import cosigning, report_checks, report_sections
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.forms.handovers import CosignForm
from clinic.models import AuditEvent, Case, CoSignatureState, Report, ReportDraft, Upload
from clinic.proof import position_of
from clinic.report_body import Body, Replaced, Sentence
from clinic.report_sections import Suggestion, suggestions
from clinic.sealed_words import said
from clinic.sources import TEXT_TYPES, Sources
from clinic.templatetags.figures import spaced
from clinic.views.presenters.case_page import body_of, check_line, draft_of
from clinic.views.presenters.evidence_links import EvidenceLink, numbered

Words = str | Promise


@dataclass(frozen=True)
class Line:
    """One sentence with what it rests on."""

    sentence: Sentence
    links: list[EvidenceLink]
    fault: str = ""  # why it may not be signed
    may_vouch: bool = False
    was: "Was | None" = None
    typed: str | None = None  # words that could not be saved; they stand in the field, what is stored beside it

    @property
    def words(self) -> str:
        return self.sentence.text if self.typed is None else self.typed

    @property
    def look(self) -> str:
        return "machine" if self.sentence.is_engines else "person"


@dataclass(frozen=True)
class Was:
    """What an engine had said where a clinician's sentence stands now."""

    replaced: Replaced
    links: list[EvidenceLink]


@dataclass(frozen=True)
class Part:
    """A section with its lines."""

    name: str
    title: Words
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Offered:
    suggestion: Suggestion
    links: list[EvidenceLink]
    is_taken: bool


def draft_page(
    actor: Actor, case: Case, draft: ReportDraft | None, *, typed: dict[str, str] | None = None
) -> dict[str, Any]:
    body = body_of(draft)
    sources = _sources(actor, case, body, offered := suggestions(actor, case))
    checks = report_checks.of_report(case, body)
    newest = newest_version(actor, case)
    return {
        "case": case,
        "draft": draft,
        "parts": _parts(body, sources, str(actor.user_id), typed),
        "sections": report_sections.sections(one.section for one in body.sentences),
        "offered": [_offer(one, body, sources) for one in offered],
        "checks": [check_line(check) for check in checks],
        "checks_done": sum(check.is_done for check in checks),
        "texts": _texts(actor, case),
        "newest": newest,
        "may_write": actor.can(Permission.REPORT_WRITE),
        "may_sign": actor.can(Permission.REPORT_SIGN) and (draft is not None or newest is None),
    }


def _sources(actor: Actor, case: Case, body: Body, offered: Sequence[Suggestion]) -> Sources:
    pointed = [*body.evidence(), *(one for offer in offered for one in offer.claim.evidence)]
    pointed += [one for s in body.sentences if s.replaced for one in s.replaced.evidence]
    return Sources.of(Upload.objects.visible_to(actor).filter(case=case), pointed)


def _parts(body: Body, sources: Sources, reader: str = "", typed: dict[str, str] | None = None) -> list[Part]:
    """Only sections that say something; the numbers of the evidence run through the whole report."""
    parts = [Part(s.name, s.title) for s in report_sections.sections(one.section for one in body.sentences)]
    by_name, number = {part.name: part for part in parts}, 1
    for part in parts:
        for sentence in (one for one in body.sentences if one.section == part.name):
            line = replace(_line(sentence, sources, reader, number), typed=(typed or {}).get(sentence.id))
            by_name[part.name].lines.append(line)
            number += len(line.links)
    return [part for part in parts if part.lines]


def _line(sentence: Sentence, sources: Sources, reader: str, number: int = 1) -> Line:
    was = sentence.replaced
    return Line(
        sentence, numbered(sources, sentence.evidence, first=number), report_checks.fault_of(sentence, sources),
        may_vouch=sentence.author == reader and not sentence.is_engines,
        was=Was(was, numbered(sources, was.evidence)) if was else None,
    )  # fmt: skip


def one_line(actor: Actor, case: Case, sentence: Sentence) -> Line:
    sources = Sources.of(Upload.objects.visible_to(actor).filter(case=case), sentence.evidence)
    return _line(sentence, sources, str(actor.user_id))


def _offer(one: Suggestion, body: Body, sources: Sources) -> Offered:
    """An answer may offer several sentences: each is taken over by itself."""
    taken = {(s.origin.result, s.text) for s in body.sentences if s.origin}
    taken |= {(s.replaced.origin.result, s.replaced.text) for s in body.sentences if s.replaced}
    said = {one.claim.text} | ({one.overruled.text} if one.overruled else set())
    is_taken = any((one.origin.result, text) in taken for text in said)
    return Offered(one, numbered(sources, one.claim.evidence), is_taken)


def _texts(actor: Actor, case: Case) -> list[dict[str, Any]]:
    """Files whose words a sentence can point at."""
    rows = Upload.objects.visible_to(actor).filter(case=case, content_type__in=TEXT_TYPES).order_by("-added_at")
    found = []
    for row in rows:
        row.case = case
        found.append({"pk": row.pk, "name": said(lambda row=row: row.name)})  # type: ignore[misc]
    return found


def newest_version(actor: Actor, case: Case) -> Report | None:
    return Report.objects.visible_to(actor).filter(case=case).order_by("-version").first()


def content_page(actor: Actor, report: Report) -> dict[str, Any]:
    """What a version says, to be read wherever it is shown."""
    content, case = report.body, report.case
    body = Body.of(content)
    parts = _parts(body, Sources.of(Upload.objects.visible_to(actor).filter(case=case), body.evidence()))
    return {
        "report": report,
        "case": case,
        "content": content,
        "parts": [replace(part, title=content["sections"].get(part.name, part.title)) for part in parts],
    }


def version_page(actor: Actor, report: Report) -> dict[str, Any]:
    """With its seal, the versions beside it, and what may be done with it."""
    page, versions = content_page(actor, report), versions_of(actor, report.case)
    is_newest = report.version == versions[-1].version
    return page | {
        "links": [link for part in page["parts"] for line in part.lines for link in line.links],
        "seal_facts": seal_facts(report),
        **_cosigning(actor, report, is_newest=is_newest),
        "versions": versions,
        "is_newest": is_newest,
        "may_amend": actor.can(Permission.REPORT_WRITE),
        "draft": draft_of(report.case),
    }


def _cosigning(actor: Actor, report: Report, *, is_newest: bool) -> dict[str, Any]:
    """Who else stands under it, or is asked to."""
    rows = cosigning.asked(report)
    people = cosigning.signers(actor, report)
    may_ask = is_newest and actor.can(Permission.REPORT_SIGN) and people.exists()
    return {
        "cosignatures": rows,
        "mine_to_sign": next((row for row in rows if row.signer_id == actor.user_id
                              and row.state == CoSignatureState.ASKED), None),
        "cosign_form": CosignForm(people=people) if may_ask else None,
    }  # fmt: skip


def versions_of(actor: Actor, case: Case) -> list[Report]:
    rows = list(Report.objects.visible_to(actor).filter(case=case).select_related("signed_by").order_by("version"))
    for row in rows:
        row.case = case
    return rows


def seal_facts(report: Report) -> list[dict[str, Any]]:
    told = (
        (_("Version"), str(report.version)),
        (_("Signed by"), report.signed_by.name),
        (_("Key"), report.key_id),
        (_("Audit"), _audit_place(report)),
    )
    return [{"term": term, "value": value} for term, value in told if value]


def _audit_place(report: Report) -> str:
    event = AuditEvent.objects.filter(event="report.signed", target_id=report.pk).values_list("pk", flat=True).first()
    place = position_of(event)
    return f"#{spaced(place)}" if place else ""


def back_url(case: Case) -> str:
    return reverse("report_draft", args=[case.pk])
