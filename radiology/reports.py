"""What a film has to say in a report: the reader's last word, with the places she marked, else the engine's."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import report_sections
from clinic.evidence import Evidence, ImageRegion, read
from clinic.models import Result
from clinic.report_sections import Claim, Contributor, Section
from radiology import chest
from radiology.inference.upright import box_in_file
from radiology.models import Film, FilmRead, Impression


def claims(result: Result, decided: str) -> Iterable[Claim]:
    film = Film.objects.filter(chest_run=result.run_id).select_related("upload").first()
    if film is None:
        return
    last = _last_reading(film)
    if last is not None and decided:
        yield Claim(text=_said_by_reader(last), evidence=_marked(film, last) or _of_engine(result))
    elif label := result.facets.get("label"):
        words = chest.CHEST.classes[label].words
        yield Claim(text=_("Chest film: %(finding)s.") % {"finding": words}, evidence=_of_engine(result))


def _last_reading(film: Film) -> FilmRead | None:
    reads = film.reads.exclude(verdict=None).select_related("verdict", "film__case")
    return reads.order_by("position").last()


def _said_by_reader(last: FilmRead) -> str:
    impression = Impression(last.verdict.impression)
    return _("Chest film: %(finding)s.") % {"finding": impression.label}


def _marked(film: Film, last: FilmRead) -> tuple[Evidence, ...]:
    """She marked the film as it stands upright; evidence points into the file as it came."""
    boxes = (box_in_file(**box, quarter_turns=film.quarter_turns) for box in last.regions or ())
    source = film.upload
    return tuple(
        ImageRegion(upload=str(source.pk), sha256=source.sha256, weight=1.0, **box)  # type: ignore[arg-type]
        for box in boxes
    )


def _of_engine(result: Result) -> tuple[Evidence, ...]:
    told = (read(one) for one in result.outcome.get("evidence", ()))
    return tuple(one for one in told if one.weight >= 0)


report_sections.register(
    Contributor(kind=chest.NAME, section=Section(chest.NAME, gettext_lazy("Chest film"), 10),
                claims="radiology.reports:claims")
)  # fmt: skip
