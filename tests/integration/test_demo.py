"""The demo: real actions, invented people, a password of this installation's own."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Value
from django.db.models.functions import Concat

from clinic.actions import notes
from clinic.authorization.scope import scope
from clinic.demo import load
from clinic.demo.story import MAIL, SITE
from clinic.models import (
    Site,
    User,
)


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
