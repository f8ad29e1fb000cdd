"""Twenty filters of the application taken away, one after the other: PostgreSQL still shows no row of another site.

Each of these is what a forgotten `visible_to` would be. The rows of both sites are there; the scope is site B's.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import models

from clinic.authorization.roles import Role
from clinic.models import (
    Case,
    Consent,
    DataKey,
    Entry,
    Hold,
    Incident,
    Membership,
    Note,
    Notification,
    Patient,
    Proposal,
    Report,
    Result,
    ReviewItem,
    Run,
    Stop,
    TrainingItem,
    Upload,
    UploadSession,
    VocabularyWord,
)
from tests.integration.scenario import fill
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
# The application's filter, and the query that is left when somebody forgets it.
FILTERS: tuple[type[models.Model], ...] = (
    Case, Consent, DataKey, Entry, Hold, Incident, Membership, Note, Notification, Patient, Proposal, Report, Result,
    ReviewItem, Run, Stop, TrainingItem, Upload, UploadSession, VocabularyWord,
)  # fmt: skip


@pytest.fixture
def both(staff_a: Staff, staff_b: Staff) -> Iterator[tuple[Person, Person]]:
    for staff in (staff_a, staff_b):
        fill(staff[Role.CLINICIAN], staff[Role.RADIOLOGIST])
    yield staff_a[Role.CLINICIAN], staff_b[Role.CLINICIAN]


@pytest.mark.hazard("H09")
def test_filters_when_each_is_taken_away_then_no_row_of_another_site_is_left(
    both: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch, capsys: Any
):
    theirs, mine = both
    leaks: dict[str, int] = {}
    for model in FILTERS:
        with theirs.at_work():
            assert model._base_manager.filter(site=theirs.site.pk).exists(), f"{model.__name__}: nothing could leak"
        with monkeypatch.context() as patch, mine.at_work():
            queryset: Any = type(model._default_manager.all())
            if hasattr(queryset, "visible_to"):
                patch.setattr(queryset, "visible_to", lambda self, _viewer: self.all())
                rows: Any = model._default_manager.visible_to(mine.actor)  # type: ignore[attr-defined]
            else:
                rows = model._base_manager.all()
            leaks[model.__name__] = rows.exclude(site=mine.site.pk).count()
            assert rows.filter(site=mine.site.pk).count() == rows.count()

    with capsys.disabled():
        print(f"\nfilters removed: {len(FILTERS)} rows of another site: {sum(leaks.values())}")
    assert len(FILTERS) >= 20
    assert sum(leaks.values()) == 0, leaks


PAGES = (
    "/cases/?show=all",
    "/review/",
    "/jobs/",
    "/notifications/?show=all",
    "/documents/",
    "/films/",
    "/people/roles/",
)


@pytest.mark.parametrize("path", PAGES)
def test_page_when_the_filter_of_all_its_rows_is_gone_then_nothing_of_another_site(
    both: tuple[Person, Person], as_person: Callable[[Person], Any], monkeypatch: pytest.MonkeyPatch, path: str
):
    theirs, mine = both
    from clinic.models.base import SiteQuerySet

    monkeypatch.setattr(SiteQuerySet, "visible_to", lambda self, _viewer: self.all())

    answer = as_person(mine).get(path)

    assert answer.status_code == 200
    assert theirs.user.email.encode() not in answer.content
    assert b"Northgate" not in answer.content
