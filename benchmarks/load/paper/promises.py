"""What is promised of an installation of this size, held against what was measured. Less than what a promise speaks of
shows a figure and no verdict."""

from collections.abc import Callable, Iterable, Mapping

from benchmarks.load.paper.markdown import NOT_MEASURED, Row, Told, figure, table
from clinic.doubt.intervals import clopper_pearson

P95_MS, FILM_RATIO, WORKER_RATIO, FLAT = 1000, 2.0, 1.7, 0.10


def promises(every: Mapping[str, Told]) -> str:
    rows = [row for name, verdict in VERDICTS.items() for row in _verdicts(every.get(name), verdict)]
    return "## What is promised\n" + table(("promise", "measured", "kept"), rows)


def _verdicts(told: Told | None, verdict: Callable[[Told | None], Iterable[Row]]) -> Iterable[Row]:
    for promise, shown, is_met in verdict(told):
        yield promise, shown, "" if is_met is None else "yes" if is_met else "**no**"


def _of_people(told: Told | None) -> Iterable[Row]:
    promise = "100 people, 8 s between requests: 95 of 100 pages within 1 s, no error, for 10 minutes"
    lost = "no run lost while 4 workers are killed"
    if told is None:
        return [(promise, NOT_MEASURED, None), (lost, NOT_MEASURED, None)]
    load, runs, kills = told["load"], told["runs"], told["kills"]
    is_whole = told["people"] >= 100 and told["seconds"] >= 600
    who = f"{told['people']} people, {told['seconds']:.0f} s: "
    is_met = load["p95_ms"]["value"] <= P95_MS and not load["errors"] if is_whole else None
    was_killed = kills["done"] >= 4 and is_whole and runs["acknowledged"] > 0
    return [
        (promise, f"{who}{figure(load['p95_ms'], 0)} ms, {load['errors']} errors", is_met),
        (lost, f"{len(runs['lost'])} of {runs['acknowledged']} ({_at_most_lost(runs)}), {kills['done']} killed",
         not runs["lost"] if was_killed else None),
    ]  # fmt: skip


def _at_most_lost(runs: Told) -> str:
    if not runs["acknowledged"]:
        return "nothing was sent"
    return f"at most {100 * clopper_pearson(len(runs['lost']), runs['acknowledged']).high:.2f} % by chance"


def _of_films(told: Told | None) -> Iterable[Row]:
    promise = "95 of 100 films read at once within 2 x of idle, while 500 are read in the batch lane"
    if told is None:
        return [(promise, NOT_MEASURED, None)]
    is_whole = told["films"] >= 500 and told["batch_left"]
    is_met = told["ratio"]["value"] <= FILM_RATIO and not told["errors"] if is_whole else None
    return [(promise, f"{figure(told['ratio'])} x, {told['films']} films", is_met)]


def _of_workers(told: Told | None) -> Iterable[Row]:
    promise = "two worker processes do 1.7 x as much as one"
    if told is None:
        return [(promise, NOT_MEASURED, None)]
    return [(promise, f"{figure(told['ratio'])} x", told["ratio"]["value"] >= WORKER_RATIO)]


def _of_cases(told: Told | None) -> Iterable[Row]:
    cost = "a case costs the same (within 10 %) with 1,000 to 100,000 cases in the database"
    asked = "pages ask the database as often"
    if told is None:
        return [(cost, NOT_MEASURED, None), (asked, NOT_MEASURED, None)]
    first, *others = told["sizes"]
    ratios = [one["cpu_s_a_case"]["value"] / first["cpu_s_a_case"]["value"] for one in others]
    is_whole = first["cases"] <= 1000 and told["sizes"][-1]["cases"] >= 100_000
    is_flat = all(abs(ratio - 1) <= FLAT for ratio in ratios)
    same = [name for name in first["queries"] if len({one["queries"].get(name) for one in told["sizes"]}) == 1]
    shown = ", ".join(f"{ratio:.2f} x with {one['cases']:,}" for ratio, one in zip(ratios, others, strict=True))
    return [
        (cost, shown or "one size only", is_flat if is_whole else None),
        (
            asked,
            f"{len(same)} of {len(first['queries'])} pages",
            len(same) == len(first["queries"]) if is_whole else None,
        ),
    ]


VERDICTS: dict[str, Callable[[Told | None], Iterable[Row]]] = {
    "people": _of_people, "films": _of_films, "workers": _of_workers, "cases": _of_cases,
}  # fmt: skip
