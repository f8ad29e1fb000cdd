"""What workers found, written into the film's row in the finishing transaction of the run."""

from typing import Any

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.models import Deployment, Run, Upload
from radiology import chest, recall
from radiology.actions import films
from radiology.findings import HIGH, INDETERMINATE, MEDIUM, NONE
from radiology.models import DicomObject, Film, FilmState, TextState
from radiology.models.films import BURNED_IN, Rank
from radiology.outcomes import ChestAnswer, FilmOutcome, MapTestOutcome, TextOutcome

AGE_OUTSIDE = "age_outside_card"
_RANKS = {HIGH: Rank.PRESSING, MEDIUM: Rank.PRESSING, INDETERMINATE: Rank.UNKNOWN, NONE: Rank.CALM}


def film_opened(*, run: Run, outcome: FilmOutcome, by: Actor) -> None:
    film = _film_of(run)
    if run.params.get("quarter_turns", 0) != film.quarter_turns or run.params["is_inverted"] != film.is_inverted:
        return  # turned again meanwhile: a later run tells how it is now
    reasons = _with_age(film, outcome)
    film.problem, film.is_generated = outcome.problem, outcome.is_generated
    film.rows, film.columns, film.bits = outcome.rows, outcome.columns, outcome.bits
    film.frame = outcome.frame
    film.modality, film.view, film.laterality = outcome.modality, outcome.view, outcome.laterality
    film.age_years = outcome.age_years
    film.gate = {"reasons": reasons, "offer": outcome.offer}
    film.state = FilmState.WITHHELD if film.state == FilmState.WITHHELD else _state(outcome, reasons)
    film.save()
    _keep_apart(film, outcome)


def _keep_apart(film: Film, outcome: FilmOutcome) -> None:
    """A file does not change: what it says of itself is written down once."""
    if outcome.dicom and not DicomObject.objects.filter(film=film).exists():
        DicomObject(site_id=film.site_id, film=film, **outcome.dicom).save(force_insert=True)


def _state(outcome: FilmOutcome, reasons: list[str]) -> FilmState:
    if outcome.problem:
        return FilmState.UNREADABLE
    return FilmState.REFUSED if reasons else FilmState.READY


def _with_age(film: Film, outcome: FilmOutcome) -> list[str]:
    """The case knows the age better than a file does. One that nobody knows is no reason. Nor is writing that a person
    has looked at."""
    age = film.case.age_years if film.case.age_years is not None else outcome.age_years
    youngest, oldest = chest.ages_of(_live_manifest(film))
    is_outside = age is not None and not youngest <= age < oldest + 1
    seen = [code for code in outcome.reasons if code != BURNED_IN or film.text_state != TextState.ALLOWED]
    return [*seen, *([AGE_OUTSIDE] if is_outside else [])]


def _live_manifest(film: Film) -> dict[str, Any] | None:
    stands = Deployment.objects.filter(site=film.site_id, engine__capability=chest.NAME, state="live")
    first = stands.order_by("rung").select_related("engine").first()
    return dict(first.engine.manifest) if first else None


def film_answered(*, run: Run, outcome: ChestAnswer, by: Actor) -> None:
    """What a reader has sealed her reading beside stays beside it: an answer that comes later is of its run only."""
    film = _film_of(run)
    if film.chest_run_id is None or not film.reads.exists():
        film.chest_run, film.map_run = run, _tested_before(outcome)
        film.rank = _RANKS.get(outcome.risk, Rank.UNKNOWN)
        film.save(update_fields=["chest_run", "map_run", "rank"])
    if outcome.recalled_from:
        with audit.act(by, "film.answer_recalled") as doing:
            doing.about(run, case=run.case, film=film.pk, recalled_from=outcome.recalled_from)


def _tested_before(outcome: ChestAnswer) -> Run | None:
    """The map of a recalled answer is the map that was put to its test then."""
    if not outcome.recalled_from:
        return None
    return recall.map_test_of(outcome.recalled_from)


def map_tested(*, run: Run, outcome: MapTestOutcome, by: Actor) -> None:
    Film.objects.filter(upload=_upload_of(run), chest_run=run.params["run"]).update(map_run=run)


def text_looked_for(*, run: Run, outcome: TextOutcome, by: Actor) -> None:
    """Behind the answer, which stands. A person looks before the film is shown outside of its case."""
    film = _film_of(run)
    if film.text_state == TextState.WAITING:
        film.text_state, film.text_boxes = outcome.state, [list(box) for box in outcome.boxes]
        film.save(update_fields=["text_state", "text_boxes"])


def _film_of(run: Run) -> Film:
    """A picture whose opening was asked for elsewhere, on the page of its case, becomes a film by it."""
    upload = _upload_of(run)
    known = Film.objects.filter(upload=upload).first()
    return films.lock(known or films.enter(upload)[0])


def _upload_of(run: Run) -> Upload:
    return run.inputs.select_related("upload__case__patient").get(position=0).upload
