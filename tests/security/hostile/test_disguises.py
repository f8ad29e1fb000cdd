"""A recording is only ever itself: no sample of another file is decoded, and nobody is asked for one."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinic import formats
from clinic.inference import child
from clinic.inference.speech import decoding, listening
from clinic.inference.speech.sound import Unhearable
from tests.security.hostile import disguises, ways
from tests.security.hostile.measuring import say, size
from tests.unit.speech import made

EVERY = 1 if size("FULL", 0) else 29
PITCH_HZ = 1_000  # of the other patient's recording


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


@contextmanager
def listener() -> Iterator[socket.socket]:
    """Nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.01)
        yield server


def calls(server: socket.socket) -> int:
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except TimeoutError:
            return count
        count += 1


def samples_of(data: bytes, *, in_child: bool) -> int:
    """Also without the walls of a child, which alone would hide the other file: the options must suffice."""
    try:
        if in_child:
            return sum(len(sound.samples) for sound in decoding.decode_long(data))
        payload = ways.payload_of(data)
        told = listening.listen_in_child(payload, longest_s=60, start_s=0, window_s=60, is_first=True)
        return len(told["samples"])
    except (Unhearable, child.Refused):
        return 0


def test_lists_and_references_dressed_as_recordings_give_no_sample_and_call_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.wav").write_bytes(made.stored(made.tone(1.0, PITCH_HZ)))
    monkeypatch.chdir(tmp_path)
    taken: Counter[str] = Counter()
    decoded, tried = 0, 0
    with listener() as server:
        for number, (name, data) in enumerate(disguises.of("secret.wav", server.getsockname()[1])):
            if number % EVERY and not name.startswith("reference"):
                continue
            tried += 1
            try:
                taken[formats.recognise(data, tail=data, size=len(data), name=name).kind] += 1
            except formats.Refused:
                taken["refused"] += 1
            decoded += samples_of(data, in_child=False)
            decoded += samples_of(data, in_child=True) if number % (10 * EVERY) == 0 else 0
        called = calls(server)
    say(f"disguises: {tried} tried, intake {dict(taken)}, {decoded} samples decoded, {called} calls")

    assert tried > 70
    assert (decoded, called) == (0, 0)


def test_the_other_recording_could_be_heard(tmp_path: Path) -> None:
    """Else nothing would have been shown above."""
    assert samples_of(made.stored(made.tone(1.0, PITCH_HZ)), in_child=False) > 10_000
