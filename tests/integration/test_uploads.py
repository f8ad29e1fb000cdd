"""Keeping files: a row never points at nothing, the same bytes are kept once, and what fails leaves nothing behind."""

import hashlib
import io
import wave
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import OperationalError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic import audit, sealing
from clinic.actions import cases, uploads
from clinic.errors import Code, Refusal
from clinic.intake import Intake
from clinic.models import Case, CaseState, EntryKind, SessionState, Upload, UploadChunk, UploadSession
from clinic.storage.errors import ObjectDamaged, ObjectMissing, StorageDown, StorageError, StorageFull
from clinic.storage.local import LocalObjectStore, LocalSink
from clinic.uploads import StoredUpload, is_intact, open_upload
from tests import make
from tests.make import Person
from tests.threads import at_once

LETTER = b"Dear colleague,\nthe wrist was seen today.\n"


def sound(seconds: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(range(256)) * 62 * seconds)
    return out.getvalue()


SOUND = sound()


def keep(person: Person, case: Case, data: bytes = LETTER, name: str = "letter.txt", declared_type: str = "") -> Upload:
    return uploads.store_whole(by=person.actor, case=case, chunks=[data], name=name, declared_type=declared_type)[0]


def objects(store: LocalObjectStore) -> set[str]:
    return {path.name for path in store.folder.rglob("*/*") if path.is_file()}


def refusal_of(caught: pytest.ExceptionInfo[Refusal]) -> Code:
    return caught.value.code


# --- whole ------------------------------------------------------------------------------------------------------------


def test_upload_when_kept_then_recognised_hashed_sealed_and_on_the_timeline(in_site_a: Person, case_a, own_store):
    upload = keep(in_site_a, case_a, name="Ana Alder.txt")

    upload.refresh_from_db()
    assert (upload.kind, upload.content_type, upload.size) == ("document", "text/plain", len(LETTER))
    assert (upload.sha256, upload.name) == (hashlib.sha256(LETTER).hexdigest(), "Ana Alder.txt")
    assert StoredUpload(upload).read() == LETTER
    assert case_a.entries.filter(kind=EntryKind.UPLOAD, subject_id=upload.pk).count() == 1
    (stored,) = own_store.folder.rglob(upload.object_name)
    assert b"wrist" not in stored.read_bytes()
    assert "Alder" not in str(stored)


def test_upload_when_the_same_bytes_come_again_then_the_same_upload_and_one_object(
    in_site_a: Person, case_a, own_store
):
    first = keep(in_site_a, case_a)

    again, is_new = uploads.store_whole(by=in_site_a.actor, case=case_a, chunks=[LETTER], name="copy.txt")

    assert (again, is_new) == (first, False)
    assert objects(own_store) == {first.object_name}
    assert case_a.entries.filter(kind=EntryKind.UPLOAD).count() == 1


def test_upload_when_the_same_bytes_come_in_another_case_then_another_upload(in_site_a: Person, case_a):
    other = make.case(in_site_a)

    assert keep(in_site_a, case_a).object_name != keep(in_site_a, other).object_name


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_upload_when_the_same_bytes_come_eight_times_at_once_then_one_upload_and_one_object(
    clinician_a: Person, own_store
):
    case = make.case(clinician_a)

    def one(_number: int) -> Upload:
        with clinician_a.at_work():
            return keep(clinician_a, case)

    kept = at_once(8, one)

    assert len({upload.pk for upload in kept}) == 1
    assert objects(own_store) == {kept[0].object_name}


@pytest.mark.parametrize(
    ("data", "name", "declared_type", "code"),
    [
        (b"", "empty.txt", "", Code.EMPTY_FILE),
        (b"MZ\x90\x00" + bytes(5000), "letter.txt", "", Code.TYPE_NOT_ALLOWED),
        (SOUND, "letter.txt", "text/plain", Code.TYPE_MISMATCH),
        (SOUND, "voice.wav", "image/png", Code.TYPE_MISMATCH),
    ],
)
def test_upload_when_it_is_not_what_it_says_or_not_taken_then_refused_and_nothing_kept(
    in_site_a: Person, case_a, own_store, data, name, declared_type, code
):
    with pytest.raises(Refusal) as refused:
        keep(in_site_a, case_a, data, name, declared_type)

    assert refusal_of(refused) == code
    assert objects(own_store) == set()
    assert not Upload.objects.exists()


def test_upload_when_too_large_for_its_kind_then_refused_before_the_rest_is_read(
    in_site_a: Person, case_a, own_store, monkeypatch
):
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(65536)
            yield b"words " * 10_923

    with pytest.raises(Refusal) as refused:
        uploads.store_whole(by=in_site_a.actor, case=case_a, chunks=endless(), name="endless.txt")

    assert refusal_of(refused) == Code.TOO_LARGE
    assert sum(read) <= refused.value.facts["at_most"] + 2 * 65536  # type: ignore[operator]
    assert objects(own_store) == set()


