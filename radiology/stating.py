"""Which chest films of a case state something that others may contradict; `stating_worker` says what."""

from collections.abc import Iterator

from clinic.contradictions import Reader, register_reader
from clinic.models import Case, Result
from radiology import chest
from radiology.models import Film, FilmRead


def state(case: Case) -> Iterator[str]:
    for film, result, last in films(case):
        yield f"film:{result.pk}:{last.verdict.pk if last else ''}:{film.pk}"


def films(case: Case) -> Iterator[tuple[Film, Result, FilmRead | None]]:
    films = Film.objects.filter(case=case, chest_run__state="succeeded").select_related("upload__case")
    results = {row.run_id: row for row in Result.objects.filter(run__in=[film.chest_run_id for film in films])}
    reads = FilmRead.objects.filter(film__in=films).exclude(verdict=None).select_related("verdict").order_by("position")
    last = {row.film_id: row for row in reads}
    for film in films:
        if film.chest_run_id in results:
            yield film, results[film.chest_run_id], last.get(film.pk)


register_reader(Reader(state="radiology.stating:state", read="radiology.stating_worker:read", kinds=(chest.NAME,)))
