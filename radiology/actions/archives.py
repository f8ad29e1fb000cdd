"""Many films at once: out of an archive of the case, or handed over by a command."""

import hashlib

from clinic import audit, sealing
from clinic.actions import cases, many_files, patients, runs, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, Run, Site, Upload, UploadKind
from radiology import kinds
from radiology.actions import films
from radiology.dicom.keeping import keep
from radiology.dicom.receiving import arrival_of
from radiology.inference.film import Unreadable
from radiology.models import Film

_IMPORT = "import"  # in place of the title of a sender


def unpack(*, by: Actor, upload: Upload) -> tuple[Run, bool]:
    """In the lane that nobody waits for: single films that come meanwhile go before it."""
    return runs.request(by=by, kind=kinds.ARCHIVE, case=upload.case, uploads=[upload], batch=True)


def take_out(*, by: Actor, case: Case, data: bytes, name: str) -> tuple[Film, bool]:
    """The film and whether its bytes are new to the case. What is no picture is refused before it is kept."""
    by.require(Permission.UPLOAD_ADD)
    many_files.demand_kind(data, name, kinds.PICTURES)
    known = Upload.objects.select_related("case__patient").filter(case=case, sha256=_sha256(data)).first()
    upload = known or uploads.store_whole(by=by, case=case, chunks=[data], name=name, begins=False)[0]
    film, is_new = films.take_in(by=by, upload=upload, batch=True)
    return film, is_new and known is None


def take_out_into_new_case(*, by: Actor, site: Site, data: bytes, name: str, question: str) -> tuple[Film, bool]:
    """For a pile of films of which nobody has said whose they are: each gets a patient and a case of its own, once.
    DICOM says whose it is: those of one patient, and of one study, come together."""
    by.require(Permission.UPLOAD_ADD)
    if many_files.demand_kind(data, name, kinds.PICTURES) == UploadKind.FILM:
        return _take_out_into_its_study(by, site, data, question)
    known = Film.objects.filter(site=site, upload__sha256=_sha256(data)).order_by("added_at").first()
    if known is not None:
        return known, False
    with audit.together():
        patient = patients.create(by=by, site=site)
        case = cases.open_case(by=by, patient=patient, question=question)
        return take_out(by=by, case=case, data=data, name=name)


def _take_out_into_its_study(by: Actor, site: Site, data: bytes, question: str) -> tuple[Film, bool]:
    try:
        arrival = arrival_of(data, _IMPORT, sealing.data_key(site.pk).secret)
    except Unreadable as why:
        raise Refusal(Code.PATIENT_STAYS, facts={"problem": why.code}) from None
    with audit.together():
        upload = keep(by=by, site=site, arrival=arrival, question=question, begins=False)
        return films.take_in(by=by, upload=upload, batch=True)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
