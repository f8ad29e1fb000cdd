"""For commands that run until they are told to stop: SIGTERM and Ctrl-C set the event."""

import signal
import threading
from types import FrameType


def stopping() -> threading.Event:
    event = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        event.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return event
