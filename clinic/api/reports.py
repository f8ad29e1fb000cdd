"""The report of a case, as programs write it and read it. Signing and vouching are for people: a key does neither."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, report_checks, report_proof, step_up
from clinic.actions import reports
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.serializers.reports import (
    DraftCard,
    EvidenceList,
    ReportCard,
    SentenceCard,
    SentenceChanges,
    SentenceChoice,
    SentenceWish,
    Signature,
    SourceWish,
    TakeOver,
    Verification,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.evidence import Evidence, read
from clinic.models import Case, Report, Upload
from clinic.report_body import Sentence
from clinic.report_sections import Suggestion, suggestions
from clinic.sources import Sources
from clinic.standing import standing_of
from clinic.views.keyset import Section
from clinic.views.presenters import evidence_links
from clinic.views.presenters.case_page import body_of, draft_of

ONE_SENTENCE = Content(SentenceCard, examples.SENTENCE)
ONE_DRAFT = Content(DraftCard, examples.DRAFT)
ONE_REPORT = Content(ReportCard, examples.REPORT)
_WRITING = (Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.ERASED)
_STEPS = {"up": -1, "down": 1}


class EvidenceView(ApiView):
    needs = {"GET": (P.RUN_VIEW, P.CASE_VIEW, P.UPLOAD_READ)}

    @operation(
        "readEvidence", "What the answer of a run rests on, and whether that still is what it was",
        gives={200: Content(EvidenceList, examples.EVIDENCE_LIST)}, refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        result = access.result(actor_of(request), pk)
        told_of = [read(one) for one in result.outcome.get("evidence", ())]
        places = _places(_sources(actor_of(request), told_of), told_of)
        return shown(EvidenceList, {"standing": standing_of(result), "results": places})


class DraftView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation("readReportDraft", "Read the report that is being written", gives={200: ONE_DRAFT},
               refuses=(Code.NOT_FOUND, Code.ERASED))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return _draft(actor_of(request), access.case(actor_of(request), pk))


class SentencesView(ApiView):
    needs = {"POST": (P.REPORT_WRITE, P.CASE_VIEW), "PATCH": (P.REPORT_WRITE, P.CASE_VIEW)}

    @operation(
        "writeSentence", "Write a sentence into the draft", takes=Content(SentenceWish, examples.NEW_SENTENCE),
        gives={201: ONE_SENTENCE}, refuses=(*_WRITING, Code.PERSON_NEEDED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, case, wish = _asked(request, pk, SentenceWish)
        return _one(by, case, reports.write(by=by, case=case, **wish), status=201)

    @operation(
        "changeSentence", "Change a sentence of the draft, mark it as one’s own, or move it",
        takes=Content(SentenceChanges, examples.SENTENCE_CHANGES), gives={200: ONE_SENTENCE},
        refuses=(*_WRITING, Code.DRAFT_CHANGED, Code.NOT_THE_AUTHOR, Code.PERSON_NEEDED),
        says="Rewriting an engine’s sentence makes it the writer’s; what the engine had said is kept beside it.",
    )  # fmt: skip
    def patch(self, request: Request, pk: UUID) -> Response:
        by, case, wish = _asked(request, pk, SentenceChanges)
        sentence, seen = str(wish["sentence"]), wish["seen"]
        now = _sentence(case, sentence)
        if "text" in wish:
            now = reports.reword(by=by, case=case, sentence=sentence, text=wish["text"], seen=seen)
            seen = max(seen, now.revision)
        if "is_mine" in wish:
            now = reports.vouch(by=by, case=case, sentence=sentence, seen=seen, is_mine=wish["is_mine"])
        if "move" in wish:
            reports.shift(by=by, case=case, sentence=sentence, step=_STEPS[wish["move"]])
        return _one(by, case, now)


class TakeOverView(ApiView):
    needs = {"POST": (P.REPORT_WRITE, P.CASE_VIEW)}

    @operation(
        "takeSentenceOver", "Take over what an engine suggested, with its sources",
        takes=Content(TakeOver, examples.TAKE_OVER), gives={201: ONE_SENTENCE},
        refuses=(*_WRITING, Code.ANSWER_IS_OPEN),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, case, wish = _asked(request, pk, TakeOver)
        return _one(by, case, reports.take_over(by=by, case=case, key=wish["key"]), status=201)


class SourceView(ApiView):
    needs = {"POST": (P.REPORT_WRITE, P.CASE_VIEW, P.UPLOAD_READ)}

    @operation(
        "pointAtSource", "Let a sentence rest on words that stand in a file", gives={200: ONE_SENTENCE},
        takes=Content(SourceWish, examples.SOURCE_WISH),
        refuses=(*_WRITING, Code.DRAFT_CHANGED, Code.WORDS_NOT_THERE, Code.NOT_THE_AUTHOR),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, case, wish = _asked(request, pk, SourceWish)
        upload = access.upload(by, wish["upload"], for_change=True)
        return _one(by, case, reports.point(by=by, case=case, sentence=str(wish["sentence"]), upload=upload,
                                            words=wish["words"], seen=wish["seen"]))  # fmt: skip


class RemovalView(ApiView):
    needs = {"POST": (P.REPORT_WRITE, P.CASE_VIEW)}

    @operation(
        "removeSentence", "Take a sentence out of the draft", takes=Content(SentenceChoice, examples.SENTENCE_CHOICE),
        gives={200: ONE_DRAFT}, refuses=(*_WRITING, Code.DRAFT_CHANGED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, case, wish = _asked(request, pk, SentenceChoice)
        reports.strike(by=by, case=case, sentence=str(wish["sentence"]), seen=wish["seen"])
        return _draft(by, access.case(by, pk))


class AmendmentView(ApiView):
    needs = {"POST": (P.REPORT_WRITE, P.CASE_VIEW)}

    @operation(
        "beginAmendment", "Begin a draft from the newest signed version; that stays as it is",
        gives={200: ONE_DRAFT}, refuses=(*_WRITING, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        reports.begin_amendment(by=by, case=access.case(by, pk, for_change=True))
        return _draft(by, access.case(by, pk))


class SignView(ApiView):
    needs = {"POST": (P.REPORT_SIGN, P.CASE_VIEW)}

    @operation(
        "signReport", "Sign the report", takes=Content(Signature, examples.SIGNATURE), gives={201: ONE_REPORT},
        refuses=(Code.NOT_FOUND, Code.ERASED, Code.PERSON_NEEDED, Code.STEP_UP_NEEDED, Code.DRAFT_CHANGED,
                 Code.REPORT_NOT_READY, Code.ILLEGAL_MOVE),
        says="For a person at a browser who has proved who she is within five minutes. No key signs.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, case, wish = _asked(request, pk, Signature)
        confirmed = None if by.key_id else step_up.confirmed_at(request._request, access.oneself(by))
        signed = reports.sign(by=by, case=case, confirmed_at=confirmed, **wish)
        return shown(ReportCard, access.report(by, signed.pk), status=201)


class ReportsView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "listReports", "Signed versions of the report of a case, the newest first", query=PageQuery,
        gives={200: Content(page_of(ReportCard), a_page(examples.REPORT))}, refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        case = access.case(actor_of(request), pk)
        rows = Report.objects.visible_to(actor_of(request)).filter(case=case).select_related("signed_by", "case")
        return page(ReportCard, cut([Section(rows, ("-version", "-id"))], asked(request, PageQuery)))


class ReportView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation("readReport", "Read a signed version", gives={200: ONE_REPORT}, refuses=(Code.NOT_FOUND, Code.ERASED))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(ReportCard, access.report(actor_of(request), pk))


class VerificationView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "verifyReport", "Ask whether a signed version still is what was signed", refuses=(Code.NOT_FOUND,),
        gives={200: Content(Verification, examples.VERIFICATION)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        findings = report_proof.verify(access.report(actor_of(request), pk))
        return shown(Verification, {"holds": all(one.holds for one in findings), "findings": findings})


def _asked(request: Request, pk: UUID, kind: type[Any]) -> tuple[Actor, Case, dict[str, Any]]:
    by = actor_of(request)
    return by, access.case(by, pk, for_change=True), told(request, kind)


def _sentence(case: Case, sentence: str) -> Sentence:
    return body_of(draft_of(case)).get(sentence)


def _one(by: Actor, case: Case, sentence: Sentence, *, status: int = 200) -> Response:
    return shown(SentenceCard, _card(sentence, _sources(by, sentence.evidence)), status=status)


def _draft(by: Actor, case: Case) -> Response:
    draft = draft_of(case)
    body = body_of(draft)
    sources = _sources(by, body.evidence())
    told_of = {
        "revision": draft.revision if draft else 0,
        "sentences": [_card(sentence, sources) for sentence in body.sentences],
        "checks": report_checks.of_report(case, body),
        "suggestions": [_suggestion(one) for one in suggestions(by, case)],
    }
    return shown(DraftCard, told_of)


def _sources(by: Actor, evidence: Any) -> Sources:
    return Sources.of(Upload.objects.visible_to(by), evidence)


def _places(sources: Sources, evidence: list[Evidence]) -> list[dict[str, Any]]:
    links = evidence_links.numbered(sources, evidence)
    return [
        {"number": link.number, "state": link.state, "words": str(link.text), "source": link.source,
         "place": {"upload": one.upload, **one.place()}}
        for link, one in zip(links, evidence, strict=True)
    ]  # fmt: skip


def _card(sentence: Sentence, sources: Sources) -> dict[str, Any]:
    was = sentence.replaced
    return sentence.as_json() | {
        "is_engines": sentence.is_engines, "engine_had_said": was.text if was else None,
        "evidence": _places(sources, list(sentence.evidence)),
    }  # fmt: skip


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {"key": one.key, "section": one.section.name, "text": one.claim.text, "engine": one.origin.engine,
            "standing": "preliminary", "waits_for_decision": one.is_open}  # fmt: skip
