"""Films in every state, made by the stagehand through the real gatekeeper and engine."""

import time
from typing import Any

from clinic.models import Case, Result
from radiology.actions import films, reads
from radiology.inference.generated import Kind, draw
from radiology.models import Film, FilmState
from tests import make
from tests.make import Person

WITHIN_S = 150


def film(by: Person, kind: str = Kind.OPACITY_RIGHT, *, seed: int = 1, question: str = "Chest, fever and cough",
         age_years: int = 3, case: Case | None = None) -> Film:  # fmt: skip
    """Taken in, opened and, where the gatekeeper lets it through, answered."""
    found = case or make.case(by, question=question)
    with by.at_work():
        Case.objects.filter(pk=found.pk).update(age_years=age_years)
    upload = make.upload(by, found, draw(Kind(kind), seed).png, f"generated-{seed}.png")
    with by.at_work():
        taken, _is_new = films.take_in(by=by.actor, upload=upload)
    return settled(by, taken)


def settled(by: Person, taken: Film) -> Film:
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with by.at_work():
            now = Film.objects.select_related("case__patient").get(pk=taken.pk)
        is_answered = now.state == FilmState.READY and now.chest_run_id is not None
        if is_answered or now.state in (FilmState.REFUSED, FilmState.UNREADABLE):
            return now
        time.sleep(0.1)
    raise AssertionError(f"the film stayed {now.state} for {WITHIN_S} s")


def said_of(by: Person, found: Film) -> str:
    with by.at_work():
        result = Result.objects.filter(run=found.chest_run_id).first()
        return str(result.facets.get("label")) if result else ""


def scene(clinician: Person, reader: Person) -> dict[str, str]:
    """One that waits, one in hand beside a prior, one sealed, one refused."""
    waiting, taken, sealed = (film(clinician, seed=seed) for seed in (11, 12, 13))
    refused = film(clinician, Kind.INVERTED, seed=14)
    prior = film(clinician, Kind.NORMAL, seed=15, case=make.case(clinician, of=taken.case.patient, question="Before"))
    with reader.at_work():
        Film.objects.filter(pk=prior.pk).update(added_at=taken.added_at - taken.added_at.resolution)
        reads.take(by=reader.actor, film=sealed)
        reads.seal(by=reader.actor, film=sealed, impression="bacterial", certainty="fairly",
                   findings="Opacity right lower zone.")  # fmt: skip
        reads.take(by=reader.actor, film=taken)
    return {"film": str(waiting.pk), "film_taken": str(taken.pk), "film_sealed": str(sealed.pk),
            "film_refused": str(refused.pk), "film_case": str(waiting.case_id)}  # fmt: skip


def told(by: Person, found: Film) -> dict[str, Any]:
    return {"pk": str(found.pk), "url": f"/films/{found.pk}/", "case": str(found.case_id), "said": said_of(by, found)}
