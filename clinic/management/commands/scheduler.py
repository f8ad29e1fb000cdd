"""The process beside the workers: sweeps, reminds, keeps house. Any number of them may run; one works at a time."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from clinic import scheduler
from clinic.management import until_stopped


class Command(BaseCommand):
    help = "Run the periodic work until stopped: lost runs, forgotten lanes, notices, leftovers."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = until_stopped.stopping()
        for beside in (scheduler.keep_house, scheduler.keep_time, scheduler.keep_witness):
            threading.Thread(target=beside, args=(stopping,), daemon=True).start()
        scheduler.sweep(stopping)
