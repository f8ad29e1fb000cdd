"""The page on capacity says what was measured, with its n and interval, and of what was not that it was not; runs that
were promised and are not there are found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load import at_work, figures, paper
from benchmarks.load.alone import gap_s
from benchmarks.load.ledger import NO_RUN, Acknowledged, RunSeen, lost
from benchmarks.load.paper.markdown import NOT_MEASURED
from benchmarks.load.processes import Process, part_of, worker_name
from clinic.doubt.intervals import Figure

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ABOUT = {"at": "2026-01-01 12:00 UTC", "commit": "abc1234", "command": "make load ONLY=workers", "cores": 2,
         "machine": "x86_64, Python 3.12", "others_cores": 0.02}  # fmt: skip
WORKERS = ABOUT | {
    "documents": 120, "rounds": 5, "runs": 240, "one_per_s": Figure(10.0, 9.5, 10.5, 5),
    "two_per_s": Figure(18.0, 17.0, 19.0, 5), "ratio": Figure(1.8, 1.75, 1.85, 5),
    "cpu_ms_a_run": {"workers": 60.0, "database": 20.0}, "gap_ms": 4.0,
}  # fmt: skip
SIZE = {"cpu_s_a_case": Figure(0.5, 0.48, 0.52, 4), "wall_s_a_case": Figure(0.6, 0.58, 0.62, 4), "errors": 0,
        "queries": {"case list": 20}}  # fmt: skip


def written(tmp_path: Path, **parts: figures.Told) -> str:
    """By way of the file, as it is kept."""
    for name, told in parts.items():
        figures.keep(name, told, tmp_path / "kept.json")
    return paper.paper(figures.kept(tmp_path / "kept.json"))


def cases(*sizes: figures.Told) -> figures.Told:
    return ABOUT | {"blocks": 4, "block": 15, "open": 0.1, "sizes": list(sizes)}


def test_paper_when_read_back_then_nothing_was_written_by_hand():
    """Out of step? `python -c "from benchmarks.load import paper; paper.write()"`"""
    assert paper.PAPER.read_text() == paper.paper(figures.kept())


def test_paper_when_nothing_was_measured_then_each_part_says_so(tmp_path: Path):
    told = written(tmp_path)

    for title, _tell in paper.PARTS.values():
        assert f"## {title}\n{NOT_MEASURED}" in told
    assert "yes" not in told


def test_paper_when_a_part_was_measured_then_with_day_command_interval_and_verdict(tmp_path: Path):
    told = written(tmp_path, workers=WORKERS)

    assert "Measured 2026-01-01 12:00 UTC at abc1234 by `make load ONLY=workers`: 2 cores" in told
    assert "| two against one | 1.80 (1.75 to 1.85, n=5) x |" in told
    assert "| two worker processes do 1.7 x as much as one | 1.80 (1.75 to 1.85, n=5) x | yes |" in told
    assert told.count(NOT_MEASURED) == 9  # five promises and four parts


def test_paper_when_a_promise_is_not_kept_then_it_says_no(tmp_path: Path):
    assert "| **no** |" in written(tmp_path, workers=WORKERS | {"ratio": Figure(1.4, 1.3, 1.5, 5)})


def test_paper_when_others_used_the_machine_then_it_trusts_no_figure(tmp_path: Path):
    assert "no figures to rely on" in written(tmp_path, workers=WORKERS | {"others_cores": 1.2})


def test_paper_when_a_part_is_measured_anew_then_the_others_stay(tmp_path: Path):
    written(tmp_path, workers=WORKERS, cases=cases(SIZE | {"cases": 1000}))

    told = written(tmp_path, cases=cases(SIZE | {"cases": 2000}))

    assert "1.80 (1.75 to 1.85, n=5) x" in told
    assert "with 2,000" in told and "with 1,000 |" not in told


@pytest.mark.parametrize(("factor", "queries", "verdicts"), [(1.05, 20, 2), (1.2, 20, 1), (1.0, 21, 1)])
def test_paper_when_a_large_database_costs_more_or_asks_more_then_that_promise_fails(
    tmp_path: Path, factor: float, queries: int, verdicts: int
):
    large = SIZE | {
        "cases": 100_000,
        "cpu_s_a_case": Figure(0.5 * factor, 0.4, 0.7, 4),
        "queries": {"case list": queries},
    }

    told = written(tmp_path, cases=cases(SIZE | {"cases": 1000}, large))

    assert told.count("| yes |") == verdicts


def test_paper_when_less_was_tried_than_is_promised_then_no_verdict(tmp_path: Path):
    told = written(tmp_path, cases=cases(SIZE | {"cases": 1000}, SIZE | {"cases": 2000}))

    assert "| yes |" not in told and "**no**" not in told


# --- lost runs --------------------------------------------------------------------------------------------------------

RUN = RunSeen(id="r1", kind="clinic.text", lane="cpu", state="succeeded", error="", request_id="q1", about="",
              follows="", worker="alder@here", attempts=1, has_result=True, requested_at=NOW,
              started_at=NOW + timedelta(seconds=1), finished_at=NOW + timedelta(seconds=2))  # fmt: skip
NEXT = replace(
    RUN, id="r2", kind="classify.document", request_id="", follows="r1", requested_at=NOW + timedelta(seconds=2)
)
ASKED = Acknowledged("send a document", "q1")


def test_runs_when_all_that_was_promised_is_done_then_none_is_lost():
    assert lost([ASKED], [RUN, NEXT]) == []


def test_runs_when_a_request_was_acknowledged_and_left_none_then_it_is_named():
    [found] = lost([ASKED, Acknowledged("send a note", "q2")], [RUN, NEXT])

    assert (found.name, found.run, found.why) == ("send a note", "q2", NO_RUN)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"state": "queued", "has_result": False}, "classify.document queued"),
        ({"state": "failed", "error": "worker_lost", "has_result": False}, "classify.document failed worker_lost"),
        ({"has_result": False}, "classify.document without an answer"),
    ],
)
def test_runs_when_a_later_step_did_not_end_well_then_it_is_named_with_its_reason(changes: dict[str, Any], why: str):
    [found] = lost([ASKED], [RUN, replace(NEXT, **changes)])

    assert (found.run, found.why) == ("r2", why)


def test_runs_when_nobody_asked_for_them_then_they_do_not_count():
    assert lost([], [replace(RUN, state="failed", has_result=False)]) == []


def test_runs_when_asked_for_in_the_name_of_the_house_then_found_by_what_they_are_about():
    typed, run = Acknowledged("send an answer", "q3", "attempt-1"), replace(RUN, request_id="", about="attempt-1")

    assert lost([typed], [run]) == []
    assert [each.why for each in lost([typed], [replace(run, about="attempt-2")])] == [NO_RUN]


def test_gap_when_the_next_run_waited_already_then_it_counts_and_a_pause_for_want_of_work_does_not():
    waited = replace(RUN, id="r2", started_at=NOW + timedelta(seconds=2.5), finished_at=NOW + timedelta(seconds=3))
    came_later = replace(RUN, id="r3", requested_at=NOW + timedelta(seconds=9), started_at=NOW + timedelta(seconds=10),
                         finished_at=NOW + timedelta(seconds=11))  # fmt: skip

    assert gap_s([RUN, waited, came_later]) == pytest.approx(0.5)


# --- figures and processes --------------------------------------------------------------------------------------------


def test_quantile_when_told_then_the_order_alone_gives_its_interval():
    figure = figures.quantile_of([float(n) for n in range(1000)], 0.95)

    assert (figure.value, figure.n) == (950.0, 1000)
    assert 930 < figure.low < 950 < figure.high < 970


def test_mean_when_of_one_then_nothing_but_itself_is_said():
    assert figures.mean_of([2.0]) == Figure(2.0, 2.0, 2.0, 1)
    assert figures.mean_of([1.0, 2.0, 3.0]).low == pytest.approx(-0.484, abs=0.001)


def test_process_when_it_descends_from_a_part_then_what_it_computed_is_that_parts():
    every = {
        1: Process(1, 0, 0.0, ("python", "-m", "clinic.embedded.supervise")),
        2: Process(2, 1, 0.0, ("python", "-m", "gunicorn", "clinic.wsgi")),
        3: Process(3, 2, 0.0, ("gunicorn: worker",)),
        4: Process(4, 1, 0.0, ("/x/bin/postgres", "-D", "data")),
        5: Process(5, 4, 0.0, ("postgres: rounds_app",)),
        6: Process(6, 1, 0.0, ("python", "-m", "celery", "worker", "-n", "batch@%h")),
        7: Process(7, 1, 0.0, ("python", "manage.py", "scheduler")),
    }

    found = {pid: part_of(one, every, 1) for pid, one in every.items()}

    assert found == {1: "beside", 2: "web", 3: "web", 4: "database", 5: "database", 6: "workers", 7: "beside"}
    assert worker_name(every[6].words) == "batch"


def test_run_when_asked_for_around_a_kill_then_it_is_told_apart():
    soon, late = (replace(RUN, id=str(s), requested_at=NOW + timedelta(seconds=s)) for s in (20, 60))

    found = at_work._undisturbed([RUN, soon, late], [NOW])

    assert found["undisturbed"]["cpu"]["n"] == 1
