"""What the demo holds once it is loaded. Loading takes seconds: it is done once, and each test begins with it."""

import re
import shutil
import stat
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Value
from django.db.models.functions import Concat

from classify.models import Document
from clinic.authorization.roles import ROLES, Role
from clinic.authorization.scope import scope
from clinic.demo import load
from clinic.demo.story import MAIL, SITE
from clinic.models import (
    Case,
    CaseState,
    Membership,
    Notification,
    Patient,
    ReviewItem,
    Run,
    RunState,
    Site,
    Upload,
    User,
)
from tests import database
from tests.integration.chain import broken_at


def loaded(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo_made(committed: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Its home and what was said."""
    home = tmp_path_factory.mktemp("demo")

    def build() -> str:
        # The people of the other tests have addresses there too.
        User.objects.filter(email__endswith=MAIL).update(email=Concat(Value("other-"), "email"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(settings, "HOME", home)
            return loaded()

    return home, committed("demo", build, source="world")


@pytest.fixture(scope="module")
def in_demo(demo_made: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), database.entered("demo"):
        yield


@pytest.fixture(autouse=True)
def first(in_demo: None, demo_made: tuple[Path, str], db: None, with_files_of: Callable[[str], None],
          tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:  # fmt: skip
    """What was said when it was loaded."""
    home, words = demo_made
    with_files_of("demo")
    for path in (home / "demo.json", *home.glob("*.key")):  # a slow machine has forgotten the keys by then
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return words


def at_the_site():
    return scope(site=Site.objects.get(name=SITE).pk)


def test_demo_when_loaded_then_one_person_per_role_and_something_of_everything():
    with at_the_site():
        assert set(Membership.objects.values_list("role", flat=True)) == {role.value for role in Role}
        assert Patient.objects.count() == 6
        assert Case.objects.count() >= 40
        assert set(Case.objects.values_list("state", flat=True)) >= set(CaseState) - {CaseState.AMENDED}
        assert set(Upload.objects.values_list("kind", flat=True)) == {"document", "image", "audio"}
        assert Notification.objects.filter(kind="mentioned").exists()
        assert Run.objects.filter(state=RunState.QUEUED).count() >= 4
    assert broken_at() is None


def test_demo_when_its_letters_are_read_then_each_waits_for_a_person_with_a_reason(work_lane):
    work_lane("cpu")

    with at_the_site():
        letters = ReviewItem.objects.filter(capability="clinic.letters")
        waiting = list(letters.values_list("reasons", flat=True))
        assert len(waiting) == 4 and all(waiting)
        assert ["high_risk"] in waiting


def test_demo_when_its_documents_are_read_then_each_is_sorted_by_the_real_engine(work_lane):
    work_lane("cpu")
    work_lane("cpu")  # the engine is asked once the text is there

    with at_the_site():
        assert Document.objects.exclude(route_run=None).count() == 8


def test_demo_when_its_runs_are_worked_then_some_succeed_and_one_is_dead(work_lane):
    work_lane("cpu")

    with at_the_site():
        states = list(Run.objects.filter(lane="cpu").values_list("state", flat=True))
    assert states.count("failed") == 1
    assert set(states) == {"failed", "succeeded"}


def test_demo_when_loaded_then_the_printed_logins_fit_and_only_its_user_reads_them(first: str, tmp_path: Path):
    told = load.logins()
    people = User.objects.filter(email__in=[person["email"] for person in told["people"]])
    assert {person["role"] for person in told["people"]} == {r.value for r, card in ROLES.items() if card.signs_in}
    assert all(person.check_password(told["password"]) for person in people)
    assert told["password"] in first
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600


def test_demo_when_loaded_before_then_only_the_logins_are_told_and_nothing_is_added(first: str):
    again = loaded("--quiet-if-loaded")

    assert again == "".join(first.splitlines(keepends=True)[1:])
    assert Site.objects.filter(name=SITE).count() == 1
    assert "before" in loaded()


def test_demo_when_its_password_file_is_elsewhere_then_the_start_goes_on(tmp_path: Path):
    (tmp_path / "demo.json").unlink()

    assert "demo.json" in loaded("--quiet-if-loaded")


TOURED = {"consult", "documents", "extraction", "films", "coaching"}


def test_tours_when_walked_in_the_demo_then_every_step_opens_for_whom_it_is_shown(client, work_lane):
    """As the clinician of the demo: each link of the page is a page, and each capability has its tour."""
    for _ in range(3):
        work_lane("cpu")
    client.force_login(User.objects.get(email=f"clinician@{MAIL}"))
    page = client.get("/tour/").content.decode()

    assert set(re.findall(r'<section class="panel" id="(\w+)"', page)) == TOURED
    links = re.findall(r'<li>.*?href="([^"]+)"', page)
    assert len(links) >= 3 * len(TOURED) and "Nothing to show yet" not in page
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
