"""Each part that was measured, in tables."""

from collections.abc import Iterable

from benchmarks.load.paper.markdown import Row, Told, figure, table

LANE = ("lane", "runs", "95 of 100 wait s", "median, asked to done, s", "95 of 100, s")

# --- people -----------------------------------------------------------------------------------------------------------


def people(told: Told) -> str:
    rows = [(name, one["n"], f"{one['median_ms']:.0f}", figure(one["p95_ms"], 0), one["errors"])
            for name, one in told["names"].items()]  # fmt: skip
    return "\n".join([
        table(("what", "figure"), [*_of_pages(told), *_of_runs(told), *_of_cpu(told)]),
        _named("Lost", told["runs"]["lost"]) + _named("Errors", told["load"]["problems"]),
        table(("request", "n", "median ms", "95 of 100 within ms", "errors"), rows),
        "A killed worker is back within seconds, and proves its engines first: what is asked for from 5 s before to"
        " 30 s after a kill is left out of the second table.\n",
        table(LANE, _lanes(told["runs"]["lanes"])), table(LANE, _lanes(told["runs"]["undisturbed"])),
        _alone(told["alone"]),
    ])  # fmt: skip


def _lanes(lanes: Told) -> Iterable[Row]:
    for lane, one in lanes.items():
        yield lane, one["n"], figure(one["wait_p95_s"]), figure(one["end_p50_s"]), figure(one["end_p95_s"])


def _of_pages(told: Told) -> Iterable[Row]:
    load = told["load"]
    yield "people, seconds, mean time to think", f"{told['people']}, {told['seconds']:.0f}, {told['think_s']:g} s"
    yield "requests", f"{load['requests']} ({load['per_second']:.1f} a second), {load['errors']} errors"
    yield "median", f"{load['median_ms']:.0f} ms"
    yield "95 of 100 within", f"{figure(load['p95_ms'], 0)} ms"
    yield "99 of 100 within", f"{figure(load['p99_ms'], 0)} ms"


def _of_runs(told: Told) -> Iterable[Row]:
    runs, kills = told["runs"], told["kills"]
    who = ", ".join(kills["who"]) or "none"
    yield "workers killed", f"{kills['done']} ({who}), {kills['at_work']} of them at work"
    yield "sendings that promised work, runs lost of them", f"{runs['acknowledged']}, {len(runs['lost'])}"
    yield "runs asked for, done, taken up again", f"{runs['asked']}, {runs['done']}, {runs['taken_up_again']}"


def _of_cpu(told: Told) -> Iterable[Row]:
    house_s, wall_s, sent = sum(told["cpu_s"].values()), told["wall_s"], told["runs"]["sent"]
    yield "CPU seconds", f"{house_s:.0f} of the house, {told['people_cpu_s']:.0f} of the people, in {wall_s:.0f} s"
    yield "CPU seconds a thing sent, reading included", f"{house_s / sent:.2f}" if sent else "nothing was sent"
    yield "events of the audit", f"{told['audit_events']} ({told['audit_events'] / wall_s:.1f} a second)"


def _named(title: str, found: Iterable[str]) -> str:
    return "".join(f"* {title}: {one}\n" for one in found)


def _alone(told: Told) -> str:
    reading, runs = told["reading"], told["sending"]["runs"]
    count = sum(one["n"] for one in reading["requests"].values())
    mean_ms = 1000 * reading["requests_s"] / max(1, count)
    web, database = (1000 * reading["cpu_s"][part] / max(1, count) for part in ("web", "database"))
    rows = ((kind, one["lane"], one["n"], f"{one['ms'][len(one['ms']) // 2]:.0f}", f"{one['ms'][-1]:.0f}")
            for kind, one in runs.items())  # fmt: skip
    return (
        f"Nobody else there, a page takes {mean_ms:.0f} ms in the mean (n={count:,}); the web server computes {web:.1f}"
        f" ms of it, the database {database:.1f} ms. The one chain of the audit takes {told['chain_per_s']:.0f} events "
        "a second at most.\n\n" + table(("run, nobody else there", "lane", "n", "median ms", "longest ms"), rows)
    )


# --- workers, films, cases --------------------------------------------------------------------------------------------


def workers(told: Told) -> str:
    cpu = ", ".join(f"{part} {ms:.0f} ms" for part, ms in told["cpu_ms_a_run"].items())
    queued = f"{told['documents']} documents, {told['runs']} runs; {told['rounds']} rounds, in turns"
    rows = [
        ("queued for each side", queued),
        ("one worker", f"{figure(told['one_per_s'], 1)} runs a second"),
        ("two workers", f"{figure(told['two_per_s'], 1)} runs a second"),
        ("two against one", f"{figure(told['ratio'])} x"),
        ("CPU of a run", cpu),
        ("between two runs of a worker", f"{told['gap_ms']:.0f} ms"),
    ]
    return table(("what", "figure"), rows)


def films(told: Told) -> str:
    rate = told["batch_answered"] / told["batch_seconds"] if told["batch_seconds"] else 0.0
    rows = [
        ("alone", figure(told["idle_p50_ms"], 0), figure(told["idle_p95_ms"], 0)),
        ("beside the batch", figure(told["beside_p50_ms"], 0), figure(told["beside_p95_ms"], 0)),
    ]
    return table(("a film read at once", "median ms", "95 of 100 within ms"), rows) + (
        f"\n{told['films']} films were sent as one archive. While films were read at once the engine answered about "
        f"{told['batch_answered']} of them ({rate:.2f} a second, their maps made and tested); {told['batch_left']} runs"
        f" that were left then were taken back. Errors: {', '.join(told['errors']) or 'none'}.\n"
    )


def cases(told: Told) -> str:
    names = sorted({name for one in told["sizes"] for name in one["queries"]})
    rows = [(f"{one['cases']:,}", figure(one["cpu_s_a_case"], 3), figure(one["wall_s_a_case"]), one["errors"])
            for one in told["sizes"]]  # fmt: skip
    asked = [(name, *(one["queries"].get(name, "") for one in told["sizes"])) for name in names]
    return "\n".join([
        "A case here is opened, gets a letter and a note that are worked on, and the list, its page and the review "
        f"queue are looked at. {told['blocks']} times {told['block']} of them at each size; what the house takes for "
        f"itself meanwhile is left out. {100 * told['open']:.0f} of 100 cases in the database are open.\n",
        table(("cases in the database", "CPU seconds a case", "seconds a case", "errors"), rows),
        table(("questions to the database", *(f"with {one['cases']:,}" for one in told["sizes"])), asked),
    ])  # fmt: skip
