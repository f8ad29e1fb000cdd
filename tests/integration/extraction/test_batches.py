"""Many documents at once for their facts, and that not one of all that were sent disappears."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from clinic import retention, tasks
from clinic.actions import retention as acts
from clinic.authorization.roles import Role
from clinic.models import Case, Result, Run, RunState, Upload, UploadKind
from extraction import balance, shelf
from extraction.actions import batches, checking
from extraction.balance import Balance
from extraction.models import FactSheet
from tests import make
from tests.contract.asking import as_program
from tests.integration.classify.test_batches import PROGRAM, lines, zipped
from tests.integration.extraction.aged import listed
from tests.integration.extraction.finding import LETTER, keys, sheet
from tests.integration.extraction.test_nothing_lost import kill
from tests.make import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_lane")]


def letter(number: int) -> bytes:
    return f"{LETTER}Seen in room {number}.\n".encode()


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a)


def asked(by: Person, case: Case, data: bytes, name: str = "letters.zip") -> Run:
    upload = make.upload(by, case, data=data, name=name)
    with by.at_work():
        return batches.ask(by=by.actor, upload=upload)[0]


def worked(by: Person, run: Run) -> Any:
    assert tasks.work_one("io_batch", worker="tests")
    with by.at_work():
        return Result.objects.select_related("case").get(run=run)


def test_every_file_is_added_known_or_left_out_with_its_reason(clinician_a, case):
    run = asked(clinician_a, case, zipped(("a.txt", letter(1)), ("b.txt", letter(2)), ("c.txt", letter(1)),
                                          ("bad.txt", PROGRAM), ("empty.txt", b"")))  # fmt: skip

    result = worked(clinician_a, run)

    assert result.facets == {"sent": 5, "added": 2, "known": 1, "failed": 2}
    with clinician_a.at_work():
        named = {(one["name"], one["problem"]) for one in result.outcome["left_out"]}
        assert named == {("bad.txt", "type_not_allowed"), ("empty.txt", "empty_file")}
        lanes = FactSheet.objects.filter(came_with=run).values_list("asked_run__lane", flat=True)
        assert set(lanes) == {"cpu_batch"}


def test_archive_ages_with_the_last_of_its_documents_and_a_hold_keeps_it(clinician_a, staff_a, case):
    run = asked(clinician_a, case, zipped(("a.txt", letter(1)), ("b.txt", letter(2))))
    worked(clinician_a, run)
    admin = staff_a[Role.ADMIN]
    archive = archives(clinician_a)

    assert aged(admin) == [] and archive.kind == UploadKind.ARCHIVE
    first, second = came_with(clinician_a, run)
    settle(clinician_a, first, days=200)
    assert aged(admin) == []  # one of its documents waits still
    settle(clinician_a, second, days=40)
    with clinician_a.at_work():
        policy = next(one for one in retention.policies() if one.name == "extraction-batches")
        assert [one.pk for one in retention.getting_cold(clinician_a.site.pk, policy)] == [archive.pk]
    assert aged(admin) == []  # 40 days: put away, and not over
    settle(clinician_a, second, days=91)
    assert [(one.upload.pk, one.kept) for one in aged(admin)] == [(archive.pk, retention.CASE_OPEN)]
    with admin.at_work():
        acts.hold(by=admin.actor, case=case, reason="A claim was announced")
    assert [one.kept for one in aged(admin)] == [retention.HELD]


def archives(by: Person) -> Upload:
    with by.at_work():
        return Upload.objects.get(kind=UploadKind.ARCHIVE)


def came_with(by: Person, run: Run) -> list[FactSheet]:
    with by.at_work():
        return list(FactSheet.objects.filter(came_with=run).order_by("added_at"))


def settle(by: Person, made: FactSheet, *, days: int) -> None:
    """Its last fact was settled so many days ago, and the archive had been taken out before."""
    with by.at_work():
        then = timezone.now() - timedelta(days=days)
        FactSheet.objects.filter(pk=made.pk).update(run=F("asked_run"), finished_run=F("asked_run"), finished_at=then)
        Run.objects.filter(pk=str(made.came_with_id)).update(finished_at=timezone.now() - timedelta(days=300))


def aged(admin: Person) -> list[retention.Due]:
    return [one for one in listed(admin) if one.policy.name == "extraction-batches"]


def test_lines_of_a_file_of_texts_become_documents(clinician_a, case):
    rows = lines({"id": "n1", "text": LETTER}, {"id": "n2"}, {"id": "n3", "text": letter(3).decode()})

    result = worked(clinician_a, asked(clinician_a, case, rows, "letters.jsonl"))

    assert result.facets == {"sent": 3, "added": 2, "known": 0, "failed": 1}


def test_taken_out_again_after_a_death_nothing_is_twice(clinician_a, case):
    run = asked(clinician_a, case, zipped(("a.txt", letter(1)), ("b.txt", letter(2))))
    with clinician_a.at_work():
        assert batches.take_out(by=clinician_a.actor, run=run, case=case, name="a.txt", data=letter(1)) == ""

    assert worked(clinician_a, run).facets == {"sent": 2, "added": 2, "known": 0, "failed": 0}


def test_page_and_program_ask_for_the_same(clinician_a, case, as_person):
    first, second = (make.upload(clinician_a, case, data=zipped((name, letter(4))), name=f"{name}.zip")
                     for name in ("one.txt", "two.txt"))  # fmt: skip
    sent = as_person(clinician_a).post(f"/extraction/add/{case.pk}/", {"upload": str(first.pk)})
    program = as_program(clinician_a)

    told = program.post("extractions/batches", {"upload": str(second.pk)}).json()

    with clinician_a.at_work():
        runs = Run.objects.filter(kind="extraction.batch").order_by("requested_at")
        assert [str(one.pk) for one in runs] == [sent.url.split("/")[2], told["run"]["id"]]
    for _ in range(2):
        assert tasks.work_one("io_batch", worker="tests")
    now = program.get(f"extractions/batches/{told['run']['id']}").json()
    assert (now["sent"], now["added"], now["known"], now["places"]) == (1, 0, 1, {})
    assert as_person(clinician_a).get(sent.url).status_code == 200


@pytest.mark.hazard("H07")
def test_documents_are_done_with_a_person_dead_or_under_way_and_none_is_lost(clinician_a, work_lane):
    checked = sheet(clinician_a, make.case(clinician_a))
    work_lane("cpu")
    with clinician_a.at_work():
        checked = FactSheet.objects.select_related("case", "upload__case").get(pk=checked.pk)
        assert checked.run_id, Run.objects.filter(state=RunState.FAILED).count()
    for key in keys(clinician_a, checked):
        with clinician_a.at_work():
            checking.accept(by=clinician_a.actor, sheet=checked, key=key)
    with clinician_a.at_work():
        checking.finish(by=clinician_a.actor, sheet=checked)
    sheet(clinician_a, make.case(clinician_a))
    kill(clinician_a, "clinic.text")
    work_lane("cpu")
    sheet(clinician_a, make.case(clinician_a))

    with clinician_a.at_work():
        found = balance.balance(clinician_a.site)

    assert found == Balance(submitted=3, done=1, review=1, dead=0, under_way=1) and found.lost == 0


def test_document_that_nobody_works_on_and_nobody_sees_is_an_alarm(clinician_a, caplog):
    made = sheet(clinician_a, make.case(clinician_a))
    with clinician_a.at_work():
        Run.objects.all().update(state=RunState.SUCCEEDED, finished_at=made.added_at, started_at=made.added_at)
    balance.nothing_is_lost.forget()

    assert not balance.nothing_is_lost()
    assert "documents_lost" in caplog.text
    assert shelf.UNREAD
