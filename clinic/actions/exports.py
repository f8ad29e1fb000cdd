"""A case leaves the house. One act for page, API and command: who takes it, as what, and what it was, by digest."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clinic import audit, step_up
from clinic.actions import cases, timeline
from clinic.audit import Act
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.export import capsule
from clinic.export.gather import Gathered, gather
from clinic.fhir import bundle, shapes
from clinic.models import Case, EntryKind, Upload


class Form(StrEnum):
    CAPSULE = "capsule"
    FHIR = "fhir"


@dataclass(frozen=True, kw_only=True)
class Export:
    """`pieces` are all of it, in their order, once."""

    name: str
    content_type: str
    size: int
    sha256: str  # of the manifest of a capsule, of the bundle itself
    pieces: Iterable[bytes] = field(repr=False)
    files: int
    left_out: int
    standing: str
    key_id: str = ""


def export(*, by: Actor, case: Case, form: Form = Form.CAPSULE, confirmed_at: datetime | None = None) -> Export:
    """`confirmed_at`: when the person last proved who she is. A program's proof is that its key has this scope."""
    by.require(Permission.CASE_EXPORT)
    if by.user_id is not None and by.key_id is None:
        step_up.demand(by, confirmed_at)
    told = _of_one_moment(by, case, with_files=form is Form.CAPSULE)
    with audit.act(by, "case.exported") as doing:
        made = _MAKERS[form](told, doing.id)
        _write_down(doing, told, made, form)
    return made


def _of_one_moment(by: Actor, case: Case, *, with_files: bool) -> Gathered:
    """The row is held while the others are looked up, so that nobody signs in between; let go before files are read."""
    with transaction.atomic():
        locked = cases.lock(case)
        if locked.patient.erased_at is not None:
            raise Refusal(Code.ERASED)
        return gather(by, locked, timezone.now(), with_files=with_files)


def _write_down(doing: Act, told: Gathered, made: Export, form: Form) -> None:
    facts: dict[str, Any] = {"form": form.value, "standing": made.standing, "sha256": made.sha256, "bytes": made.size,
             "files": made.files, "left_out": made.left_out}  # fmt: skip
    timeline.add(doing, case=told.case, kind=EntryKind.CASE_EXPORTED, **facts)
    doing.about(told.case, **facts, key=made.key_id)


def _capsule(told: Gathered, event_id: UUID) -> Export:
    sealed = capsule.seal_of(told, event_id)
    return Export(
        name=f"{told.case.reference}.zip", content_type="application/zip", size=sealed.archive.size,
        sha256=sealed.manifest_sha256, pieces=sealed.archive, files=len(sealed.files), left_out=len(sealed.left_out),
        standing=told.standing, key_id=sealed.key_id,
    )  # fmt: skip


def _fhir(told: Gathered, event_id: UUID) -> Export:
    """By itself: the paper lies in it, and stored files are named by where a program gets them."""
    made = capsule.fhir_of(told, event_id, where=address_of, printed=bundle.in_itself)
    data = shapes.as_bytes(made)
    return Export(
        name=f"{told.case.reference}.fhir.json", content_type=shapes.MEDIA_TYPE, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), pieces=(data,), files=1, left_out=len(told.left_out),
        standing=told.standing,
    )  # fmt: skip


def address_of(upload: Upload) -> str:
    """Where a program gets a stored file."""
    return reverse("api:upload_content", args=[upload.pk])


_MAKERS = {Form.CAPSULE: _capsule, Form.FHIR: _fhir}
