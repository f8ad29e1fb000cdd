"""Two sites with people and cases, made through the actions, and a witness that is kept. Needs Django set up."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connection, connections

from clinic.actions import checkpoints
from clinic.authorization.roles import Role
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import Case
from tests import make
from tests.make import Person


class House:
    def __init__(self, server: Embedded) -> None:
        self.server = server
        self.here, self.there = make.staff("Northgate"), make.staff("Southmoor")
        self.case: Case = make.case(self.clinician, of=make.patient(self.clinician, name="Ana Alder"))
        self.other_case: Case = make.case(self.there[Role.CLINICIAN])

    @property
    def clinician(self) -> Person:
        return self.here[Role.CLINICIAN]

    def live_on(self, notes: int) -> None:
        """At both sites in turn."""
        for number in range(notes):
            person, case = [(self.clinician, self.case), (self.there[Role.CLINICIAN], self.other_case)][number % 2]
            make.note(person, case, body=f"Note {number}")

    def witness(self) -> int:
        """Signs for what there is now, at once, and tells how far that is."""
        after, checkpoints.AFTER = checkpoints.AFTER, checkpoints.AFTER * 0
        try:
            checkpoints.keep(name="tamper", may_sign=True)
        finally:
            checkpoints.AFTER = after
        return self.witnessed_to()

    def witnessed_to(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(max(seq), 0) FROM audit_checkpoint")
            return int(cursor.fetchone()[0])

    @contextmanager
    def as_superuser(self) -> Iterator[None]:
        """Django itself, so that what is tampered with in a transaction is seen by the verifiers in it."""
        ours = dict(settings.DATABASES["default"])
        login = self.server.connection(SUPERUSER)
        connections["default"].close()
        connections["default"].settings_dict |= {"USER": login["user"], "PASSWORD": login["password"]}
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"].settings_dict |= {"USER": ours["USER"], "PASSWORD": ours["PASSWORD"]}

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.server.dsn(SUPERUSER), autocommit=True)
