"""The simulation in words: the small end beside its measurement, the large one with what was assumed for it."""

from collections.abc import Iterable

from benchmarks.load.paper.markdown import Row, Told, figure, table
from benchmarks.load.paper.promises import P95_MS

OTHER_NEEDS = ("web", "database", "chain")


def simulation(told: Told) -> str:
    small = [(name, figure(one["predicted"], 1), f"{one['measured']:.1f}", f"{one['ratio']:.2f}")
             for name, one in told["small"].items()]  # fmt: skip
    return "\n".join([
        f"Calibrated by what people measured {told['from']['at']} (`{told['from']['command']}`). Times are drawn"
        " between the quantiles that were measured while nobody else was there; how they slow each other down is"
        f" played, event by event, {len(told['seeds'])} times with other seeds. The small end, beside what was"
        " measured there:\n",
        table(("the small end", "simulated", "measured", "ratio"), small),
        *_larger(told["big"]), ASSUMED,
    ])  # fmt: skip


def _larger(big: Told) -> Iterable[str]:
    yield (
        f"Then {big['people']:,} people and {big['documents_a_day']:,} documents a day, at the busiest hour "
        f"({big['peak_documents_per_s']:.0f} documents a second). All of it together keeps at work:\n"
    )
    yield table(("at work at once", "how much"), _needs(big["need"]))
    yield f"**What becomes the limit.** {_limit(big)} {_alone(big['limits'])}\n"
    yield _played(big)
    lanes = ((lane, count, _wait(big, lane, "p50"), _wait(big, lane, "p95")) for lane, count in _workers(big))
    yield table(("lane", "workers", "half wait s", "95 of 100 wait s"), lanes)
    if day := big["day"]:
        yield (
            f"A whole day with its {day['workers']} batch workers: half wait {day['p50_s']:.1f} s or less, 95 of 100 "
            f"{day['p95_s']:.1f} s, the longest {day['longest_s']:.0f} s (n={day['n']:,}).\n"
        )


def _needs(need: Told) -> Iterable[Row]:
    yield "cores of web servers", f"{need['web']:.1f}"
    yield "cores of the database", f"{need['database']:.1f}"
    for lane, busy in need.items():
        if lane not in OTHER_NEEDS:
            yield f"workers of {lane}", f"{busy:.1f}"
    yield "share of the audit’s one chain", f"{100 * need['chain']:.0f} %"


def _alone(limits: Told) -> str:
    return (
        f"People alone fill the chain at {limits['people_of_the_chain']:,}, documents alone at "
        f"{limits['documents_of_the_chain']:,} a day. A thousand people want {limits['web_cores_for_1000_people']:.1f} "
        f"cores of web servers and {limits['database_cores_for_1000_people']:.1f} of the database; a million documents "
        f"a day want {limits['web_cores_for_a_million_documents']:.1f} and "
        f"{limits['database_cores_for_a_million_documents']:.1f}."
    )


def _played(big: Told) -> str:
    size, count, asked = big["size"], big["installations"], big["request_ms"]
    busy = ", ".join(f"{name} {100 * share:.0f} %" for name, share in big["busy"].items())
    who = "One installation was played" if count == 1 else f"One of {count} installations was played"
    return (
        f"{who}, with {big['played_people']:,} people and {big['played_documents_a_day']:,} documents a day: "
        f"{size['web_machines']} machines of {size['cores_a_machine']} cores with "
        f"{size['web_processes']} web processes, "
        f"{size['worker_machines']} for workers, a database of {size['database_cores']} cores. Requests: "
        f"median {asked['p50']:.0f} ms, 95 of 100 within {asked['p95']:.0f} ms (n={asked['n']:,}). "
        f"Busy: {busy}.{_too_long(asked)}\n"
    )


def _too_long(asked: Told) -> str:
    """The sizes grow until pages are there within a second; some never are."""
    return "" if asked["p95"] <= P95_MS else " **Over a second, and no larger house of those tried came below it.**"


def _workers(big: Told) -> Iterable[Row]:
    return big["size"]["workers"].items()  # type: ignore[no-any-return]


def _limit(big: Told) -> str:
    if big["installations"] > 1:
        return (f"The one chain of the audit: every event takes its place behind the one before, which no second "
                f"machine makes faster. It would be wanted {big['need']['chain']:.1f} times over, so sites are divided "
                f"among {big['installations']} installations.")  # fmt: skip
    return ("The database: it is the one part that no second machine makes faster. Web servers and workers are added "
            "until it is full.")  # fmt: skip


def _wait(big: Told, lane: str, which: str) -> str:
    told = big["waits_s"].get(lane)
    return f"{told[which]:.2f}" if told else ""


ASSUMED = """**Extrapolated, and not measured:** everything beyond the small end. Assumed: the mix of this page at any
number of people; a document is sent twice, to be sorted and for its facts, and is short, as those here; the shape of
the day (the busiest hour has a tenth of it); cores like the measured ones; a database and a chain that lose nothing
with size, on one machine with as many cores as wanted; no network between the parts; no worker dies. An event of the
audit holds the chain as long as one of four writers took here.
"""
