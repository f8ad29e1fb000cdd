"""For the session only: after it is closed nothing of it lies anywhere; and whoever looks finds what does lie there."""

import base64
import logging
from pathlib import Path
from typing import Any

import pytest

from clinic import sealing
from clinic.authorization.roles import Role
from coaching.actions import forgetting, live
from coaching.models import Attempt, Keeps, Practice
from tests import scanning
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db
WORDS = "Our zebra protocol says glazed heel"
SOUND = made.tone(3)
SNIPPET = SOUND[16_000:16_064].tobytes()
WANTED = (SNIPPET, WORDS.encode())


@pytest.fixture
def session(clinician_a, staff_a, own_store, work_lane) -> tuple[Practice, Attempt]:
    """Spoken and written, with feedback and the sheet of a coach."""
    practice = made.begun(clinician_a, keeps=Keeps.SESSION)
    spoken = made.sent(clinician_a, made.recording(clinician_a, practice), made.wav(SOUND))
    made.typed(clinician_a, practice, f"{WORDS}. {made.TYPED}")
    work_lane("cpu")
    with clinician_a.at_work():
        coached = live.invite(by=clinician_a.actor, practice=practice, coach=staff_a[Role.RADIOLOGIST].user)
        live.note(by=clinician_a.actor, live=coached, text=WORDS)
    return practice, spoken


def bytes_in(folder: Path) -> int:
    """Of everything but the mark by which a store knows its folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != ".rounds-files")


@pytest.mark.parametrize(
    "as_it_lies", [bytes, lambda d: d.hex().encode(), lambda d: b"xx" + base64.b64encode(b"?" + d)]
)
@pytest.mark.parametrize("wanted", WANTED)
def test_scan_finds_what_was_planted_in_a_file(tmp_path: Path, wanted: bytes, as_it_lies: Any):
    (tmp_path / "deep" / "down").mkdir(parents=True)
    (tmp_path / "other.bin").write_bytes(b"nothing of it" * 99)
    planted = tmp_path / "deep" / "down" / "spool.part"
    planted.write_bytes(b"\0" * 999 + as_it_lies(wanted) + b"\0" * 99)

    assert scanning.in_files(tmp_path, WANTED) == [planted]


def test_scan_finds_what_was_planted_in_a_table(clinician_a, session):
    practice, _spoken = session
    with clinician_a.at_work():
        assert scanning.in_tables(WANTED) == []
        Practice.objects.filter(pk=practice.pk).update(reason=WORDS)

        assert scanning.in_tables(WANTED) == ["coaching_practice"]


def test_session_when_closed_then_no_byte_of_it_is_left_where_there_were_many(
    clinician_a, session, own_store, tmp_path, caplog
):
    practice, spoken = session
    caplog.set_level(logging.DEBUG)
    with clinician_a.at_work():  # it is there, sealed: opened it is her voice
        key = sealing.data_key(spoken.pk)
        opened = b"".join(
            b"".join(own_store.open(p.object_name, key=key).chunks()) for p in spoken.pieces.order_by("index")
        )
    lay_there = bytes_in(tmp_path / "files")

    with clinician_a.at_work():
        forgetting.close(by=clinician_a.actor, practice=practice)
        in_tables = scanning.in_tables(WANTED)
        left = Attempt.objects.filter(practice=practice).exclude(answer=None, sounding=None, read=None)
        assert not left.exists()

    assert SNIPPET in opened and lay_there > len(SOUND.tobytes())
    assert (list(own_store.list()), bytes_in(tmp_path / "files")) == ([], 0)
    assert (scanning.in_files(tmp_path, WANTED), in_tables) == ([], [])
    assert WORDS not in caplog.text and SNIPPET.hex() not in caplog.text
