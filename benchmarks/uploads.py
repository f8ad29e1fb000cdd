"""Fifty megabytes in one piece and in several: speed, and what it costs the web process; five megabytes: how soon they
are acknowledged."""

import hashlib
import http.client
import json
import os
import re
import statistics
import time
from pathlib import Path
from uuid import UUID

from benchmarks.installation import Installation

MEGABYTES = 49
CHUNK = 2 * 1024 * 1024
WARM_UPS = 12
USUAL_BYTES, TIMES, ACKNOWLEDGED_MS = 5_000_000, 100, 200


def body() -> bytes:
    """A WAV header in front of noise: taken as audio, and not compressible."""
    data = os.urandom(MEGABYTES * 1_000_000)
    size = len(data).to_bytes(4, "little")
    return b"RIFF" + size + b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data" + size + data


def web_processes(supervisor: int) -> list[int]:
    """gunicorn's children: the processes that read requests."""
    found = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        words = status.read_bytes().split(b"\0") if status.exists() else []
        if b"clinic.wsgi" in b" ".join(words):
            found.append(int(status.parent.name))
    return found


def peak_mb(pids: list[int]) -> dict[int, float]:
    peaks = {}
    for pid in pids:
        text = Path(f"/proc/{pid}/status").read_text()
        peaks[pid] = int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]
    return peaks


def reset_peak(pids: list[int]) -> None:
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def measure(at: Installation, cookie: str, case: UUID) -> None:
    data = body()
    pids = web_processes(at.pid)
    for turn in range(WARM_UPS):  # each process has its templates, connections and keys before its memory is looked at
        _whole(at, cookie, case, data[:100_000] + bytes([turn]))
        _in_pieces(at, cookie, case, data[:100_000] + bytes([turn, 1]))
    for name, send in (("whole", _whole), ("in pieces", _in_pieces)):
        reset_peak(pids)
        before = peak_mb(pids)
        began = time.monotonic()
        status = send(at, cookie, case, data + name.encode())
        took = time.monotonic() - began
        grown = max(after - before[pid] for pid, after in peak_mb(pids).items())
        print(f"upload {name}: {MEGABYTES} MB in {took:.2f} s, {MEGABYTES / took:.0f} MB/s, status {status}, "
              f"web process grew by {grown:.1f} MB at its peak")  # fmt: skip

    _measure_acknowledging(at, cookie, case, data)


def _measure_acknowledging(at: Installation, cookie: str, case: UUID, data: bytes) -> None:
    """From the first byte sent to the whole answer, one after the other; no two files hold the same bytes."""
    spent, wrong = list[float](), 0
    for turn in range(TIMES):
        connection, headers = _asked(at, cookie)
        began = time.perf_counter()
        status = _sent(connection, headers, case, data[: USUAL_BYTES - 1] + bytes([turn]))
        spent.append(1000 * (time.perf_counter() - began))
        wrong += status != 201
    low, high = _p95_between(spent)
    print(f"upload acknowledged: {USUAL_BYTES / 1e6:.0f} MB, p50 {statistics.median(spent):.0f} ms, "
          f"p95 {quantile(spent, 0.95):.0f} ms ({low:.0f} to {high:.0f}, n={TIMES}), {wrong} failed, "
          f"to be p95 <= {ACKNOWLEDGED_MS} ms; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip


def quantile(spent: list[float], share: float) -> float:
    ordered = sorted(spent)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _p95_between(spent: list[float]) -> tuple[float, float]:
    """95 % interval from the order of the times alone: between which of them the true one lies."""
    n, around = len(spent), 1.96 * (0.95 * 0.05 / len(spent)) ** 0.5
    return quantile(spent, max(0.0, 0.95 - around)), quantile(spent, min(1 - 1 / n, 0.95 + around))


def _asked(at: Installation, cookie: str) -> tuple[http.client.HTTPConnection, dict[str, str]]:
    """The CSRF cookie and token as a page gives them."""
    connection = http.client.HTTPConnection("127.0.0.1", at.port, timeout=60)
    connection.request("GET", "/cases/", headers={"Cookie": f"session={cookie}"})
    answer = connection.getresponse()
    token = re.search(rb'name="csrf-token" content="([^"]+)"', answer.read())
    set_cookie = answer.headers.get("Set-Cookie", "")
    csrf = re.search(r"csrf=([^;]+)", set_cookie)
    return connection, {"Cookie": f"session={cookie}; csrf={csrf[1] if csrf else ''}",
                        "X-CSRFToken": token[1].decode() if token else ""}  # fmt: skip


def _whole(at: Installation, cookie: str, case: UUID, data: bytes) -> int:
    connection, headers = _asked(at, cookie)
    return _sent(connection, headers, case, data)


def _sent(connection: http.client.HTTPConnection, headers: dict[str, str], case: UUID, data: bytes) -> int:
    connection.request("POST", f"/api/v1/cases/{case}/uploads?name=bench.wav", data,
                       headers | {"Content-Type": "application/octet-stream"})  # fmt: skip
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _in_pieces(at: Installation, cookie: str, case: UUID, data: bytes) -> int:
    connection, headers = _asked(at, cookie)
    announced = {"case": str(case), "name": "bench.wav", "size": len(data)}
    connection.request(
        "POST", "/api/v1/uploads/sessions", json.dumps(announced), headers | {"Content-Type": "application/json"}
    )
    at_session = f"/api/v1/uploads/sessions/{json.loads(connection.getresponse().read())['id']}"
    for index in range(-(-len(data) // CHUNK)):
        piece = data[index * CHUNK : (index + 1) * CHUNK]
        told = {"Content-Type": "application/octet-stream", "X-Chunk-SHA256": hashlib.sha256(piece).hexdigest()}
        connection.request("PUT", f"{at_session}/chunks/{index}", piece, headers | told)
        connection.getresponse().read()
    connection.request("POST", f"{at_session}/complete", "{}",
                       headers | {"Content-Type": "application/json"})  # fmt: skip
    answer = connection.getresponse()
    answer.read()
    return answer.status
