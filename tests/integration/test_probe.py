"""A worker is asked for through its sign of life: by the name of its lane, on this host only."""

from datetime import timedelta
from socket import gethostname

import pytest
from django.conf import settings
from django.utils import timezone

from clinic.embedded import probe
from clinic.environment import Environment
from clinic.models import WorkerBeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _database_of_the_tests(monkeypatch) -> None:
    place = settings.DATABASES["default"]
    given = {"host": place["HOST"], "port": place["PORT"], "user": place["USER"], "password": place["PASSWORD"],
             "dbname": place["NAME"]}  # fmt: skip
    monkeypatch.setattr(Environment, "database", lambda _self, _name: given)


def beat(name: str, host: str = "", age_s: float = 0) -> None:
    now = timezone.now()
    host = host or gethostname()
    WorkerBeat.objects.create(name=f"{name}@{host}", lanes=[name], host=host, pid=1, started_at=now,
                              at=now - timedelta(seconds=age_s))  # fmt: skip


def test_worker_when_it_beats_here_then_zero_by_its_lane_and_by_nobodys_name():
    beat("cpu")

    assert probe.main(["beating", "cpu"]) == probe.main(["beating"]) == 0
    assert probe.main(["beating", "io"]) == 1


def test_worker_when_silent_or_elsewhere_then_one():
    beat("cpu", age_s=60)
    beat("cpu", host="another")

    assert probe.main(["beating", "cpu"]) == 1
