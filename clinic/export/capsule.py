"""The capsule: a ZIP with the case as pages, files, paper and FHIR, a manifest of every digest, and its signature.

What is small is made in memory; of stored files only the sums are, and their bytes go from the store to whoever takes
the capsule, piece by piece. So the whole length and every byte around them are known before the first one leaves.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from clinic import safety, sealing, signing
from clinic.export import capsule_verify, viewer
from clinic.export.archive import Archive, Member
from clinic.export.capsule_verify import FORMAT, MANIFEST, SIGNATURE
from clinic.export.gather import Gathered, LeftOut, Spoken
from clinic.export.viewer import DAMAGED
from clinic.fhir import bundle as fhir
from clinic.fhir import profile, shapes
from clinic.fhir.resources import answer_id
from clinic.fhir.shapes import Resource
from clinic.formats import FORMATS
from clinic.models import CoSignature, Report, Upload
from clinic.report_body import canonical
from clinic.report_pdf import pdf_of
from clinic.storage.errors import ObjectDamaged, ObjectMissing
from clinic.uploads import open_upload, store

PURPOSE = "case-capsule"

_EXTENSIONS = {form.mime: form.extensions[0] for form in FORMATS.values()}


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of the capsule, with all that is signed of it."""

    path: str
    title: str
    size: int
    sha256: str
    crc32: int
    pieces: Callable[[], Iterable[bytes]] = field(repr=False)
    upload: UUID | None = None

    @classmethod
    def of(cls, path: str, title: str, data: bytes) -> "File":
        return cls(path=path, title=title, size=len(data), sha256=hashlib.sha256(data).hexdigest(),
                   crc32=zlib.crc32(data), pieces=lambda: (data,))  # fmt: skip

    def member(self) -> Member:
        return Member(path=self.path, size=self.size, crc32=self.crc32, pieces=self.pieces)

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "title": self.title, "size": self.size, "sha256": self.sha256, "crc32": self.crc32}


@dataclass(frozen=True)
class Capsule:
    archive: Archive
    manifest_sha256: str
    key_id: str
    files: list[File]
    left_out: list[LeftOut]


def seal_of(told: Gathered, event_id: UUID) -> Capsule:
    stored, damaged = _stored(told)
    whole = told.without({one.id for one in damaged}, damaged)
    papers = {row.pk: _paper(told, row) for row in told.reports}
    places = {one.upload: one.path for one in stored}
    heard = {one.upload.pk: _transcript(one, places[one.upload.pk]) for one in whole.spoken}
    found = fhir_of(
        whole, event_id, where=lambda upload: places[upload.pk], printed=lambda row, _under: _attached(papers[row.pk]),
        spoken=lambda one: _attached(heard[one.upload.pk], "text/plain; charset=utf-8"),
    )  # fmt: skip
    added = [File.of(one.path, one.title, one.data) for one in whole.written()]
    shown = [*papers.values(), *stored, *heard.values(), *added]
    files = [
        *viewer.files(whole, shown), File.of("fhir/bundle.json", "FHIR R4", shapes.as_bytes(found)),
        *papers.values(), *_contents(told), *added, *heard.values(), *stored, _verifier(),
    ]  # fmt: skip
    return _sealed(whole, event_id, files)


def fhir_of(told: Gathered, event_id: UUID, *, where: Callable[[Upload], str],
            printed: fhir.Printed | None, spoken: fhir.Heard = fhir.said_in_itself) -> Resource:  # fmt: skip
    found = fhir.resources(told, where=where, printed=printed, spoken=spoken)
    made = fhir.bundle(told, [*found, fhir.exporting(told, event_id, told.by)], event_id)
    profile.demand(made, signed=[answer_id(one) for one in told.answers if one.is_signed])
    return made


def _paper(told: Gathered, row: Report) -> File:
    return File.of(f"reports/report-v{row.version}.pdf", _version(row), pdf_of(row, told.cosigned[row.pk]))


def _version(row: Report) -> str:
    return _("Report, version %d") % row.version


def _transcript(one: Spoken, recording: str) -> File:
    return File.of(f"{recording}.words.txt", _("Transcript of %s") % one.upload.name, one.text.encode())