def test_upload_when_the_stream_breaks_off_then_nothing_kept(in_site_a: Person, case_a, own_store):
    def broken() -> Iterator[bytes]:
        yield LETTER
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        uploads.store_whole(by=in_site_a.actor, case=case_a, chunks=broken(), name="letter.txt")

    assert objects(own_store) == set()
    assert not Upload.objects.exists()


def test_upload_when_the_announced_digest_differs_then_refused_and_nothing_kept(in_site_a: Person, case_a, own_store):
    intake = Intake(key=sealing.data_key(case_a.patient_id), name="letter.txt")
    intake.feed(LETTER)

    with pytest.raises(Refusal) as refused, intake:
        intake.finish(expected_sha256="0" * 64)

    assert refusal_of(refused) == Code.DIGEST_MISMATCH
    assert objects(own_store) == set()


def test_upload_when_the_case_is_closed_then_refused_and_nothing_kept(in_site_a: Person, case_a, own_store):
    closed = cases.move(by=in_site_a.actor, case=case_a, to=CaseState.CLOSED)

    with pytest.raises(Refusal) as refused:
        keep(in_site_a, closed)

    assert refusal_of(refused) == Code.CASE_IS_CLOSED
    assert objects(own_store) == set()


@pytest.mark.parametrize("problem", [StorageFull, StorageDown])
@pytest.mark.parametrize("moment", ["write", "commit"])
def test_upload_when_the_store_fails_then_no_row_and_no_object(
    in_site_a: Person, case_a, own_store, monkeypatch, problem, moment
):
    def fail(*_args: object) -> None:
        raise problem

    monkeypatch.setattr(LocalSink, moment, fail)

    with pytest.raises(problem):
        keep(in_site_a, case_a, b"words\n" * 30_000)

    assert objects(own_store) == set()
    assert not Upload.objects.exists()
    assert make.audit_events("upload.added") == []


