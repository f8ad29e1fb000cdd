"""The process that hears recordings while they come. Any number of them may run, or none: it only makes transcripts
quicker."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Hear recordings while people speak, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        from clinic import listener

        stopping = threading.Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        listener.listen(stopping)
