"""Secrets that nobody has to choose: made once, fit for the settings, never written over."""

import re

import pytest

from clinic.environment import Environment
from clinic.storage import key_entries
from tests.unit.deploy import parts
from tools import new_secrets


def test_secrets_when_made_then_settings_take_them_and_they_are_what_compose_reads(tmp_path):
    made = new_secrets.write(tmp_path)

    declared = {name for name, told in parts.compose()["secrets"].items()}
    assert set(made) == declared | {"rabbitmq.conf"}
    key_entries.parse((tmp_path / "master_keys").read_text())
    env = Environment({"DATABASE_URL_FILE": str(tmp_path / "database_url")})
    assert env.database("DATABASE_URL")["user"] == "rounds_app" and env.problems == []


def test_secrets_when_one_password_stands_in_two_files_then_it_is_the_same(tmp_path):
    new_secrets.write(tmp_path)

    [secret] = re.findall(r"rounds:(\S+)@queue", (tmp_path / "broker_url").read_text())
    assert f"default_pass = {secret}\n" in (tmp_path / "rabbitmq.conf").read_text()
    assert (tmp_path / "postgres_password").read_text() in (tmp_path / "superuser_url").read_text()


def test_secrets_when_they_are_there_then_nothing_is_written_over(tmp_path):
    new_secrets.write(tmp_path)
    before = (tmp_path / "master_keys").read_text()

    assert new_secrets.write(tmp_path) == []
    assert (tmp_path / "master_keys").read_text() == before


def test_secrets_when_half_of_a_password_is_missing_then_nothing_is_made(tmp_path):
    new_secrets.write(tmp_path)
    (tmp_path / "broker_url").unlink()
    (tmp_path / "secret_key").unlink()

    with pytest.raises(SystemExit, match=r"broker_url is missing beside rabbitmq\.conf"):
        new_secrets.write(tmp_path)
    assert not (tmp_path / "secret_key").exists()
