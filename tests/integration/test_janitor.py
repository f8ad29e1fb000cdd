"""What nothing points at goes; what something points at stays, whatever happens."""

import os
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from clinic import sealing
from clinic.actions import allowance, janitor, uploads
from clinic.models import (
    Case,
    CaseState,
    IdempotencyKey,
    IncidentPack,
    SessionState,
    Upload,
    UploadChunk,
    UploadSession,
)
from clinic.storage.errors import StorageDown
from clinic.storage.local import LocalObjectStore
from coaching.models import Piece
from tests import make
from tests.make import Person


def names(store: LocalObjectStore) -> set[str]:
    return {found.name for found in store.list()}


def age(store: LocalObjectStore, hours: float) -> None:
    long_ago = time.time() - hours * 3600
    for path in store.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago, long_ago))


def orphan(person: Person, store: LocalObjectStore, case) -> str:
    with person.at_work():
        return store.put([b"never told of"], key=sealing.data_key(case.patient_id)).name


def test_orphans_when_old_then_removed_and_what_rows_point_at_stays(
    clinician_a: Person, clinician_b: Person, case_a, case_b, own_store
):
    kept = {make.upload(clinician_a, case_a).object_name, make.upload(clinician_b, case_b).object_name}
    with clinician_a.at_work():
        session = uploads.open_session(by=clinician_a.actor, case=case_a, name="long.wav")
        uploads.add_chunk(by=clinician_a.actor, session=session, index=0, data=b"RIFF")
        kept.add(UploadChunk.objects.get().object_name)
    orphans = {orphan(clinician_a, own_store, case_a), orphan(clinician_b, own_store, case_b)}
    assert names(own_store) == kept | orphans
    age(own_store, hours=2)

    assert janitor.remove_orphans() == 2

    assert names(own_store) == kept
    (event,) = make.audit_events("objects.orphans_removed")
    assert (event["facts"], event["actor"]) == ({"count": 2}, "system:janitor")


def test_orphans_when_young_then_left_because_their_row_may_be_under_way(clinician_a: Person, case_a, own_store):
    orphan(clinician_a, own_store, case_a)

    assert janitor.remove_orphans() == 0
    assert len(names(own_store)) == 1


def test_orphans_when_of_a_closed_site_then_its_files_stay(clinician_a: Person, site_a, case_a, own_store):
    make.upload(clinician_a, case_a)
    site_a.closed_at = timezone.now()
    site_a.save(update_fields=["closed_at"])
    age(own_store, hours=2)

    assert janitor.remove_orphans() == 0


def test_orphans_when_suspiciously_many_then_none_is_touched(
    clinician_a: Person, case_a, own_store, monkeypatch, caplog
):
    monkeypatch.setattr(janitor, "FEW", 3)
    monkeypatch.setattr(janitor, "BATCH", 2)
    for _ in range(2):
        make.upload(clinician_a, case_a)
    for _ in range(5):
        orphan(clinician_a, own_store, case_a)
    age(own_store, hours=2)

    assert janitor.remove_orphans() == 0

    assert len(names(own_store)) == 7
    assert [r.getMessage() for r in caplog.records] == ["too_many_orphans"]


def test_holders_when_listed_then_every_table_that_names_an_object():
    assert set(janitor.holders()) == {IncidentPack, Piece, Upload, UploadChunk}


def test_drafts_when_a_killed_writer_left_one_then_removed_after_a_day(clinician_a: Person, case_a, own_store):
    make.upload(clinician_a, case_a)
    draft = own_store.folder / "aa" / f"{'0' * 32}.part"
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(b"x")

    assert janitor.remove_drafts() == 0
    age(own_store, hours=25)
    assert janitor.remove_drafts() == 1
    assert len(names(own_store)) == 1


def open_session(person: Person, case) -> UploadSession:
    with person.at_work():
        session = uploads.open_session(by=person.actor, case=case, name="long.wav")
        return uploads.add_chunk(by=person.actor, session=session, index=0, data=b"RIFF")


def test_sessions_when_nobody_went_on_then_discarded_with_their_pieces(
    clinician_a: Person, clinician_b: Person, case_a, case_b, own_store
):
    forgotten, alive = open_session(clinician_a, case_a), open_session(clinician_b, case_b)
    with clinician_a.at_work():
        long_ago = timezone.now() - timedelta(hours=settings.UPLOAD_SESSION_HOURS + 1)
        UploadSession.objects.filter(pk=forgotten.pk).update(touched_at=long_ago)

    assert janitor.discard_forgotten_sessions() == 1

    with clinician_a.at_work():
        forgotten.refresh_from_db()
        assert (forgotten.state, UploadChunk.objects.count()) == (SessionState.DISCARDED, 0)
    with clinician_b.at_work():
        alive.refresh_from_db()
        assert alive.state == SessionState.RECEIVING
        assert names(own_store) == {UploadChunk.objects.get().object_name}


SOUND = b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(28) + bytes(64_000)


def recording(person: Person, case, **columns) -> UploadSession:
    """Of a person whose browser died in the middle of it, a day ago."""
    with person.at_work():
        session = uploads.open_session(by=person.actor, case=case, name="voice.wav", **columns)
        for index, piece in enumerate((SOUND[:40_000], SOUND[40_000:])):
            session = uploads.add_chunk(by=person.actor, session=session, index=index, data=piece)
        day_ago = timezone.now() - timedelta(days=1)
        UploadSession.objects.filter(pk=session.pk).update(touched_at=day_ago)
        session.refresh_from_db()
    return session


