"""What every test may use: a real PostgreSQL asked as the application's role, and two of everything: a leak shows."""

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.conf import settings
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from clinic import tasks, uploads, watch
from clinic.authorization.roles import Role
from clinic.embedded.postgres import Embedded
from clinic.models import Case, Patient, Site
from clinic.storage.local import LocalObjectStore
from tests import database, make
from tests.make import Person, Staff, World

if TYPE_CHECKING:
    from tests.contract.world import World as ExamplesWorld
    from tests.faulty_s3 import FaultyS3

hypothesis_settings.register_profile(
    "rounds", deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("rounds")

_server = Embedded(settings.HOME, is_throwaway=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    """In the first process only: its xdist workers are guests of the server it holds."""
    if not hasattr(session.config, "workerinput"):
        until_the_end = ExitStack()
        until_the_end.enter_context(_server.running())
        session.config.add_cleanup(until_the_end.close)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Twelve thousand tests and all modules are there to stay: the collector need not walk over them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


# --- database ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    world, mine = database.name_of("world"), database.name_of("test")
    LocalObjectStore.prepare(settings.FILES_FOLDER)
    with django_db_blocker.unblock():
        database.clone(_server, database.template(_server), world)
        database.use(world)
        World.a, World.b = make.staff("Northgate"), make.staff("Southmoor")
        database.clone(_server, world, mine)
        database.use(mine)
    with pytest.MonkeyPatch.context() as patch:
        # What was committed cannot be taken back (no right to TRUNCATE, and the audit refuses): a fresh clone instead.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: database.clone(_server, world, mine))
        yield
    with django_db_blocker.unblock():
        database.drop(_server, world, mine)
    shutil.rmtree(settings.FILES_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """`committed("examples", make, source="world")`: what many tests begin with, made once in a process, in a database
    of its own. Tests enter it (`database.entered`) and take back only what they did themselves."""
    made: list[str] = []

    def build(name: str, make_it: Callable[[], Any], source: str) -> Any:
        made.append(name)
        with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
            database.clone(_server, database.name_of(source), database.name_of(name))
            store = _use_store(database.files_of(name), patch)
            _copy_files(source, store)
            with database.entered(name):
                found = make_it()
        uploads.store.cache_clear()
        return found

    yield build
    with django_db_blocker.unblock():
        database.drop(_server, *map(database.name_of, made))
    for name in made:
        shutil.rmtree(database.files_of(name), ignore_errors=True)


def _use_store(folder: Path, patch: pytest.MonkeyPatch) -> LocalObjectStore:
    patch.setattr(settings, "FILES_FOLDER", LocalObjectStore.prepare(folder).folder)
    uploads.store.cache_clear()
    return cast(LocalObjectStore, uploads.store())


def _copy_files(made: str, store: LocalObjectStore) -> None:
    if database.files_of(made).exists():
        shutil.copytree(database.files_of(made), store.folder, dirs_exist_ok=True)


@pytest.fixture
def with_files_of(own_store: LocalObjectStore) -> Callable[[str], None]:
    """A test that stands in a made database has its files to itself, too."""
    return lambda made: _copy_files(made, own_store)


@pytest.fixture(scope="session")
def examples_made(committed: Callable[..., Any]) -> "ExamplesWorld":
    """Site A as the examples of the API have it."""
    from tests.contract import world
    from tests.integration.reviewing import urgency_capability
    from tests.integration.second_opinion import second_opinions

    def build() -> "ExamplesWorld":
        staff = World.a
        with second_opinions(), urgency_capability(), pytest.MonkeyPatch.context() as patch:
            return world.build(staff[Role.CLINICIAN], staff[Role.RADIOLOGIST], staff[Role.AUDITOR],
                               staff[Role.ENGINEER], staff[Role.LEAD], staff[Role.ADMIN],
                               lane_worker(patch))  # fmt: skip

    made: ExamplesWorld = committed("examples", build, source="world")
    return made


@pytest.fixture
def staff_a(db: None) -> Staff:
    return World.a


@pytest.fixture
def staff_b(db: None) -> Staff:
    return World.b


@pytest.fixture
def site_a(staff_a: Staff) -> Site:
    return staff_a.site


@pytest.fixture
def site_b(staff_b: Staff) -> Site:
    return staff_b.site


@pytest.fixture
def clinician_a(staff_a: Staff) -> Person:
    return staff_a[Role.CLINICIAN]


@pytest.fixture
def clinician_b(staff_b: Staff) -> Person:
    return staff_b[Role.CLINICIAN]


@pytest.fixture
def admin_a(staff_a: Staff) -> Person:
    return staff_a[Role.ADMIN]


@pytest.fixture
def admin_b(staff_b: Staff) -> Person:
    return staff_b[Role.ADMIN]


@pytest.fixture
def patient_a(clinician_a: Person) -> Patient:
    return make.patient(clinician_a, name="Ana Alder")


@pytest.fixture
def patient_b(clinician_b: Person) -> Patient:
    return make.patient(clinician_b, name="Ben Birch")


@pytest.fixture
def case_a(clinician_a: Person, patient_a: Patient) -> Case:
    return make.case(clinician_a, of=patient_a, question="Question of site A")


@pytest.fixture
def case_b(clinician_b: Person, patient_b: Patient) -> Case:
    return make.case(clinician_b, of=patient_b, question="Question of site B")


@pytest.fixture
def in_site_a(clinician_a: Person) -> Iterator[Person]:
    """The test itself stands in the row scope of site A, as its clinician. For actions; a request enters its own."""
    with clinician_a.at_work():
        yield clinician_a


# --- what stands around the database ----------------------------------------------------------------------------------


@pytest.fixture
def as_person(db: None) -> Callable[[Person], Client]:
    """`as_person(clinician_a)`: a browser in which that person is signed in and has chosen that site."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.user)
        session = client.session
        session["site"] = str(person.site.pk)
        session.save()
        return client

    return signed_in


@pytest.fixture(scope="session")
def s3_server() -> Iterator["FaultyS3"]:
    from tests import faulty_s3  # takes a second to import, and few tests want it

    with faulty_s3.running() as server:
        yield server


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalObjectStore]:
    """A file store of this test alone, for those that count or break objects."""
    yield _use_store(tmp_path / "files", monkeypatch)
    uploads.store.cache_clear()


@pytest.fixture
def work_lane(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`work_lane("cpu")`: brings what waits there to its end, here and now, and tells how many runs that was.

    Without the watch beside it: its thread has another connection, sees no uncommitted run and would end this process.
    And on the test's own connection, which a worker would close where its transaction seems forgotten.
    """
    return lane_worker(monkeypatch)


def lane_worker(patch: pytest.MonkeyPatch) -> Callable[..., int]:
    patch.setattr(watch, "over", lambda held, limit_s: nullcontext())
    patch.setattr(tasks, "close_old_connections", lambda: None)

    def work(lane: str = "cpu", at_most: int = 1000, worker: str = "test") -> int:
        count = 0
        while count < at_most and tasks.work_one(lane, worker=worker):
            count += 1
        return count

    return work
