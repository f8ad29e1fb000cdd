"""Case list, case page and review queue beside a bare Django view, in turns, at 1, 8 and 32 clients."""

from uuid import UUID

from benchmarks import clients
from benchmarks.installation import Installation

CLIENTS = (1, 8, 32)
SECONDS = 6.0


def measure(at: Installation, cookie: str, long_case: UUID) -> None:
    pages = {"bare view": (at.bare_port, "/", ""), "case list": (at.port, "/cases/?show=all", cookie),
             "case page": (at.port, f"/cases/{long_case}/", cookie),
             "review queue": (at.port, "/review/", cookie)}  # fmt: skip
    print(
        f"\n{'page':<14}{'clients':>8}{'pages/s':>10}{'median ms':>11}{'p95 ms':>9}{'of bare':>9}{'errors':>8}{'n':>8}"
    )
    for count in CLIENTS:
        bare = 0.0
        for name, (port, path, session) in pages.items():
            clients.ask(port, path, clients=1, seconds=0.5, cookie=session)  # warm
            seen = clients.ask(port, path, clients=count, seconds=SECONDS, cookie=session)
            bare = bare or seen.per_second
            print(f"{name:<14}{count:>8}{seen.per_second:>10.1f}{seen.median_ms:>11.1f}{seen.p95_ms:>9.1f}"
                  f"{seen.per_second / bare:>9.3f}{seen.errors:>8}{seen.n:>8}")  # fmt: skip
