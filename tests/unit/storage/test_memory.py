"""Measured in a process of its own: here other tests' threads would be counted too."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.storage.frames import FRAME_BYTES
from clinic.storage.s3_streams import PART_BYTES

ROOT = Path(__file__).resolve().parents[3]
MEASURE = """
import json, os, sys, tracemalloc, uuid
from pathlib import Path
from types import SimpleNamespace
from clinic.storage.frames import FRAME_BYTES, FrameWriter
from clinic.storage.keys import DataKey, new_data_key
from clinic.storage.local import LocalObjectStore
from clinic.storage.s3_streams import S3Sink

key = DataKey(subject=uuid.uuid4(), secret=new_data_key())
chunks = [os.urandom(FRAME_BYTES)] * 800
client = SimpleNamespace(create_multipart_upload=lambda **_: {"UploadId": "x"}, upload_part=lambda **_: {"ETag": "x"})

def to_s3():
    writer = FrameWriter(S3Sink(client, {}, "name", {}).write, key=key, name="name")
    for chunk in chunks:
        writer.write(chunk)

def peak(use, *args):
    tracemalloc.start()
    use(*args)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found

store = LocalObjectStore.prepare(Path(sys.argv[1]))
kept = store.put(chunks, key=key)
print(json.dumps({
    "to a folder": peak(lambda: store.put(chunks, key=key)),
    "in one piece": peak(lambda: store.put([bytes(20_000_000)], key=key)) - 20_000_000,
    "from a folder": peak(lambda: store.verify(kept.name, key=key, sha256=kept.sha256)),
    "to s3": peak(to_s3),
}))
"""


@pytest.fixture(scope="module")
def peaks(tmp_path_factory) -> dict[str, int]:
    run = [sys.executable, "-c", MEASURE, tmp_path_factory.mktemp("objects")]
    found: dict[str, int] = json.loads(subprocess.run(run, cwd=ROOT, capture_output=True, check=True).stdout)
    return found


@pytest.mark.parametrize("way", ["to a folder", "in one piece", "from a folder"])
def test_object_of_50_mb_when_stored_or_read_costs_a_few_frames(peaks, way):
    assert peaks[way] < 8 * FRAME_BYTES


def test_object_of_50_mb_when_sent_to_s3_costs_about_one_part(peaks):
    assert peaks["to s3"] < 1.3 * PART_BYTES
