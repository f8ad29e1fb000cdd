"""Films for tests, opened and answered as workers do it, without any engine."""

import io
import itertools
import zipfile
from dataclasses import replace
from typing import Any

from PIL import Image

from clinic import pipeline
from clinic.actions import work
from clinic.evidence import ImageRegion
from clinic.models import Case, Result, Run
from clinic.pipeline import Outcome
from radiology import kinds
from radiology.actions import films
from radiology.inference.findings import BACTERIAL_PNEUMONIA, FINDINGS
from radiology.models import Film
from radiology.outcomes import ChestAnswer, FilmMap, FilmOutcome, MapTestOutcome, TextOutcome
from tests import make
from tests.make import Person

OPENED = FilmOutcome(rows=64, columns=64, bits=8, view="AP", age_years=3)
APART = {"study": "1.2.3", "series": "1.2.3.4", "instance": "1.2.3.4.5", "header": {}}
_numbers = itertools.count(1)


def picture(by: Person, case: Case) -> Any:
    return make.upload(by, case, data=png(next(_numbers)), name="film.png")


def png(number: int) -> bytes:
    told = io.BytesIO()
    shades = Image.linear_gradient("L").resize((64, 64))
    shades.putpixel((number % 64, number // 64 % 64), 255)
    shades.save(told, "PNG")
    return told.getvalue()


def archive(*names: str) -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w") as packed:
        for name in names or ("film.png",):
            packed.writestr(name, png(next(_numbers)))
    return told.getvalue()


def film(by: Person, case: Case, outcome: FilmOutcome = OPENED) -> Film:
    """Taken in and opened. An accepted one has its engine asked already."""
    upload = picture(by, case)
    with by.at_work():
        taken, _is_new = films.take_in(by=by.actor, upload=upload)
    finish(by, kinds.OPEN, outcome)
    return fresh(by, taken)


def finish(by: Person, kind: str, outcome: Outcome, *, digest: str = "") -> Run:
    """The oldest waiting run of the kind comes to its end; `digest`: of the engine that is said to have answered."""
    held = work.claim(lane="vision", worker="tests")
    assert held is not None
    with by.at_work():
        run = Run.objects.get(pk=held.run_id)
        assert run.kind == kind
        chosen: Any = Answered(digest) if digest else None
        assert work.succeed(held, sort=pipeline.kind_named(kind), outcome=outcome, replay={}, chosen=chosen)
        return run


class Answered:
    """Stands for an engine that was chosen: who answered, without any engine."""

    def __init__(self, digest: str) -> None:
        self.engine, self.receipt, self.digest = self, self, digest

    def __str__(self) -> str:
        return f"Chest pair 1 ({self.digest[:12]})"

    def as_json(self) -> dict[str, Any]:
        return {}


def say(label: str = BACTERIAL_PNEUMONIA, sure: float = 0.9, *, risk: str = "high", has_map: bool = False,
        film: Film | None = None) -> ChestAnswer:  # fmt: skip
    rest = (1 - sure) / 2
    chances = {name: sure if name == label else rest for name in FINDINGS}
    shown = FilmMap(2, 2, (0.0, 0.2, 1.0, 0.3)) if has_map else None
    return ChestAnswer(label=label, scores=chances, probabilities=chances, prediction_set=(label,), calibrated_on=500,
                       members={"convnext_tiny": chances}, risk=risk, map=shown,
                       evidence=(_place_on(film),) if film else ())  # fmt: skip


def _place_on(film: Film) -> ImageRegion:
    return ImageRegion(upload=str(film.upload_id), sha256=film.upload.sha256, weight=0.7, left=0.1, top=0.5, width=0.3,
                       height=0.3)  # fmt: skip


def answered(by: Person, film: Film, answer: ChestAnswer | None = None, *, digest: str = "") -> Result:
    run = finish(by, kinds.CHEST, answer or say(), digest=digest)
    with by.at_work():
        return Result.objects.select_related("case", "run").get(run=run)


def map_tested(by: Person, *, is_passed: bool = True) -> Run:
    held = work.claim(lane="vision", worker="tests")
    assert held is not None
    with by.at_work():
        run = Run.objects.get(pk=held.run_id)
        outcome = MapTestOutcome(run=run.params["run"], is_passed=is_passed, beaten=20 if is_passed else 11, masks=20,
                                 correlation=0.1)  # fmt: skip
        assert work.succeed(held, sort=pipeline.kind_named(kinds.MAP_TEST), outcome=outcome, replay={})
    return run


def fresh(by: Person, film: Film) -> Film:
    with by.at_work():
        return Film.objects.select_related("case__patient", "upload__case").get(pk=film.pk)


def look_for_text(by: Person, film: Film, state: str = "clear", *boxes: tuple[float, float, float, float]) -> Film:
    """What the reader of writing is said to have found on it."""
    while (held := work.claim(lane="cpu", worker="tests")) is not None:
        with by.at_work():
            run = Run.objects.get(pk=held.run_id)
            if run.kind != kinds.TEXT:
                continue  # of the same lane, and of nothing on the film
            outcome = (
                TextOutcome(state, boxes) if run.inputs.get().upload_id == film.upload_id else TextOutcome("clear")
            )
            assert work.succeed(held, sort=pipeline.kind_named(kinds.TEXT), outcome=outcome, replay={})
    return fresh(by, film)


def refused(*reasons: str, **offer: Any) -> FilmOutcome:
    return replace(OPENED, reasons=reasons, offer=offer)
