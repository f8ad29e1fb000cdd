"""A site whose people have decided enough: vital signs are always right there, problems are not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clinic.models import Case
from extraction import accepting, standing
from extraction.accepting import Split, learned
from extraction.actions import standing as acts
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction import finding
from tests.make import Person
from tests.unit.extraction.test_accepting import decided_on

DIGEST = "d" * 64


@contextmanager
def experienced(is_watched: bool = False) -> Iterator[Split]:
    """What the site has learned, and whether the next documents are among those that are kept with people."""
    split = learned(decided_on({"vitals": 1.0, "medications": 1.0, "allergies": 1.0, "problems": 0.9}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accepting, "split_of", lambda _site, _digest: split)
        patch.setattr(standing, "is_watched", lambda _run: is_watched)
        yield split


def switch(engineer: Person, kind: str = "vitals", *, is_on: bool = True) -> None:
    with engineer.at_work():
        acts.switch(by=engineer.actor, kind=kind, is_on=is_on, reason="Nobody has corrected one for months.")


def found(by: Person, text: str = finding.LETTER, *, case: Case | None = None, **told: Any) -> FactSheet:
    made: FactSheet = finding.found(by, case or make.case(by), text, finding.say(text, **told), digest=DIGEST)
    return made
