"""What radiology adds to a case that leaves: which study its films are of, what is said of them as DICOM; and it
keeps in what may name somebody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from clinic.authorization.actor import Actor
from clinic.export import parts as export
from clinic.export.parts import Parts, Resource
from clinic.export.viewer import MAY_NAME
from clinic.fhir.shapes import DICOM, coding, derived, identifier, instant, made, ref
from clinic.models import Case
from radiology import case_dicom
from radiology.models import DicomObject, Film

SOP_CLASS = "00080016"


def parts(by: Actor, case: Case) -> Parts:
    films = Film.objects.visible_to(by).filter(case=case)
    free = set(films.free_of_names().values_list("pk", flat=True))
    withheld = {upload: MAY_NAME for pk, upload in films.values_list("pk", "upload") if pk not in free}
    rows = DicomObject.objects.visible_to(by).filter(film__in=free).select_related("film__case")
    kept = list(rows.order_by("study", "series", "instance"))
    write = case_dicom.writer(by, case, films.filter(pk__in=free), kept)
    return Parts(resources=tuple(_studies(case, kept)), write=write, withheld=withheld)


def _studies(case: Case, rows: Iterable[DicomObject]) -> Iterator[Resource]:
    by_study: defaultdict[str, list[DicomObject]] = defaultdict(list)
    for row in rows:
        by_study[row.study].append(row)
    for study, those in by_study.items():
        series = [_series(uid, [one for one in those if one.series == uid]) for uid in {one.series: 0 for one in those}]
        yield made(
            "ImagingStudy", derived(case.pk, f"study:{study}"), status="available",
            identifier=[identifier("urn:dicom:uid", f"urn:oid:{study}")], subject=ref("Patient", case.patient_id),
            encounter=ref("Encounter", case.pk), started=instant(min(one.film.added_at for one in those)),
            numberOfSeries=len(series), numberOfInstances=len(those), series=series,
        )  # fmt: skip


def _series(uid: str, rows: list[DicomObject]) -> Resource:
    return {"uid": uid, "modality": coding(DICOM, rows[0].film.modality or "OT"), "numberOfInstances": len(rows),
            "instance": [{"uid": one.instance, "sopClass": _sop_class(one)} for one in rows]}  # fmt: skip


def _sop_class(row: DicomObject) -> Resource:
    [uid] = row.header[SOP_CLASS]["Value"]
    return {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{uid}"}


export.register("radiology", "radiology.case_export:parts")
