"""A film sent by somebody who waits for the answer: alone, and while hundreds are read in the lane nobody waits for.

Each is a file of its own, a drawn picture with a remark that no other has: what is drawn once is read as often as it
comes, because no answer is taken from another film's.
"""

import base64
import http.client
import io
import json
import struct
import time
import zipfile
import zlib
from typing import Any

from benchmarks.installation import Installation
from benchmarks.load.figures import Told, quantile_of, ratio_of_quantiles
from benchmarks.load.world import actor_and_site, runs_under_way, wait_until_done

KINDS = ("normal", "opacity_left", "opacity_right", "perihilar")
FIRST_SEED, BATCH_BEGINS_S, ANSWER_S = 5000, 300.0, 30
IEND = 12  # bytes of the last chunk of a PNG


def measure(at: Installation, wish: Any) -> Told:
    """Half of the reads alone before the batch, half after it was taken back: what drifts falls on both."""
    from clinic.authorization.scope import scope

    wait_until_done()
    by, person, site = actor_and_site()
    with scope(site=site.pk, person=person.pk):
        reader = Reader(at.port, by, person, drawn())
        reader.read(2)  # warm
        idle = reader.read(wish.reads // 2)
        batch = Batch(by, reader.pictures, wish.films)
        batch.begin()
        answered = batch.answered()
        began = time.monotonic()
        beside = reader.read(wish.reads)
        took, answered = time.monotonic() - began, batch.answered() - answered
        left = batch.take_back()
        wait_until_done()
        idle += reader.read(wish.reads - wish.reads // 2)
    return {
        "films": wish.films, "idle_p95_ms": quantile_of(idle, 0.95), "beside_p95_ms": quantile_of(beside, 0.95),
        "idle_p50_ms": quantile_of(idle, 0.5), "beside_p50_ms": quantile_of(beside, 0.5),
        "ratio": ratio_of_quantiles(beside, idle, 0.95), "errors": reader.errors,
        "batch_answered": answered, "batch_seconds": round(took, 1), "batch_left": left,
    }  # fmt: skip


def drawn() -> list[bytes]:
    from radiology.inference.generated import Kind, draw

    return [draw(Kind(kind), FIRST_SEED + number).png for number, kind in enumerate(KINDS)]


def remarked(png: bytes, words: str) -> bytes:
    """The same picture in other bytes: a chunk of text before the last one."""
    told = b"Comment\0" + words.encode("latin-1")
    chunk = b"tEXt" + told
    return png[:-IEND] + struct.pack(">I", len(told)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[-IEND:]


class Reader:
    """Sends a film and waits for what the engine says, as a program at a bedside does."""

    def __init__(self, port: int, by: Any, person: Any, pictures: list[bytes]) -> None:
        from clinic.actions import cases, keys
        from clinic.models import Patient

        self.pictures, self.sent, self.errors = pictures, 0, list[str]()
        self.key = keys.issue(by=by, owner=person, name="films", scopes=by.permissions, days=1).secret
        self.case = str(cases.open_case(by=by, patient=Patient.objects.all()[0], question="Is it pneumonia?").pk)
        self.port = port

    def read(self, times: int) -> list[float]:
        return [ms for ms in (self._one() for _ in range(times)) if ms is not None]

    def _one(self) -> float | None:
        """The next only when what was asked about the one before is done, writing in it for instance."""
        self.sent += 1
        picture = remarked(self.pictures[self.sent % len(self.pictures)], f"at once {self.sent}")
        body = {"case": self.case, "image": base64.b64encode(picture).decode(), "disable_cam": True, "wait": ANSWER_S}
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2 * ANSWER_S)
        began = time.perf_counter()
        line.request("POST", "/api/v1/films/predict", json.dumps(body), headers)
        answer = line.getresponse()
        said = answer.read()
        ms = 1000 * (time.perf_counter() - began)
        line.close()
        _wait_for_interactive()
        if answer.status != 200:
            self.errors.append(f"{answer.status} {json.loads(said).get('code', '')}")
            return None
        return ms


def _wait_for_interactive(patience_s: float = 60) -> None:
    from clinic.lanes import INTERACTIVE_LANES

    until = time.monotonic() + patience_s
    while runs_under_way(INTERACTIVE_LANES) and time.monotonic() < until:
        time.sleep(0.05)


class Batch:
    """An archive of films in a case of its own."""

    def __init__(self, by: Any, pictures: list[bytes], count: int) -> None:
        self.by, self.pictures, self.count = by, pictures, count

    def begin(self) -> None:
        """Until the engine has answered about the first of them."""
        from clinic.actions import cases, uploads
        from clinic.models import Patient
        from radiology.actions import archives

        self.case = cases.open_case(by=self.by, patient=Patient.objects.all()[1], question="Five hundred films")
        upload, _is_new = uploads.store_whole(by=self.by, case=self.case, chunks=[self._archive()], name="films.zip")
        archives.unpack(by=self.by, upload=upload)
        until = time.monotonic() + BATCH_BEGINS_S
        while not self.answered():
            if time.monotonic() > until:
                raise SystemExit("load: the batch of films does not begin")
            time.sleep(0.2)

    def _archive(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for number in range(self.count):
                picture = self.pictures[number % len(self.pictures)]
                archive.writestr(f"film-{number}.png", remarked(picture, f"of the batch {number}"))
        return made.getvalue()

    def answered(self) -> int:
        from clinic.models import Run, RunState

        return Run.objects.filter(case=self.case, kind="radiology.chest", state=RunState.SUCCEEDED).count()

    def take_back(self) -> int:
        """What nobody has got to: so that what comes after is alone again. A run may ask for the next at its end."""
        from clinic.actions import runs
        from clinic.errors import Refusal
        from clinic.models import Run

        count = 0
        while left := list(Run.objects.filter(case=self.case).active().order_by("-requested_at")):
            for run in left:
                try:
                    runs.cancel(by=self.by, run=run)
                    count += 1
                except Refusal:
                    continue  # it has ended by itself meanwhile
        return count
