"""What is asked for by itself after a run, in its finishing transaction."""

from collections.abc import Iterable

from clinic.models import Run
from clinic.pipeline import FollowUp
from radiology import kinds
from radiology.models import Film, FilmState, TextState
from radiology.outcomes import ChestAnswer, FilmOutcome
from radiology.policy import policy_of


def after_opening(run: Run, outcome: FilmOutcome) -> Iterable[FollowUp]:
    """The engine is asked by itself about whatever the gatekeeper lets through. Writing is looked for beside it, also
    on films that are no engine's."""
    film = Film.objects.get(upload__in=run.uploads.all())
    if film.state == FilmState.READY:
        yield _for_the_engine(run)
    if film.is_open and film.text_state == TextState.WAITING:
        yield FollowUp(kinds.TEXT)


def _for_the_engine(run: Run) -> FollowUp:
    has_maps = policy_of(run.site_id).has_maps and not run.params.get("disable_cam", False)
    return FollowUp(kinds.CHEST, run.params | {"disable_cam": not has_maps})


def after_reading(run: Run, outcome: ChestAnswer) -> Iterable[FollowUp]:
    """Behind the answer: until it has passed its test a map is not shown."""
    if outcome.map is not None and not Film.objects.filter(chest_run=run).exclude(map_run=None).exists():
        yield FollowUp(kinds.MAP_TEST, {"run": str(run.pk)})
