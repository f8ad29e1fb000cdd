"""The demo: real actions, invented people, a password of this installation's own."""

import stat
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Value
from django.db.models.functions import Concat

from clinic.actions import notes
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
from tests import make
from tests.integration.chain import broken_at


@pytest.fixture(autouse=True)
def own_home(db, own_store, tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    # The people of the other tests have addresses there too.
    User.objects.filter(email__endswith=MAIL).update(email=Concat(Value("other-"), "email"))
    return tmp_path


def loaded(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


def at_the_site():
    return scope(site=Site.objects.get(name=SITE).pk)


def test_demo_when_loaded_then_one_person_per_role_and_something_of_everything():
    loaded()

    with at_the_site():
        assert set(Membership.objects.values_list("role", flat=True)) == {role.value for role in Role}
        assert Patient.objects.count() == 6
        assert Case.objects.count() >= 10
        assert set(Case.objects.values_list("state", flat=True)) >= set(CaseState) - {CaseState.AMENDED}
        assert set(Upload.objects.values_list("kind", flat=True)) == {"document", "image", "audio"}
        assert Notification.objects.filter(kind="mentioned").exists()
        assert Run.objects.filter(state=RunState.QUEUED).count() >= 4
    make.settle()
    assert broken_at() is None


def test_demo_when_its_letters_are_read_then_each_waits_for_a_person_with_a_reason(work_lane):
    loaded()

    work_lane("cpu")

    with at_the_site():
        waiting = list(ReviewItem.objects.values_list("reasons", flat=True))
        assert len(waiting) == 4 and all(waiting)
        assert ["high_risk"] in waiting


def test_demo_when_its_runs_are_worked_then_some_succeed_and_one_is_dead(work_lane):
    loaded()

    work_lane("cpu")

    with at_the_site():
        states = list(Run.objects.filter(lane="cpu").values_list("state", flat=True))
    assert states.count("failed") == 1
    assert set(states) == {"failed", "succeeded"}


def test_demo_when_loaded_then_the_printed_logins_fit_and_only_its_user_reads_them(own_home: Path):
    words = loaded()

    told = load.logins()
    people = User.objects.filter(email__in=[person["email"] for person in told["people"]])
    assert {person["role"] for person in told["people"]} == {r.value for r, card in ROLES.items() if card.signs_in}
    assert all(person.check_password(told["password"]) for person in people)
    assert told["password"] in words
    assert stat.S_IMODE((own_home / "demo.json").stat().st_mode) == 0o600


def test_demo_when_loaded_before_then_only_the_logins_are_told_and_nothing_is_added():
    first = loaded()
    again = loaded("--quiet-if-loaded")

    assert again == "".join(first.splitlines(keepends=True)[1:])
    assert Site.objects.filter(name=SITE).count() == 1
    assert "before" in loaded()


def test_demo_when_its_password_file_is_elsewhere_then_the_start_goes_on(own_home: Path):
    loaded()
    (own_home / "demo.json").unlink()

    assert "demo.json" in loaded("--quiet-if-loaded")


def test_demo_when_in_production_then_refused_and_nothing_loaded(monkeypatch):
    monkeypatch.setattr(settings, "IS_PRODUCTION", True)

    with pytest.raises(CommandError, match="never loaded in production"):
        loaded()

    assert not Site.objects.filter(name=SITE).exists()


def test_demo_when_loading_breaks_off_then_there_is_none_of_it(monkeypatch):
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise OSError

    monkeypatch.setattr(notes, "write", breaks)

    with pytest.raises(OSError):
        loaded()

    assert not load.is_loaded()
    assert not User.objects.filter(email__endswith=MAIL).exclude(email__startswith="other-").exists()


def test_demo_when_two_installations_load_it_then_two_passwords(own_home: Path):
    assert load._password() != load._password()
