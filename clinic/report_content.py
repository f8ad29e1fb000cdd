"""The content that is signed: all a reader needs to know what was said, by whom, on what grounds, what was open.

Its canonical bytes are hashed; the digest is what the seal is made over and what the audit keeps. A seal over the
digest can still be checked when the patient's key is destroyed and nobody can read the words any more.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from clinic import safety, signing
from clinic.authorization.actor import Actor
from clinic.models import Case, Report, Upload
from clinic.report_body import Body, digest_of
from clinic.report_checks import Check
from clinic.report_sections import sections
from clinic.sealed_words import said
from clinic.signing import Seal

PURPOSE = "report"
FORM = 1  # of the content; a reader of old reports decides by it


def content_of(*, by: Actor, case: Case, body: Body, version: int, reason: str | None, previous: Report | None,
               checks: Iterable[Check], signed_at: str) -> dict[str, Any]:  # fmt: skip
    titles = {section.name: str(section.title) for section in sections(one.section for one in body.sentences)}
    return {
        "form": FORM,
        "site": str(case.site_id),
        "case": {"id": str(case.pk), "reference": case.reference, "question": str(said(lambda: case.question))},
        "patient": {"reference": case.patient.pseudonym, "age_years": case.age_years, "sex": case.patient.sex},
        "version": version,
        "reason": reason,
        "previous_sha256": previous.content_sha256 if previous else None,
        "sections": {name: titles[name] for name in titles if any(s.section == name for s in body.sentences)},
        **body.as_json(),
        "open_points": [{"code": check.code, "words": str(check.words)} for check in checks if not check.is_done],
        "signed_by": {"id": str(by.user_id), "name": by.label},
        "signed_at": signed_at,
        "safety": safety.told(),
    }


def sources_of(case: Case, body: Body) -> list[dict[str, str]]:
    """Kept in the open beside the sealed words: which files and answers a version rests on, by digest."""
    wanted = {UUID(one.upload) for one in body.evidence()}
    files = Upload.objects.filter(case=case, pk__in=wanted).order_by("pk")
    answers = sorted(body.results().values(), key=lambda origin: origin.result)
    return [
        *({"what": "upload", "id": str(row.pk), "sha256": row.sha256} for row in files),
        *({"what": "result", "id": one.result, "sha256": one.output_sha256} for one in answers),
    ]


def body_of(report: Report) -> Body:
    return Body.of(report.body)


def seal_content(content: dict[str, Any]) -> tuple[str, Seal]:
    digest = digest_of(content)
    return digest, signing.seal(PURPOSE, bytes.fromhex(digest))


def seal_holds(report: Report) -> bool:
    return signing.verifies(PURPOSE, bytes.fromhex(report.content_sha256), report.seal)
