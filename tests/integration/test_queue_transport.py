"""The worker's one slot survives a database that goes away at the wrong moment. Against the real queue."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Consumer
from kombu.transport.pgmq import Channel as PlainChannel
from pgmq import PGMQueue

from clinic import celery, listening, watch
from clinic.embedded.postgres import Embedded
from clinic.queue_transport import Transport

LANE = "slot_test"


@pytest.fixture
def broker() -> Iterator[Connection]:
    options = celery._transport(Embedded(settings.HOME).dsn("rounds_queue")) | {
        "polling_interval": 0.05,
        "pool_size": 1,
    }
    with Connection("pgmq://localhost", transport_options=options) as connection:
        yield connection
        connection.SimpleQueue(LANE).queue.delete()


@pytest.fixture
def got(broker: Connection) -> list:
    return []


@pytest.fixture
def consumer(broker: Connection, got: list) -> Iterator[Consumer]:
    """Takes one message at a time, as a worker does."""
    sender = broker.SimpleQueue(LANE)
    for number in range(2):
        sender.put({"number": number})
    queue = Queue(LANE, routing_key=LANE)
    with Consumer(broker.channel(), [queue], callbacks=[lambda _body, message: got.append(message)]) as consumer:
        consumer.qos(prefetch_count=1)
        yield consumer


def drain(broker: Connection) -> None:
    try:
        broker.drain_events(timeout=0.5)
    except TimeoutError:
        return


def test_transport_when_asked_for_pgmq_then_ours(broker: Connection):
    assert isinstance(broker.transport, Transport)


@pytest.mark.slow
def test_slot_when_the_first_message_is_unfinished_then_no_second_is_taken(broker: Connection, consumer, got):
    drain(broker)
    drain(broker)

    assert len(got) == 1


@pytest.mark.slow
@pytest.mark.parametrize("problem", [psycopg.errors.AdminShutdown, psycopg.OperationalError])
def test_slot_when_the_database_is_away_at_the_acknowledgement_then_free_all_the_same(
    broker: Connection, consumer, got, monkeypatch, problem
):
    """Found by killing the server under a running worker: it looked alive and took no run for ever."""
    drain(broker)

    def away(*_args: object, **_kwargs: object) -> None:
        raise problem

    with monkeypatch.context() as patch:
        patch.setattr(PGMQueue, "delete", away)
        with pytest.raises(problem):
            PlainChannel.basic_ack(got[0].channel, got[0].delivery_tag)  # what kombu itself would do
        got[0].ack()
    drain(broker)

    assert len(got) == 2


# --- a worker that asks no more ---------------------------------------------------------------------------------------


@pytest.fixture
def silence(monkeypatch) -> None:
    monkeypatch.setattr(listening, "_asked_at", time.monotonic() - listening.DEAF_AFTER_S - 1)


@pytest.mark.slow
def test_listening_when_the_queue_was_asked_then_not_deaf(broker: Connection, consumer, silence):
    assert listening.is_deaf()

    drain(broker)

    assert not listening.is_deaf()


def test_listening_when_the_transport_does_not_note_it_then_never_deaf(monkeypatch):
    monkeypatch.setattr(listening, "_asked_at", None)

    listening.was_at_work()

    assert not listening.is_deaf()


@pytest.mark.parametrize(("is_at_work", "ends"), [(False, True), (True, False)])
def test_worker_when_deaf_then_it_ends_to_be_started_again_but_not_while_at_work(
    silence, monkeypatch, is_at_work, ends
):
    class Ended(Exception): ...

    class NextBeat(Exception): ...

    def end() -> None:
        raise Ended

    def sleep(_seconds: float) -> None:
        raise NextBeat

    monkeypatch.setattr(watch, "beat", lambda *_: None)
    monkeypatch.setattr(watch, "_end_process", end)
    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(watch, "_now_on", object() if is_at_work else None)

    with pytest.raises(Ended if ends else NextBeat):
        watch._beat_for_ever("alder@here", ["cpu"], timezone.now())


@pytest.mark.usefixtures("silence")
def test_work_when_it_ends_then_the_silence_of_its_length_counts_as_none():
    listening.was_at_work()

    assert not listening.is_deaf()