def _attached(paper: File, content_type: str = "application/pdf") -> Resource:
    return {"contentType": content_type, "url": paper.path, "size": paper.size, "title": paper.title}


# --- the stored files -------------------------------------------------------------------------------------------------


def _stored(told: Gathered) -> tuple[list[File], list[LeftOut]]:
    """Each is read to its end once before anything is signed: what is not whole is named and stays here."""
    files, damaged = [], []
    for number, upload in enumerate(told.uploads, 1):
        try:
            files.append(_file(upload, number))
        except (ObjectDamaged, ObjectMissing):
            damaged.append(LeftOut("file", upload.pk, DAMAGED))
    return files, damaged


def _file(upload: Upload, number: int) -> File:
    crc = 0
    with open_upload(upload) as reader:
        for piece in reader.chunks():
            crc = zlib.crc32(piece, crc)
    path = f"files/{number:03}.{_EXTENSIONS.get(upload.content_type, 'bin')}"
    return File(path=path, title=upload.name, size=upload.size, sha256=upload.sha256, crc32=crc, upload=upload.pk,
                pieces=_reading(upload))  # fmt: skip


def _reading(upload: Upload) -> Callable[[], Iterator[bytes]]:
    """The key is got now: when the last piece leaves, nobody stands in the site any more."""
    key, name, sha256 = sealing.data_key(upload.case.patient_id), upload.object_name, upload.sha256

    def pieces() -> Iterator[bytes]:
        with store().open(name, key=key, sha256=sha256) as reader:
            yield from reader.chunks()

    return pieces


# --- what is signed ---------------------------------------------------------------------------------------------------


def _contents(told: Gathered) -> list[File]:
    """The content of each signed version, to the letter as it was hashed: its seal can be checked anywhere."""
    return [File.of(_content_path(row), _("Signed content, version %d") % row.version, canonical(row.body))
            for row in told.reports]  # fmt: skip


def _content_path(row: Report) -> str:
    return f"reports/report-v{row.version}.json"


def _verifier() -> File:
    return File.of("verify.py", _("Checks this capsule"), Path(capsule_verify.__file__).read_bytes())


def _sealed(told: Gathered, event_id: UUID, files: list[File]) -> Capsule:
    made_at = told.at.isoformat()
    manifest = _manifest(told, event_id, files, made_at)
    seal = signing.seal(PURPOSE, manifest)
    first = [Member.of(MANIFEST, manifest), Member.of(SIGNATURE, f"{seal.signature.hex()}\n".encode())]
    archive = Archive([*first, *(one.member() for one in files)], at=made_at)
    return Capsule(archive, hashlib.sha256(manifest).hexdigest(), seal.key_id, files, told.left_out)


def _cosigned(row: CoSignature, keys: Mapping[str, str]) -> dict[str, str]:
    at = row.answered_at.isoformat() if row.answered_at else ""
    return {"name": row.signer.name, "signed_by": str(row.signer_id), "signed_at": at, "key_id": row.key_id,
            "public_key": keys.get(row.key_id, ""), "seal": row.seal.signature.hex()}  # fmt: skip


def _manifest(told: Gathered, event_id: UUID, files: list[File], made_at: str) -> bytes:
    keys = {key: raw.hex() for key, raw in signing.public_keys().items()}
    current = next(iter(keys))
    manifest = {
        "format": FORMAT, "made_at": made_at, "made_by": told.made_by, "site": told.site.name,
        "case": told.case.reference, "case_id": str(told.case.pk), "patient": told.case.patient.pseudonym,
        "audit_event": str(event_id), "standing": told.standing, "safety": safety.told(),
        "signed_with": {"key_id": current, "public_key": keys[current]},
        "reports": [
            {"version": row.version, "content": _content_path(row), "content_sha256": row.content_sha256,
             "key_id": row.key_id, "public_key": keys.get(row.key_id, ""), "seal": bytes(row.signature).hex(),
             "cosigned": [_cosigned(one, keys) for one in told.cosigned[row.pk]]}
            for row in told.reports
        ],
        "contradictions": {"open": len(told.open_conflicts), "decided": len(told.conflicts) - len(told.open_conflicts)},
        "left_out": [{"what": one.what, "id": str(one.id), "why": one.why} for one in told.left_out],
        "files": [one.as_json() for one in files],
    }  # fmt: skip
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()
