"""Whether a signed version still is what was signed: its words, its seal, its place in the audit and among the
versions, and everything it rests on. Each part is asked anew, from what is stored now."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic import cosigning
from clinic.models import AuditEvent, Report, Result, Upload
from clinic.report_body import Body, digest_of
from clinic.report_content import seal_holds
from clinic.sealing import Unreadable
from clinic.sources import Source, State


@dataclass(frozen=True)
class Finding:
    code: str
    holds: bool
    words: str | Promise


def verify(report: Report) -> list[Finding]:
    return [*verify_itself(report), _sources(report), _answers(report)]


def verify_itself(report: Report) -> list[Finding]:
    """Without what it rests on."""
    return [_content(report), _audit(report), _seal(report), _chain(report), *_cosigned(report)]


def _content(report: Report) -> Finding:
    try:
        holds = digest_of(report.body) == report.content_sha256
    except Unreadable:
        return Finding("content", False, _("The words were erased with the patient; nobody can read them."))
    words = _("The words are those that were signed.") if holds else _("The words are not those that were signed.")
    return Finding("content", holds, words)


def _audit(report: Report) -> Finding:
    told = AuditEvent.objects.filter(event="report.signed", target_id=report.pk).values_list("body", flat=True)
    holds = [json.loads(body)["facts"].get("content_sha256") for body in told] == [report.content_sha256]
    words = _("The audit holds the same digest.") if holds else _("The audit does not hold this digest.")
    return Finding("audit", holds, words)


def _seal(report: Report) -> Finding:
    holds = seal_holds(report)
    words = (
        _("The seal was made with this installation’s key %(key)s.") % {"key": report.key_id}
        if holds
        else _("The seal does not fit the digest, or its key is not known here.")
    )
    return Finding("seal", holds, words)


def _cosigned(report: Report) -> Iterable[Finding]:
    for row in cosigning.signed_under([report])[report.pk]:
        holds = cosigning.holds(row)
        words = _("The seal of %(name)s holds.") if holds else _("The seal of %(name)s does not hold.")
        yield Finding("cosigned", holds, words % {"name": row.signer.name})


def _chain(report: Report) -> Finding:
    """Erased words cannot tell what came before; the numbers still do."""
    before = Report.objects.filter(case=report.case_id, version__lt=report.version).order_by("version")
    digests = list(before.values_list("content_sha256", flat=True))
    holds = len(digests) == report.version - 1
    with suppress(Unreadable):
        holds = holds and report.body["previous_sha256"] == (digests[-1] if digests else None)
    words = _("It follows the version before it.") if holds else _("The versions before it are not those it follows.")
    return Finding("chain", holds, words if report.version > 1 or not holds else _("It is the first version."))


def _sources(report: Report) -> Finding:
    named = {UUID(one["id"]): one["sha256"] for one in report.sources if one["what"] == "upload"}
    rows = {row.pk: row for row in Upload.objects.filter(case=report.case_id, pk__in=named).select_related("case")}
    broken = [pk for pk, sha256 in named.items() if not _still_is(rows.get(pk), sha256)]
    bad_places = 0 if broken else _misplaced(report, rows.values())
    if broken or bad_places:
        return Finding("sources", False, _("Files it rests on that no longer match: %d") % (len(broken) or bad_places))
    return Finding("sources", True, _("Files it rests on, every byte as it was: %d") % len(named))


def _still_is(upload: Upload | None, sha256: str) -> bool:
    return upload is not None and upload.sha256 == sha256 and Source(upload).state == State.FITS


def _misplaced(report: Report, rows: Iterable[Upload]) -> int:
    sources = {str(row.pk): Source(row) for row in rows}
    try:
        evidence = Body.of(report.body).evidence()
    except Unreadable:
        return 0
    looks = [sources[one.upload].look(one) if one.upload in sources else State.GONE for one in evidence]
    return sum(state != State.FITS for state in looks)


def _answers(report: Report) -> Finding:
    named = {UUID(one["id"]): one["sha256"] for one in report.sources if one["what"] == "result"}
    stored = Result.objects.filter(case=report.case_id, pk__in=named).select_related("case__patient")
    rows = {row.pk: row for row in stored}
    changed = [pk for pk, sha256 in named.items() if pk not in rows or _output_of(rows[pk]) != sha256]
    if changed:
        return Finding("answers", False, _("Engines’ answers that are no longer what they were: %d") % len(changed))
    return Finding("answers", True, _("Engines’ answers it rests on, as they were given: %d") % len(named))


def _output_of(result: Result) -> str:
    try:
        return digest_of_answer(result)
    except Unreadable:
        is_erased = result.case is not None and result.case.patient.erased_at is not None
        return result.output_sha256 if is_erased else ""


def digest_of_answer(result: Result) -> str:
    """As it was hashed when it was stored."""
    canonical = json.dumps(result.outcome, sort_keys=True, default=str, separators=(",", ":")).encode()
    return hashlib.sha256(canonical).hexdigest()
