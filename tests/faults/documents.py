"""`make faults-documents FILES=10000`: an archive of so many documents, a hundredth of them poison, is taken in and
sorted while the worker that takes it in is killed twice; ends with a line of figures."""

import argparse
import io
import os
import sys
import time
import zipfile
from collections import Counter
from typing import Any

from tests.faults.installation import Installation, installation

WORKERS = {"alder": ("io", "io_batch"), "birch": ("cpu_batch",)}
POISON_EVERY, KILLS = 100, 2
POISON = b"\x7fELF\x02\x01\x01" + bytes(60)
LETTER = "Dear colleague, patient {} has had palpitations and chest pain on exertion for two months, without syncope.\n"
PATIENCE_S = 7200.0


def archive(files: int) -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(files):
            is_poison = number % POISON_EVERY == POISON_EVERY // 2
            packed.writestr(f"letter-{number}.txt", POISON if is_poison else LETTER.format(number).encode())
    return told.getvalue()


class Trial:
    """Imports are made when Django is set up."""

    def __init__(self, broken: Installation, files: int) -> None:
        from tests.faults.ledger import Ledger

        self.broken, self.files, self.ledger = broken, files, Ledger()

    def go(self, *, is_sorted: bool) -> Counter[str]:
        from classify.actions import batches

        with self.ledger.at_site():
            upload = self._upload()
            self.run = batches.ask(by=self.ledger.by, upload=upload)[0]
            self._kill_on_the_way()
            self._until(lambda: not self._is_active())
            self.taken_in_s = self._since()
            if is_sorted:
                self._until(lambda: not self._waiting())
            return self._reckon()

    def _upload(self) -> Any:
        from clinic.actions import uploads

        case = self.ledger.cases[0][0]
        data = archive(self.files)
        self.began = time.monotonic()
        return uploads.store_whole(by=self.ledger.by, case=case, chunks=[data], name="letters.zip")[0]

    def _since(self) -> float:
        return time.monotonic() - self.began

    def _kill_on_the_way(self) -> None:
        """After a third, and after two thirds of the files."""
        for step in range(1, KILLS + 1):
            self._until(lambda: self._settled() >= step * self.files // (KILLS + 1))  # noqa: B023 - asked within
            [worker] = [member for member in self.broken.workers if member.name == "alder"]
            self.broken.kill(worker, {"alder"})

    def _until(self, is_so: Any) -> None:
        while not is_so():
            self.broken.tend()
            time.sleep(0.2)
            if self._since() > PATIENCE_S:
                raise TimeoutError("the batch does not end")

    def _settled(self) -> int:
        from classify.actions import batches

        return batches.done(self.run)

    def _is_active(self) -> bool:
        from clinic.models import Run

        return not Run.objects.get(pk=self.run.pk).is_final

    def _waiting(self) -> bool:
        from classify import batches

        return batches.waiting(self.run).exists()

    def _reckon(self) -> Counter[str]:
        from classify import batches
        from classify.models import Document
        from clinic.models import Result, Run

        tally = batches.tally(self.run)
        taken = Document.objects.filter(batch_items__run=self.run)
        sorted_ones = taken.exclude(route_run=None).values("route_run")
        return Counter(
            files=self.files, documents=taken.count(), named=tally.failed, twice=tally.known,
            results=Result.objects.filter(run__in=sorted_ones).count(), kills=self.broken.kills,
            attempts=Run.objects.get(pk=self.run.pk).attempts, taken_in_s=round(self.taken_in_s),
            seconds=round(self._since()),
        )  # fmt: skip


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make faults-documents", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--only-taken-in", action="store_true", help="do not wait until they are read and sorted")
    options = parser.parse_args(words)
    with installation(WORKERS) as broken:
        told = _tried(broken, options.files, is_sorted=not options.only_taken_in)
    print(" ".join(f"{name}={count}" for name, count in told.items()), flush=True)
    poison = options.files // POISON_EVERY
    good = options.files - poison
    wanted = {"documents": good, "named": poison, "kills": KILLS} | ({} if options.only_taken_in else {"results": good})
    return int(any(told[name] != count for name, count in wanted.items()))


def _tried(broken: Installation, files: int, *, is_sorted: bool) -> Counter[str]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    import django

    django.setup()
    trial = Trial(broken, files)
    broken.crew.start()
    return trial.go(is_sorted=is_sorted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
