from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from clinic.actions import runs
from clinic.engines import opening
from clinic.models import Run
from tests import make
from tests.make import Person

LETTER = b"""GENERATED LETTER. Not a real patient.

Dear team, thank you for seeing this 6 year old boy. There is no stridor. He has had fever for 4 days
and breathing fast. Immunisations are up to date.

Kind regards
P. Hale, practice nurse
"""


@pytest.fixture(autouse=True)
def own_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Engines that a test installs are kept in a folder of its own, and none stays open from one test to the next."""
    monkeypatch.setattr(settings, "ENGINES_FOLDER", tmp_path / "engines")
    opening.forget()
    yield
    opening.forget()


@pytest.fixture
def ask_about(work_lane: Callable[..., int]) -> Callable[..., Run]:
    """`ask_about(person, case, b"...")`: a letter is added, the engine asked, the run worked to its end."""

    def ask(by: Person, case, letter: bytes = LETTER, name: str = "letter.txt") -> Run:
        upload = make.upload(by, case, letter, name)
        with by.at_work():
            run, _is_new = runs.request(by=by.actor, kind="clinic.letters", case=case, uploads=[upload])
        work_lane()
        return make.fresh_run(by, run)

    return ask
