"""Prepares a real PostgreSQL as the embedded one is prepared at every start: roles, rights, extension, queue."""

from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from psycopg.conninfo import conninfo_to_dict

from clinic.embedded import preparation
from clinic.embedded.unavailable import Unavailable
from clinic.environment import Environment

HOW = (
    "Needs ROUNDS_SUPERUSER_URL, DATABASE_URL (user rounds_app), DATABASE_OWNER_URL (user rounds_owner) and "
    "ROUNDS_QUEUE_PASSWORD, each also as NAME_FILE. Passwords never go on the command line, where others can see them."
)


class Command(BaseCommand):
    help = f"Make roles, rights, extension and queue in the PostgreSQL that DATABASE_URL names. {HOW}"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        env = Environment()
        app = _login(env, "DATABASE_URL", preparation.APP)
        owner = _login(env, "DATABASE_OWNER_URL", preparation.OWNER)
        if owner["dbname"] != app["dbname"]:
            raise CommandError("DATABASE_URL and DATABASE_OWNER_URL name different databases.")
        passwords = {
            preparation.APP: app["password"],
            preparation.OWNER: owner["password"],
            preparation.QUEUE: _needed(env, "ROUNDS_QUEUE_PASSWORD"),
        }
        try:
            preparation.prepare(_needed(env, "ROUNDS_SUPERUSER_URL"), app["dbname"], passwords)
        except Unavailable as why:
            raise CommandError(str(why)) from None
        except psycopg.Error as why:
            raise CommandError(f"The server refused: {why}") from None
        self.stdout.write(f"{app['dbname']} is ready: now run manage.py migrate --database=owner.")


def _needed(env: Environment, name: str) -> str:
    if not (value := env.text(name)):
        raise CommandError(f"{name} is not set. {HOW}")
    return value


def _login(env: Environment, name: str, role: str) -> dict[str, str]:
    """The policies and rights name the roles, so the logins have to be theirs."""
    try:
        parts = conninfo_to_dict(_needed(env, name))
    except psycopg.ProgrammingError:
        raise CommandError(f"{name} is no PostgreSQL URL.") from None
    if parts.get("user") != role or not parts.get("password") or not parts.get("dbname"):
        raise CommandError(f"{name} must name the user {role}, a password and a database.")
    return {key: str(value) for key, value in parts.items()}