def test_upload_when_the_answer_to_commit_is_lost_then_the_object_stays(
    in_site_a: Person, case_a, own_store, monkeypatch
):
    """The row may have been committed: an object that is deleted then would be one a row points at."""

    def lost(*_args: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(audit, "_write", lost)

    with pytest.raises(OperationalError), transaction.atomic():
        keep(in_site_a, case_a)

    assert len(objects(own_store)) == 1


# --- reading ----------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(place=st.floats(0, 0.999))
def test_read_when_any_byte_was_changed_then_damaged_and_never_served_whole(clinician_a: Person, place: float):
    with transaction.atomic(), clinician_a.at_work():
        upload = make.upload(clinician_a, make.case(clinician_a), b"words\n" * 20_000)
        assert is_intact(upload)
        _change_a_byte(upload, place)

        with pytest.raises(StorageError), open_upload(upload) as reader:
            b"".join(reader.chunks())
        assert not is_intact(upload)


def _change_a_byte(upload: Upload, place: float) -> None:
    from clinic.uploads import store

    (path,) = store().folder.rglob(upload.object_name)  # type: ignore[attr-defined]
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 0x20
    path.write_bytes(content)


@pytest.mark.hazard("H03")
def test_read_when_the_object_was_swapped_for_another_of_the_same_patient_then_damaged(
    in_site_a: Person, case_a, own_store
):
    one, other = keep(in_site_a, case_a), make.upload(in_site_a, case_a)
    (first,), (second,) = (list(own_store.folder.rglob(u.object_name)) for u in (one, other))
    first.write_bytes(second.read_bytes())

    with pytest.raises(ObjectDamaged):
        StoredUpload(one).read()


def test_read_when_the_object_is_gone_then_said_so(in_site_a: Person, case_a, own_store):
    upload = keep(in_site_a, case_a)
    own_store.delete(upload.object_name)

    with pytest.raises(ObjectMissing):
        StoredUpload(upload).read()


# --- in pieces --------------------------------------------------------------------------------------------------------

PIECE = 4000
PIECES = [SOUND[i : i + PIECE] for i in range(0, len(SOUND), PIECE)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.CHUNK_BYTES", PIECE)


def opened(person: Person, case: Case, **columns: object) -> UploadSession:
    return uploads.open_session(by=person.actor, case=case, name="voice.wav", **columns)  # type: ignore[arg-type]


def send(
    person: Person, session: UploadSession, index: int, data: bytes | None = None, sha256: str = ""
) -> UploadSession:
    piece = PIECES[index] if data is None else data
    return uploads.add_chunk(by=person.actor, session=session, index=index, data=piece, sha256=sha256)


def sent_all(person: Person, session: UploadSession) -> UploadSession:
    for index in range(len(PIECES)):
        session = send(person, session, index)
    return session


def test_session_when_all_pieces_came_then_one_upload_and_only_its_object(in_site_a: Person, case_a, own_store):
    session = sent_all(in_site_a, opened(in_site_a, case_a, declared_size=len(SOUND)))

    upload, is_new = uploads.complete(by=in_site_a.actor, session=session, sha256=hashlib.sha256(SOUND).hexdigest())

    session.refresh_from_db()
    assert (is_new, upload.kind, upload.size, upload.name) == (True, "audio", len(SOUND), "voice.wav")
    assert StoredUpload(upload).read() == SOUND
    assert (session.state, session.upload) == (SessionState.COMPLETE, upload)
    assert objects(own_store) == {upload.object_name}


def test_session_when_completed_again_then_the_same_upload(in_site_a: Person, case_a, own_store):
    session = sent_all(in_site_a, opened(in_site_a, case_a))
    first, _ = uploads.complete(by=in_site_a.actor, session=session)

    for stale in (session, UploadSession.objects.get(pk=session.pk)):
        assert uploads.complete(by=in_site_a.actor, session=stale) == (first, False)
    assert objects(own_store) == {first.object_name}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_session_when_completed_four_times_at_once_then_one_upload(clinician_a: Person, own_store):
    case = make.case(clinician_a)
    with clinician_a.at_work():
        session = sent_all(clinician_a, opened(clinician_a, case))

    def one(_number: int) -> Upload:
        with clinician_a.at_work():
            mine = UploadSession.objects.select_related("case__patient").get(pk=session.pk)
            return uploads.complete(by=clinician_a.actor, session=mine)[0]

    kept = at_once(4, one)

    assert len({upload.pk for upload in kept}) == 1
    with clinician_a.at_work():
        assert case.entries.filter(kind=EntryKind.UPLOAD).count() == 1
        assert Upload.objects.get().object_name in objects(own_store)


def test_session_when_a_piece_comes_again_then_acknowledged_again_and_kept_once(in_site_a: Person, case_a, own_store):
    session = send(in_site_a, send(in_site_a, opened(in_site_a, case_a), 0), 1)

    again = send(in_site_a, session, 0)

    assert again.next_index == 2
    assert len(objects(own_store)) == UploadChunk.objects.count() == 2


def test_session_when_another_piece_comes_under_a_known_number_then_refused(in_site_a: Person, case_a):
    session = send(in_site_a, opened(in_site_a, case_a), 0)

    with pytest.raises(Refusal) as refused:
        send(in_site_a, session, 0, PIECES[1])

    assert (refusal_of(refused), refused.value.facts) == (Code.CHUNK_DIFFERS, {"next_index": 1})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_session_when_the_same_piece_comes_six_times_at_once_then_each_is_told_it_is_kept(
    clinician_a: Person, own_store
):
    case = make.case(clinician_a)
    with clinician_a.at_work():
        session = opened(clinician_a, case)

    def one(_number: int) -> int:
        with clinician_a.at_work():
            return send(clinician_a, session, 0).next_index

    assert at_once(6, one) == [1] * 6
    assert len(objects(own_store)) == 1


@pytest.mark.parametrize("index", [1, 5])
def test_session_when_a_piece_comes_too_early_then_told_which_is_next(in_site_a: Person, case_a, own_store, index):
    with pytest.raises(Refusal) as refused:
        send(in_site_a, opened(in_site_a, case_a), index, b"x")

    assert (refusal_of(refused), refused.value.facts) == (Code.CHUNK_OUT_OF_ORDER, {"next_index": 0})
    assert objects(own_store) == set()


@pytest.mark.parametrize(
    ("data", "sha256", "code"), [(b"", "", Code.CHUNK_WRONG_SIZE), (b"x", "0" * 64, Code.CHUNK_DAMAGED)]
)
def test_session_when_a_piece_is_damaged_then_refused_and_not_kept(
    in_site_a: Person, case_a, own_store, data, sha256, code
):
    with pytest.raises(Refusal) as refused:
        send(in_site_a, opened(in_site_a, case_a), 0, data, sha256)

    assert refusal_of(refused) == code
    assert objects(own_store) == set()


def test_session_when_cut_off_then_not_completed_and_goes_on_where_it_was(in_site_a: Person, case_a):
    session = send(in_site_a, opened(in_site_a, case_a, declared_size=len(SOUND)), 0)

    with pytest.raises(Refusal) as refused:
        uploads.complete(by=in_site_a.actor, session=session)

    assert refusal_of(refused) == Code.CUT_OFF
    assert refused.value.facts == {"received": PIECE, "next_index": 1}
    for index in range(1, len(PIECES)):
        session = send(in_site_a, session, index)
    assert uploads.complete(by=in_site_a.actor, session=session)[1]


def test_session_when_more_comes_than_was_announced_then_refused(in_site_a: Person, case_a):
    with pytest.raises(Refusal) as refused:
        send(in_site_a, opened(in_site_a, case_a, declared_size=PIECE - 1), 0)

    assert refusal_of(refused) == Code.CHUNK_WRONG_SIZE
    assert refused.value.facts == {"expected_size": PIECE - 1, "next_index": 0}


def test_session_when_the_whole_has_another_digest_then_refused_and_can_be_discarded(
    in_site_a: Person, case_a, own_store
):
    session = sent_all(in_site_a, opened(in_site_a, case_a))

    with pytest.raises(Refusal) as refused:
        uploads.complete(by=in_site_a.actor, session=session, sha256="0" * 64)
    assert refusal_of(refused) == Code.DIGEST_MISMATCH
    assert len(objects(own_store)) == len(PIECES)

    uploads.discard(by=in_site_a.actor, session=session)
    assert objects(own_store) == set()
    assert not Upload.objects.exists()


def test_session_when_discarded_then_takes_nothing_more(in_site_a: Person, case_a):
    session = opened(in_site_a, case_a)
    uploads.discard(by=in_site_a.actor, session=session)
    session.refresh_from_db()

    for do in (
        lambda: send(in_site_a, session, 0),
        lambda: uploads.complete(by=in_site_a.actor, session=session),
        lambda: uploads.discard(by=in_site_a.actor, session=session),
    ):
        with pytest.raises(Refusal) as refused:
            do()
        assert refusal_of(refused) == Code.SESSION_OVER


def test_session_when_its_bytes_are_here_already_then_the_same_upload(in_site_a: Person, case_a, own_store):
    first = keep(in_site_a, case_a, SOUND, "first.wav")
    session = sent_all(in_site_a, opened(in_site_a, case_a))

    upload, is_new = uploads.complete(by=in_site_a.actor, session=session)

    assert (upload, is_new) == (first, False)
    assert objects(own_store) == {first.object_name}


def test_session_when_a_piece_comes_while_the_others_are_joined_then_not_completed_without_it(
    in_site_a: Person, case_a, own_store, monkeypatch
):
    session = sent_all(in_site_a, opened(in_site_a, case_a))
    real_join = uploads._join

    def join_and_receive(given: UploadSession, sha256: str):
        received = real_join(given, sha256)
        send(in_site_a, session, len(PIECES), b"late")
        return received

    monkeypatch.setattr(uploads, "_join", join_and_receive)

    with pytest.raises(Refusal) as refused:
        uploads.complete(by=in_site_a.actor, session=session)

    assert refusal_of(refused) == Code.CUT_OFF
    assert not Upload.objects.exists()
    assert len(objects(own_store)) == len(PIECES) + 1


@pytest.mark.parametrize("problem", [StorageFull, StorageDown])
def test_session_when_the_store_fails_then_the_piece_is_not_acknowledged(
    in_site_a: Person, case_a, own_store, monkeypatch, problem
):
    session = send(in_site_a, opened(in_site_a, case_a), 0)

    def fail(*_args: object) -> None:
        raise problem

    with monkeypatch.context() as patch:
        patch.setattr(LocalSink, "commit", fail)
        with pytest.raises(problem):
            send(in_site_a, session, 1)
        with pytest.raises(problem):
            uploads.complete(by=in_site_a.actor, session=session)

    session.refresh_from_db()
    assert (session.next_index, session.state) == (1, SessionState.RECEIVING)
    assert UploadChunk.objects.count() == len(objects(own_store)) == 1
    assert send(in_site_a, session, 1).next_index == 2


def test_session_when_the_store_is_away_at_the_tidying_then_the_upload_is_complete_all_the_same(
    in_site_a: Person, case_a, own_store, monkeypatch
):
    session = sent_all(in_site_a, opened(in_site_a, case_a))

    def away(_self: LocalObjectStore, name: str) -> None:
        raise StorageDown(name)

    monkeypatch.setattr(LocalObjectStore, "delete", away)

    upload, is_new = uploads.complete(by=in_site_a.actor, session=session)

    assert is_new
    assert StoredUpload(upload).read() == SOUND


@settings(max_examples=40)
@given(order=st.lists(st.integers(0, len(PIECES) - 1), max_size=12))
def test_session_when_pieces_come_in_any_order_then_only_the_next_counts(clinician_a: Person, order: list[int]):
    """Whatever a client does, what was acknowledged is a beginning of the file."""
    with transaction.atomic(), clinician_a.at_work():
        session, expected = opened(clinician_a, make.case(clinician_a)), 0
        for index in order:
            with suppress(Refusal):
                session = send(clinician_a, session, index)
            expected += index == expected
            session.refresh_from_db()
            assert session.next_index == session.chunks.count() == expected
        assert session.received == sum(len(piece) for piece in PIECES[:expected])
