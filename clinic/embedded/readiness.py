"""Is it ready? Asked over HTTP, as a load balancer would ask."""

import http.client
import time
from collections.abc import Callable

from clinic.embedded.plan import Plan
from clinic.embedded.unavailable import Unavailable
from clinic.environment import Environment

PATIENCE_SECONDS = 300.0  # a busy machine of two cores took 150


def wait_ready(plan: Plan, still_all_right: Callable[[], None]) -> None:
    until, answer = time.monotonic() + PATIENCE_SECONDS, "no answer"
    while time.monotonic() < until:
        still_all_right()
        status, answer = ask(plan)
        if status == http.client.OK:
            return
        time.sleep(0.1)
    raise Unavailable(f"not ready after {PATIENCE_SECONDS:.0f} s; /health/ready says: {answer[:500]}")


def ask(plan: Plan) -> tuple[int, str]:
    connection = http.client.HTTPConnection(plan.near_host, plan.port, timeout=5)
    try:
        connection.request(
            "GET", "/health/ready", headers={"Host": _known_host(plan.near_host), "X-Forwarded-Proto": "https"}
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as why:
        return 0, str(why)
    finally:
        connection.close()


def _known_host(host: str) -> str:
    """In production only the names people use are answered."""
    first = (Environment().listing("ROUNDS_HOSTS") or ["*"])[0].lstrip(".")
    return host if first == "*" else first
