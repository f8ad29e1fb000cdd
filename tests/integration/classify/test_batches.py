"""Many documents at once: out of an archive or a file of texts, as a worker does it, also one that dies on the way."""

import io
import json
import zipfile
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from classify import batches
from classify.actions import batches as acts
from classify.models import BatchItem, Document
from clinic import tasks
from clinic.actions import lost_work
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Case, Result, Run, RunState
from tests import make
from tests.make import Person, Staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_lane")]

LETTER = "Dear colleague, patient number {} has had palpitations for two weeks."
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(60)


def zipped(*files: tuple[str, bytes]) -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return told.getvalue()


def letter(number: int) -> bytes:
    return LETTER.format(number).encode()


def lines(*rows: object) -> bytes:
    return b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a)


def asked(by: Person, case: Case, data: bytes, name: str = "letters.zip") -> Run:
    upload = make.upload(by, case, data=data, name=name)
    with by.at_work():
        return acts.ask(by=by.actor, upload=upload)[0]


def worked(by: Person, run: Run) -> Result | None:
    assert tasks.work_one("io_batch", worker="tests")
    with by.at_work():
        return Result.objects.select_related("case").filter(run=run).first()


def told(by: Person, run: Run) -> list[tuple[str, str]]:
    with by.at_work():
        return [(item.name, item.problem) for item in batches.items(by.actor, run).order_by("number")]


def test_files_of_an_archive_become_documents_and_each_bad_one_is_named(clinician_a, case):
    good = (("a.txt", letter(1)), ("b/b.txt", letter(2)))
    bad = (("bad.txt", PROGRAM), ("empty.txt", b""), ("again.txt", letter(1)), ("data.json", b"{}"))
    run = asked(clinician_a, case, zipped(*good, *bad))

    result = worked(clinician_a, run)

    assert result is not None
    assert result.facets == {"added": 2, "known": 1, "failed": 3,
                             "refused": "empty_file 1, type_not_allowed 1, uploads_do_not_fit 1"}  # fmt: skip
    assert told(clinician_a, run) == [("a.txt", ""), ("b.txt", ""), ("bad.txt", "type_not_allowed"),
                                      ("empty.txt", "empty_file"), ("again.txt", ""),
                                      ("data.json", "uploads_do_not_fit")]  # fmt: skip
    with clinician_a.at_work():
        reading = Run.objects.filter(case=case, kind="clinic.text")
        assert {one.lane for one in reading} == {"cpu_batch"} and reading.count() == 2


def test_lines_of_a_file_of_texts_become_documents_by_their_name(clinician_a, case):
    rows = lines({"id": "n1", "text": LETTER.format(1)}, b"{no json\n", {"id": "n2"},
                 {"id": "n3", "text": LETTER.format(3)})  # fmt: skip
    run = asked(clinician_a, case, rows, "letters.jsonl")

    worked(clinician_a, run)

    assert told(clinician_a, run) == [("n1.txt", ""), ("line 2.txt", "not_json"), ("n2.txt", "no_text"), ("n3.txt", "")]


def test_what_is_no_archive_is_refused_by_a_code(clinician_a, case):
    run = asked(clinician_a, case, lines({"id": "n1", "text": LETTER}), "letters.jsonl")
    data = bytearray(zipped(("a.txt", letter(1))))
    middle = data.rfind(b"PK\x01\x02")
    data[middle : middle + 4] = b"PKxx"
    broken = asked(clinician_a, case, bytes(data))

    worked(clinician_a, run)
    worked(clinician_a, broken)

    with clinician_a.at_work():
        assert make.fresh_run(clinician_a, broken).detail_code == "broken"


