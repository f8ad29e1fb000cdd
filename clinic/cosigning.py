"""A second signature under a signed version: what its seal is made over, whether it holds, who stands under what."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from clinic import signing
from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues, holds_one_of
from clinic.concerned import roles_with
from clinic.models import CoSignature, CoSignatureState, Report, User
from clinic.models.base import Viewer
from clinic.report_body import canonical

PURPOSE = "report-cosignature"
_SIGNING = roles_with(Permission.REPORT_SIGN)


def content_of(content_sha256: str, signer: UUID, at: datetime) -> bytes:
    """The version by its digest, who signs it too, and when."""
    return canonical({"content_sha256": content_sha256, "signed_by": str(signer), "signed_at": at.isoformat()})


def holds(row: CoSignature) -> bool:
    if row.answered_at is None:
        return False
    return signing.verifies(PURPOSE, content_of(row.report.content_sha256, row.signer_id, row.answered_at), row.seal)


def signed_under(reports: Iterable[Report]) -> dict[UUID, list[CoSignature]]:
    """By version, those who signed it too, the first first."""
    by_pk = {row.pk: row for row in reports}
    rows = CoSignature.objects.filter(report__in=by_pk, state=CoSignatureState.SIGNED).select_related("signer")
    found: dict[UUID, list[CoSignature]] = {pk: [] for pk in by_pk}
    for row in rows.order_by("answered_at", "pk"):
        row.report = by_pk[row.report_id]
        found[row.report_id].append(row)
    return found


def asked(report: Report) -> list[CoSignature]:
    """All that were asked for, whatever became of them."""
    rows = list(CoSignature.objects.filter(report=report).select_related("signer", "asked_by").order_by("asked_at"))
    for row in rows:
        row.report = report
    return rows


def signers(viewer: Viewer, report: Report) -> QuerySet[User]:
    """Who could still be asked: colleagues whose role signs, but not who signed it or was asked already."""
    asked_already = CoSignature.objects.filter(report=report).values("signer")
    return colleagues(viewer, _SIGNING).exclude(pk=report.signed_by_id).exclude(pk__in=asked_already)


def may_sign_at(person: User, site_id: UUID) -> bool:
    return holds_one_of(_SIGNING, person, site_id)
