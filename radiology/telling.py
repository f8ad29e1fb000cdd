"""What is told of a film, and to whom: pages and the API ask here what an asker may see of answer, map and readings."""

from dataclasses import dataclass
from typing import Any

from clinic import answer_telling
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Result
from radiology.blindness import is_concealed, shows_others
from radiology.models import Film, FilmRead

PASSED, FAILED, WAITING = "passed", "failed", "waiting"
MAP_VERDICTS = (PASSED, FAILED, WAITING)


@dataclass(frozen=True)
class MapTold:
    """Where the engine looked. The numbers only of a map that passed its test: one that failed explains nothing."""

    verdict: str
    beaten: int | None = None
    masks: int | None = None
    rows: int | None = None
    columns: int | None = None
    values: list[float] | None = None


@dataclass(frozen=True)
class AnswerTold(answer_telling.AnswerTold):
    map: MapTold | None


def answer_for(by: Actor, film: Film) -> AnswerTold | None:
    """Nothing while it is hidden from this asker, or to those who see no answers at all."""
    if film.chest_run_id is None or not by.can(Permission.RUN_VIEW) or is_concealed(film, by):
        return None
    result = Result.objects.select_related("case", "run").filter(run=film.chest_run_id).first()
    return told(result, map_test(film)) if result else None


def told(result: Result, test: Result | None) -> AnswerTold:
    outcome = answer_telling.opened(result)
    return AnswerTold(result, outcome, _map(outcome, test) if result.facets.get("has_map") else None)


def map_test(film: Film) -> Result | None:
    return Result.objects.filter(run=film.map_run_id).first() if film.map_run_id else None


def _map(outcome: dict[str, Any], test: Result | None) -> MapTold:
    if test is None:
        return MapTold(WAITING)
    facts = {"beaten": test.facets["beaten"], "masks": test.facets["masks"]}
    if not test.facets["is_passed"]:
        return MapTold(FAILED, **facts)
    grid = outcome.get("map") or {}
    return MapTold(PASSED, **facts, rows=grid.get("rows"), columns=grid.get("columns"), values=grid.get("values"))


def reads_for(by: Actor, film: Film) -> list[FilmRead]:
    """One's own, and a colleague's once nothing is to be judged without it."""
    rows = film.reads.select_related("reader", "verdict").order_by("position")
    if not shows_others(film, by):
        rows = rows.filter(reader=by.user_id)
    found = list(rows)
    for read in found:
        read.film = film  # whose patient's key opens it
        if hasattr(read, "verdict"):
            read.verdict.read = read
    return found