def test_recordings_when_nobody_went_on_then_a_file_of_their_case_as_far_as_they_came(
    clinician_a: Person, case_a, own_store
):
    forgotten = recording(clinician_a, case_a)

    assert janitor.store_forgotten_recordings() == 1

    with clinician_a.at_work():
        forgotten.refresh_from_db()
        made = Upload.objects.get()
        assert (forgotten.state, forgotten.upload, made.kind, made.size) == ("complete", made, "audio", len(SOUND))
        assert names(own_store) == {made.object_name}
    assert janitor.store_forgotten_recordings() == 0


def test_recordings_when_somebody_may_still_go_on_then_left(clinician_a: Person, case_a, own_store):
    alive = recording(clinician_a, case_a)
    with clinician_a.at_work():
        UploadSession.objects.update(touched_at=timezone.now() - timedelta(hours=settings.RECORDING_HOURS - 1))

    assert janitor.store_forgotten_recordings() == 0
    with clinician_a.at_work():
        alive.refresh_from_db()
    assert alive.state == SessionState.RECEIVING


def test_recordings_when_their_length_was_announced_then_no_half_of_them_is_stored(
    clinician_a: Person, case_a, own_store
):
    with clinician_a.at_work():
        session = uploads.open_session(by=clinician_a.actor, case=case_a, name="voice.wav", declared_size=10**7)
        uploads.add_chunk(
            by=clinician_a.actor, session=session, index=0, data=SOUND[:44].ljust(settings.CHUNK_BYTES, b"\0")
        )
        UploadSession.objects.update(touched_at=timezone.now() - timedelta(days=1))

    assert janitor.store_forgotten_recordings() == 0


def test_recordings_when_their_case_is_closed_then_they_wait_and_nothing_discards_them(
    clinician_a: Person, case_a, own_store
):
    session = recording(clinician_a, case_a)
    with clinician_a.at_work():
        Case.objects.filter(pk=case_a.pk).update(state=CaseState.CLOSED)
        UploadSession.objects.update(touched_at=timezone.now() - timedelta(days=30))

    assert (janitor.store_forgotten_recordings(), janitor.discard_forgotten_sessions()) == (0, 0)
    with clinician_a.at_work():
        session.refresh_from_db()
    assert session.state == SessionState.RECEIVING


def test_recordings_when_the_store_was_away_for_days_then_stored_not_discarded(
    clinician_a: Person, case_a, own_store, monkeypatch
):
    session = recording(clinician_a, case_a)
    with clinician_a.at_work():
        UploadSession.objects.update(touched_at=timezone.now() - timedelta(days=30))

    def away(_self: LocalObjectStore, *_args, **_more) -> None:
        raise StorageDown("away")

    with monkeypatch.context() as patch:
        patch.setattr(LocalObjectStore, "open", away)
        assert (janitor.store_forgotten_recordings(), janitor.discard_forgotten_sessions()) == (0, 0)
    assert janitor.discard_forgotten_sessions() == 0
    with clinician_a.at_work():
        session.refresh_from_db()
    assert session.state == SessionState.COMPLETE


def test_pieces_when_the_process_was_killed_after_its_commit_then_let_go(
    clinician_a: Person, case_a, own_store, monkeypatch
):
    session = recording(clinician_a, case_a)
    with clinician_a.at_work(), monkeypatch.context() as patch:
        patch.setattr(uploads, "let_pieces_go", lambda session: None)
        upload, _is_new = uploads.complete(by=clinician_a.actor, session=session)
        assert UploadChunk.objects.count() == 2

    assert (janitor.let_pieces_go(), janitor.let_pieces_go()) == (1, 0)

    assert names(own_store) == {upload.object_name}


def test_sessions_when_the_store_is_away_then_their_rows_end_and_the_pieces_are_orphans(
    clinician_a: Person, case_a, own_store, monkeypatch
):
    session = open_session(clinician_a, case_a)
    with clinician_a.at_work():
        UploadSession.objects.update(touched_at=timezone.now() - timedelta(days=30))

    def away(_self: LocalObjectStore, name: str) -> None:
        raise StorageDown(name)

    with monkeypatch.context() as patch:
        patch.setattr(LocalObjectStore, "delete", away)
        assert janitor.discard_forgotten_sessions() == 1
    with clinician_a.at_work():
        session.refresh_from_db()
    assert session.state == SessionState.DISCARDED

    age(own_store, hours=2)
    assert janitor.remove_orphans() == 1


def test_idempotency_keys_when_two_days_old_then_forgotten(in_site_a: Person, case_a):
    for name, hours in (("old", 49), ("young", 47)):
        IdempotencyKey.objects.create(site=in_site_a.site, person=in_site_a.user, key=name, request_sha256="",
                                      made_id=case_a.pk, at=timezone.now() - timedelta(hours=hours))  # fmt: skip

    assert janitor.forget_idempotency_keys() == 1
    assert IdempotencyKey.objects.get().key == "young"


def test_sign_ins_when_expired_then_ended_and_the_others_stay(clinician_a: Person, admin_a: Person, as_person):
    gone, here = as_person(clinician_a), as_person(admin_a)
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))

    assert janitor.end_expired_sign_ins() == 1
    assert Session.objects.get().pk == here.session.session_key


@pytest.mark.parametrize(("minutes", "left"), [(61, 0), (59, 1)])
def test_allowances_when_an_hour_old_then_forgotten(clinician_a: Person, minutes, left):
    allowance.take(by=clinician_a.actor, of=allowance.REQUESTS)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_allowance SET began = now() - make_interval(mins => %s)", [minutes])

    assert janitor.forget_allowances() == 1 - left


@pytest.mark.parametrize(("life_s", "left"), [(-1, 0), (60, 1)])
def test_cache_when_swept_then_only_what_has_expired_goes(db, life_s, left):
    cache.set("rate", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_cache SET expires = now() + make_interval(secs => %s)", [life_s])

    assert janitor.empty_cache() == 1 - left
    assert cache.get("rate") == (1 if left else None)
