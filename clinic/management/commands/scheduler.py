"""The process beside the workers: sweeps, reminds, keeps house. Any number of them may run; one works at a time."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from clinic import scheduler


class Command(BaseCommand):
    help = "Run the periodic work until stopped: lost runs, forgotten lanes, notices, leftovers."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        for beside in (scheduler.keep_house, scheduler.keep_time, scheduler.keep_witness):
            threading.Thread(target=beside, args=(stopping,), daemon=True).start()
        scheduler.sweep(stopping)
