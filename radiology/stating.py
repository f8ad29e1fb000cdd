"""What a chest film states, for comparing with what people say: the reader's last word, else the engine's where it is
sure enough. No torch here."""

from collections.abc import Iterator

from clinic.contradictions import Reader, Told, register_reader
from clinic.inference.contradictions.rules import NORMAL, PNEUMONIA
from clinic.inference.contradictions.statements import About, Statement
from clinic.models import Case, Result
from clinic.sealed_words import said
from radiology import chest, findings
from radiology.models import Film, FilmRead, Impression

OF_READER = {
    Impression.NO_SIGNAL: NORMAL,
    Impression.BACTERIAL: PNEUMONIA,
    Impression.VIRAL: PNEUMONIA,
}
OF_ENGINE = {findings.NONE: NORMAL, findings.MEDIUM: PNEUMONIA, findings.HIGH: PNEUMONIA}


def state(case: Case) -> Iterator[str]:
    for film, result, last in _films(case):
        yield f"film:{result.pk}:{last.verdict.pk if last else ''}:{film.pk}"


def read(case: Case) -> Iterator[Told]:
    for film, result, last in _films(case):
        value = (
            OF_READER.get(Impression(last.verdict.impression)) if last else OF_ENGINE.get(result.facets.get("risk", ""))
        )
        if value:
            stated = Statement(f"film:{film.pk}", About.FILM, value=value)
            yield Told(stated, "film", _name_of(film), str(film.upload_id), film.upload.sha256, str(result.pk))


def _name_of(film: Film) -> str:
    return str(said(lambda: film.upload.name))


def _films(case: Case) -> Iterator[tuple[Film, Result, FilmRead | None]]:
    films = Film.objects.filter(case=case, chest_run__state="succeeded").select_related("upload__case")
    results = {row.run_id: row for row in Result.objects.filter(run__in=[film.chest_run_id for film in films])}
    reads = FilmRead.objects.filter(film__in=films).exclude(verdict=None).select_related("verdict").order_by("position")
    last = {row.film_id: row for row in reads}
    for film in films:
        if film.chest_run_id in results:
            yield film, results[film.chest_run_id], last.get(film.pk)


register_reader(Reader(state="radiology.stating:state", read="radiology.stating:read", kinds=(chest.NAME,)))