@pytest.mark.parametrize(
    "count", [pytest.param(60, marks=pytest.mark.slow), pytest.param(10_000, marks=pytest.mark.long)]
)
def test_batch_with_a_hundredth_poison_when_its_worker_dies_twice_ends_with_all_others_and_each_poison_named(
    clinician_a, case, monkeypatch, count
):
    poison = set(range(50, count, 100))
    files = [(f"{number}.txt", PROGRAM if number in poison else letter(number)) for number in range(count)]
    run = asked(clinician_a, case, zipped(*files))
    _die_at(monkeypatch, count // 3, 2 * count // 3)

    for _ in range(2):
        _die_once()
    worked(clinician_a, run)

    with clinician_a.at_work():
        tally = batches.tally(run)
        assert (tally.added, tally.known, tally.problems) == (count - len(poison), 0, {"type_not_allowed": len(poison)})
        assert Document.objects.filter(case=case).count() == count - len(poison)
        numbers = BatchItem.objects.filter(run=run).values_list("number", flat=True)
        assert sorted(numbers) == list(range(count))
    assert {name for name, problem in told(clinician_a, run) if problem} == {f"{number}.txt" for number in poison}


class Died(BaseException):
    """As a worker that is killed: nothing of ours runs after it."""


def _die_at(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    left, take_out = list(numbers), acts.take_out

    def taken_out(**told: object) -> BatchItem:
        if left and told["number"] == left[0]:
            left.pop(0)
            raise Died
        return take_out(**told)  # type: ignore[arg-type]

    monkeypatch.setattr(acts, "take_out", taken_out)


def _die_once() -> None:
    with pytest.raises(Died):
        tasks.work_one("io_batch", worker="tests")
    lost_work.reclaim(worker="tests")


def test_stopping_a_batch_stops_what_waits_and_keeps_what_is_done(clinician_a, case):
    run = asked(clinician_a, case, zipped(("a.txt", letter(1)), ("b.txt", letter(2))))
    worked(clinician_a, run)

    with clinician_a.at_work():
        assert acts.stop(by=clinician_a.actor, run=run) == 2
        assert acts.stop(by=clinician_a.actor, run=run) == 0
        states = Counter(Run.objects.filter(case=case).values_list("kind", "state"))
    assert states == {("classify.batch", RunState.SUCCEEDED): 1, ("clinic.text", RunState.CANCELLED): 2}


def test_command_takes_in_folders_archives_and_files_of_texts_and_names_what_it_leaves(clinician_a, case, tmp_path):
    (tmp_path / "a.txt").write_bytes(letter(1))
    (tmp_path / "many.zip").write_bytes(zipped(("b.txt", letter(2)), ("bad.txt", PROGRAM)))
    (tmp_path / "many.jsonl").write_bytes(lines({"id": "c", "text": letter(3).decode()},
                                                      {"id": "again", "text": letter(1).decode()}))  # fmt: skip
    out, told_wrong = io.StringIO(), io.StringIO()

    with pytest.raises(CommandError, match="1 files"):
        call_command("classify_import", case.reference, str(tmp_path), "--site", clinician_a.site.name, stdout=out,
                     stderr=told_wrong)  # fmt: skip

    assert out.getvalue() == "3 documents taken in, 1 here before, 1 not taken\n"
    assert told_wrong.getvalue().endswith("many.zip/bad.txt: type_not_allowed\n")
    with clinician_a.at_work():
        assert Document.objects.filter(case=case).count() == 3


def test_only_who_may_add_may_ask_and_only_archives_and_files_of_texts_are_taken(clinician_a, staff_a: Staff, case):
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        acts.ask(by=clinician_a.actor, upload=make.upload(clinician_a, case, data=letter(1), name="a.txt"))
    assert refused.value.code == Code.UPLOADS_DO_NOT_FIT
    upload = make.upload(clinician_a, case, data=zipped(("a.txt", letter(1))), name="a.zip")
    auditor = staff_a[Role.AUDITOR]
    with auditor.at_work(), pytest.raises(Refusal) as refused:
        acts.ask(by=auditor.actor, upload=upload)
    assert refused.value.code == Code.NOT_ALLOWED


def test_table_of_a_batch_has_a_line_for_each_file_and_tells_nothing_that_a_person_is_to_judge(clinician_a, case):
    run = asked(clinician_a, case, zipped(("=cmd.txt", letter(1)), ("bad.txt", PROGRAM)))
    worked(clinician_a, run)

    with clinician_a.at_work():
        first, second = batches.lines(clinician_a.actor, run)
    assert (first["number"], first["name"], first["place"], first["confidence"]) == (1, "=cmd.txt", "under_way", None)
    assert (second["document"], second["problem"]) == (None, "type_not_allowed")
