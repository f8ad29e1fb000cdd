"""kombu's transport over PGMQ, with one slot that cannot be lost."""

from typing import Any

import psycopg
from kombu.transport import pgmq, virtual

from clinic import listening


class Channel(pgmq.Channel):
    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """A message whose end could not be told to the database counts as ended here all the same.

        Else it holds the worker's only slot for ever: the worker looks alive and takes no more work. The database shows
        the message again later, which is one nudge too many.
        """
        try:
            super().basic_ack(delivery_tag, multiple)  # type: ignore[no-untyped-call]
        except psycopg.Error:
            virtual.Channel.basic_ack(self, delivery_tag, multiple)  # type: ignore[no-untyped-call]

    def _get_bulk(self, *args: Any, **kwargs: Any) -> None:
        listening.asked()
        super()._get_bulk(*args, **kwargs)  # type: ignore[no-untyped-call]


class Transport(pgmq.Transport):
    Channel = Channel
