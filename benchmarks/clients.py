"""Clients that ask one page again and again over kept connections, and the figures of what they saw."""

import http.client
import statistics
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    per_second: float
    median_ms: float
    p95_ms: float
    errors: int
    n: int


def ask(port: int, path: str, *, clients: int, seconds: float, cookie: str = "") -> Figures:
    times: list[float] = []
    errors: list[int] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_client, args=(port, path, cookie, until, times, errors)) for _ in range(clients)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return figures(times, time.monotonic() - began, len(errors))


def figures(times_ms: list[float], wall_s: float, errors: int = 0) -> Figures:
    ordered = sorted(times_ms) or [0.0]
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return Figures(len(times_ms) / wall_s, statistics.median(ordered), p95, errors, len(times_ms))


def _client(port: int, path: str, cookie: str, until: float, times: list[float], errors: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": f"session={cookie}"} if cookie else {}
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                errors.append(answer.status)
                continue
        except (http.client.HTTPException, OSError):
            errors.append(0)
            connection.close()
            continue
        times.append(1000 * (time.perf_counter() - began))
    connection.close()
