import hashlib
import io
import os
import random
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.storage.errors import ObjectDamaged
from clinic.storage.frames import FRAME_BYTES, HEADER_BYTES, SEALED_FRAME_BYTES, TAG_BYTES, FrameWriter, Sealed
from clinic.storage.keys import DataKey, new_data_key
from clinic.storage.reading import ObjectReader

NAME = uuid.uuid4().hex
SIZES = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 3 * FRAME_BYTES + 17]


class Bytes:
    """A source in memory that counts what is read from it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.read_bytes = 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.read_bytes += length
        return self.data[offset : offset + length]

    def close(self) -> None:
        pass


def sealed_as(content: bytes, key: DataKey, *, name: str = NAME, chunk: int = 100_000) -> tuple[bytes, Sealed]:
    out: list[bytes] = []
    writer = FrameWriter(out.append, key=key, name=name)
    for start in range(0, len(content), chunk):
        writer.write(content[start : start + chunk])
    facts = writer.finish()
    return b"".join(out), facts


def opened(stored: bytes, key: DataKey, *, name: str = NAME, sha256: str | None = None) -> bytes:
    return ObjectReader(Bytes(stored), key=key, name=name, sha256=sha256).read()


def frames_of(stored: bytes) -> list[bytes]:
    body = stored[HEADER_BYTES:]
    return [body[start : start + SEALED_FRAME_BYTES] for start in range(0, len(body), SEALED_FRAME_BYTES)]


@pytest.mark.parametrize("size", SIZES)
def test_object_when_opened_is_what_was_sealed(key, size):
    content = os.urandom(size)

    stored, facts = sealed_as(content, key)

    assert opened(stored, key, sha256=facts.sha256) == content
    assert facts == Sealed(size=size, sha256=hashlib.sha256(content).hexdigest(), stored_size=len(stored))


@given(chunks=st.lists(st.binary(max_size=50_000), max_size=8))
def test_object_when_written_in_any_pieces_is_the_same(chunks):
    key = DataKey(subject=uuid.uuid4(), secret=new_data_key())
    out: list[bytes] = []
    writer = FrameWriter(out.append, key=key, name=NAME)

    for chunk in chunks:
        writer.write(bytearray(chunk))
    writer.finish()

    assert opened(b"".join(out), key) == b"".join(chunks)


def test_range_when_read_is_that_slice_and_reads_no_more_than_its_frames(key):
    content = os.urandom(20 * FRAME_BYTES + 5)
    stored, _ = sealed_as(content, key)
    draw = random.Random(1)

    for _ in range(200):
        start, stop = sorted(draw.randrange(len(content) + 1) for _ in range(2))
        source = Bytes(stored)
        reader = ObjectReader(source, key=key, name=NAME)
        assert b"".join(reader.chunks(start, stop)) == content[start:stop]
        assert source.read_bytes <= stop - start + 4 * SEALED_FRAME_BYTES


def test_reader_when_used_as_a_file_behaves_like_one(key):
    content = os.urandom(2 * FRAME_BYTES + 100)
    stored, _ = sealed_as(content, key)
    reader = ObjectReader(Bytes(stored), key=key, name=NAME)
    plain, draw = io.BytesIO(content), random.Random(2)

    for _ in range(300):
        whence = draw.choice([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END])
        offset = draw.randrange(0, 90_000) * (-1 if whence == os.SEEK_END else 1)
        assert reader.seek(offset, whence) == plain.seek(offset, whence)
        length = draw.choice([0, 1, 10, 70_000])
        assert reader.read(length) == plain.read(length)
        assert reader.tell() == plain.tell()
    reader.seek(0)
    assert io.BufferedReader(reader).read(100_000) == content[:100_000]


def test_object_when_any_bit_flips_does_not_open(key):
    stored, _ = sealed_as(os.urandom(2 * FRAME_BYTES + 999), key)
    draw = random.Random(3)

    for position in [*range(HEADER_BYTES), *(draw.randrange(len(stored)) for _ in range(200))]:
        flipped = bytearray(stored)
        flipped[position] ^= 1 << draw.randrange(8)
        with pytest.raises(ObjectDamaged):
            opened(bytes(flipped), key)


def test_object_when_cut_anywhere_is_refused_before_a_byte_is_served(key):
    stored, _ = sealed_as(os.urandom(3 * FRAME_BYTES), key)
    boundaries = [HEADER_BYTES + n * SEALED_FRAME_BYTES for n in range(3)]
    draw = random.Random(4)
    lengths = [0, HEADER_BYTES - 1, len(stored) - 1, *boundaries, *(b + TAG_BYTES for b in boundaries)]

    for length in lengths + [draw.randrange(len(stored)) for _ in range(100)]:
        with pytest.raises(ObjectDamaged):
            ObjectReader(Bytes(stored[:length]), key=key, name=NAME)


def test_object_when_something_is_appended_is_refused(key):
    content = os.urandom(FRAME_BYTES)
    stored, _ = sealed_as(content, key)
    other, _ = sealed_as(content, key)

    for tail in (b"x", bytes(TAG_BYTES), bytes(SEALED_FRAME_BYTES), frames_of(stored)[0], frames_of(other)[0]):
        with pytest.raises(ObjectDamaged):
            opened(stored + tail, key)


def test_object_when_frames_are_swapped_repeated_or_dropped_does_not_open(key):
    stored, _ = sealed_as(os.urandom(4 * FRAME_BYTES), key)
    header, (a, b, c, d) = stored[:HEADER_BYTES], frames_of(stored)

    for order in ([b, a, c, d], [a, a, c, d], [a, b, d], [a, b, d, c], [b, c, d], [a, b, c]):
        with pytest.raises(ObjectDamaged):
            opened(header + b"".join(order), key)


def test_object_when_mixed_with_another_of_the_same_patient_does_not_open(key):
    one, _ = sealed_as(os.urandom(2 * FRAME_BYTES), key)
    two, _ = sealed_as(os.urandom(2 * FRAME_BYTES), key)

    for mixed in (one[:HEADER_BYTES] + two[HEADER_BYTES:], one[:-SEALED_FRAME_BYTES] + two[-SEALED_FRAME_BYTES:]):
        with pytest.raises(ObjectDamaged):
            opened(mixed, key)


def test_object_when_moved_to_another_name_key_or_subject_does_not_open(key):
    stored, _ = sealed_as(b"content", key)

    with pytest.raises(ObjectDamaged):
        opened(stored, key, name=uuid.uuid4().hex)
    with pytest.raises(ObjectDamaged):
        opened(stored, replace(key, secret=new_data_key()))
    with pytest.raises(ObjectDamaged):
        opened(stored, replace(key, subject=uuid.uuid4()))


@pytest.mark.parametrize("size", SIZES)
def test_object_when_its_digest_is_not_the_expected_one_keeps_back_its_end(key, size):
    content = os.urandom(size)
    stored, _ = sealed_as(content, key)
    reader = ObjectReader(Bytes(stored), key=key, name=NAME, sha256=hashlib.sha256(b"else").hexdigest())
    served = 0

    with pytest.raises(ObjectDamaged):
        for piece in reader.chunks():
            served += len(piece)

    assert served < max(size, 1)


def test_object_when_sealed_twice_shares_nothing(key):
    one, two = (sealed_as(b"x" * 1000, key)[0] for _ in range(2))

    assert one[-1016:] != two[-1016:]
    assert b"xxxx" not in one
