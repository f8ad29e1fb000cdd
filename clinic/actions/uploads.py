"""Keeping files. The object is safe before the row is written, so a row never points at nothing; an object whose row
was never written is an orphan and the janitor's."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, endings, formats, pipeline, preparing, sealing
from clinic.actions import hearings, runs, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.formats import HEAD_BYTES
from clinic.intake import Intake, Received
from clinic.models import Case, EntryKind, SessionState, Upload, UploadChunk, UploadSession
from clinic.storage.errors import StorageError
from clinic.storage.keys import DataKey
from clinic.uploads import may_delete, store


def add(*, by: Actor, case: Case, received: Received, name: str, begins: bool = True, is_ready: bool = False,
        ) -> tuple[Upload, bool]:  # fmt: skip
    """The upload and whether it is new: the same bytes in the same case are one upload. `begins`: whether the runs that
    capabilities begin with such a file are asked for, or the caller asks for what it wants. `is_ready`: what must not
    stay in such a file has been taken out of it already."""
    by.require(Permission.UPLOAD_ADD)
    came = received
    received = received if is_ready else _prepared(case, received)
    try:
        with _let_go_if_refused(received.object_name), audit.act(by, "upload.added") as doing:
            case.check_takes_additions()
            upload = Upload(
                site_id=case.site_id, case=case, kind=received.kind, content_type=received.content_type, name=name,
                size=received.size, sha256=received.sha256, object_name=received.object_name, added_by_id=by.user_id,
            )  # fmt: skip
            upload.save(force_insert=True)
            timeline.add(doing, case=case, kind=EntryKind.UPLOAD, subject_id=upload.pk, upload_kind=received.kind)
            if begins:
                _begin(by, upload)
            changed = {"came_as": came.sha256} if came.sha256 != received.sha256 else {}
            doing.about(upload, case=case, fields=("name",), kind=received.kind, size=received.size,
                        sha256=received.sha256, **changed)  # fmt: skip
    except IntegrityError:
        return _known(by, case, received), False
    return upload, True


def _known(by: Actor, case: Case, received: Received) -> Upload:
    """Where its bytes were deleted since, they are there again."""
    known = Upload.objects.select_related("case").get(case=case, sha256=received.sha256)
    if known.expired_at is None:
        let_go(received.object_name)
        return known
    with audit.act(by, "upload.came_again") as doing:
        known.object_name, known.expired_at, known.cold_at = received.object_name, None, None
        known.going_told_at = None
        known.save(update_fields=["object_name", "expired_at", "cold_at", "going_told_at"])
        doing.about(known, case=case, sha256=known.sha256)
    return known


def _prepared(case: Case, received: Received) -> Received:
    """What came is let go whatever becomes of it: only what was made of it may stay."""
    if not preparing.is_prepared(received.content_type):
        return received
    key = sealing.data_key(case.patient_id)
    try:
        with store().open(received.object_name, key=key, sha256=received.sha256) as reader:
            data = preparing.prepared(received.content_type, case, reader.chunks())
        stored = store().put([data], key=key)
    finally:
        let_go(received.object_name)
    return replace(received, size=stored.size, sha256=stored.sha256, object_name=stored.name)


def _begin(by: Actor, upload: Upload) -> None:
    """What capabilities ask of such a file by themselves. Who may add but not ask does not have to: the house asks."""
    for sort in pipeline.kinds():
        if upload.kind in sort.begins_with:
            asker = by if by.can(sort.permission) else Actor.system("uploads", upload.site_id, by.request_id)
            runs.request(by=asker, kind=sort.name, case=upload.case, uploads=[upload])


@contextmanager
def _let_go_if_refused(object_name: str) -> Iterator[None]:
    """A refusal means that no row was written. After any other failure nobody knows: a connection that is lost during
    a commit may have committed. So then the object stays, and the janitor looks for its row."""
    try:
        yield
    except Refusal:
        let_go(object_name)
        raise


def let_go(*object_names: str) -> None:
    with suppress(StorageError), may_delete() as is_allowed:  # what is left now is the janitor's
        for name in object_names if is_allowed else ():
            store().delete(name)


def settle(*, case: Case, received: Received, find: Callable[[], UUID]) -> Upload:
    """The upload that `find` names, for a file whose request may have had its effect before: then what came now is let
    go."""
    with _let_go_if_refused(received.object_name):
        upload = Upload.objects.select_related("case", "added_by").get(case=case, pk=find())
    if upload.object_name != received.object_name:
        let_go(received.object_name)
    return upload


def store_whole(
    *, by: Actor, case: Case, chunks: Iterable[bytes], name: str, declared_type: str = "", begins: bool = True,
    is_ready: bool = False,
) -> tuple[Upload, bool]:  # fmt: skip
    """For commands and programs that hold the bytes: the same way in as a web upload."""
    by.require(Permission.UPLOAD_ADD)
    case.check_takes_additions()
    intake = Intake(key=sealing.data_key(case.patient_id), name=name, declared_type=declared_type)
    with intake:
        for chunk in chunks:
            intake.feed(chunk)
        received = intake.finish()
    return add(by=by, case=case, received=received, name=name, begins=begins, is_ready=is_ready)


# --- in pieces --------------------------------------------------------------------------------------------------------


def open_session(
    *, by: Actor, case: Case, name: str, declared_type: str = "", declared_size: int | None = None, language: str = ""
) -> UploadSession:
    """`language`: what is spoken in a recording that goes on; where it is said, words come while the person speaks."""
    by.require(Permission.UPLOAD_ADD)
    Intake.check_announced(size=declared_size, name=name, declared_type=declared_type)
    with audit.act(by, "upload_session.opened") as doing:
        case.check_takes_additions()
        session = UploadSession(
            site_id=case.site_id, case=case, name=name, declared_type=declared_type[:80], declared_size=declared_size,
            opened_by_id=by.user_id,
        )  # fmt: skip
        session.save(force_insert=True)
        if language and declared_size is None:
            hearings.begin(session=session, language=language)
        doing.about(session, case=case, fields=("name", "declared_size"))
    return session


def add_chunk(*, by: Actor, session: UploadSession, index: int, data: bytes, sha256: str = "") -> UploadSession:
    """Acknowledged means stored. A piece that came before is acknowledged again; one too early is refused."""
    by.require(Permission.UPLOAD_ADD)
    found = digest_of_piece(data, sha256, session.next_index)
    if index < session.next_index:
        return _again(session, index, found)
    _check_receiving(session, index, len(data))
    _check_beginning(session, data)
    stored = store().put([data], key=sealing.data_key(session.case.patient_id))
    with _let_go_if_refused(stored.name), audit.act(by, "upload_session.received") as doing:
        locked = _lock(session)
        if index < locked.next_index:  # the same piece came twice at once, and the other was first
            doing.nothing_happened()
            let_go(stored.name)
            return _again(locked, index, found)
        _check_receiving(locked, index, len(data))
        UploadChunk.objects.create(site_id=locked.site_id, session=locked, index=index, size=len(data),
                                   sha256=found, object_name=stored.name)  # fmt: skip
        locked.next_index, locked.received = index + 1, locked.received + len(data)
        locked.touched_at = timezone.now()
        locked.save(update_fields=["next_index", "received", "touched_at"])
        doing.about(locked, case=locked.case, index=index, size=len(data))
    return locked


def _lock(session: UploadSession) -> UploadSession:
    rows = UploadSession.objects.select_for_update(no_key=True, of=("self",)).select_related("case__patient")
    return rows.get(pk=session.pk)


def _again(session: UploadSession, index: int, sha256: str) -> UploadSession:
    demand_the_same_piece(session.chunks.all(), index, sha256, session.next_index)
    return session


def digest_of_piece(data: bytes, announced: str, next_index: int) -> str:
    found = hashlib.sha256(data).hexdigest()
    if announced and announced.lower() != found:
        raise Refusal(Code.CHUNK_DAMAGED, facts={"next_index": next_index})
    return found


def demand_the_same_piece(pieces: QuerySet[Any], index: int, sha256: str, next_index: int) -> None:
    """Of one that came before."""
    known = pieces.filter(index=index).values_list("sha256", flat=True).first()
    if known is not None and known != sha256:
        raise Refusal(Code.CHUNK_DIFFERS, facts={"next_index": next_index})


def _check_receiving(session: UploadSession, index: int, size: int) -> None:
    if session.state != SessionState.RECEIVING:
        raise Refusal(Code.SESSION_OVER)
    if index != session.next_index:
        raise Refusal(Code.CHUNK_OUT_OF_ORDER, facts={"next_index": session.next_index})
    _check_size(session, size)
    most = max(session.received + size, session.declared_size or 0)
    Intake.check_announced(size=most, name=session.name, declared_type=session.declared_type)


def _check_size(session: UploadSession, size: int) -> None:
    """Pieces of one size, so that everybody knows which bytes a number stands for; of a recording that goes on each is
    as long as it came."""
    if session.declared_size is None:
        if not 0 < size <= settings.CHUNK_BYTES:
            raise wrong_size(at_most=settings.CHUNK_BYTES)
        return
    expected = min(settings.CHUNK_BYTES, session.declared_size - session.received)
    if expected <= 0:
        raise Refusal(Code.CHUNK_WRONG_SIZE, detail=_("The whole file has come already: no piece of it is missing."),
                      facts={"expected_size": 0, "next_index": session.next_index})  # fmt: skip
    if size != expected:
        words = _("This piece must have exactly %(expected)d bytes; it has %(size)d.")
        raise Refusal(Code.CHUNK_WRONG_SIZE, detail=words % {"expected": expected, "size": size},
                      facts={"expected_size": expected, "next_index": session.next_index})  # fmt: skip


def _check_beginning(session: UploadSession, data: bytes) -> None:
    """What is not taken is refused as soon as enough of it is here, not when all of it is."""
    if session.received >= HEAD_BYTES:
        return
    key = sealing.data_key(session.case.patient_id)
    Intake.check_beginning(
        b"".join(_stored(session, key)) + data,
        size=session.declared_size, name=session.name, declared_type=session.declared_type,
    )  # fmt: skip


def _stored(session: UploadSession, key: DataKey) -> Iterator[bytes]:
    for chunk in session.chunks.order_by("index"):
        with store().open(chunk.object_name, key=key, sha256=chunk.sha256) as reader:
            yield from reader.chunks()


def wrong_size(*, at_most: int) -> Refusal:
    words = _("A piece has at least one byte and at most %(at_most)d.") % {"at_most": at_most}
    return Refusal(Code.CHUNK_WRONG_SIZE, detail=words, facts={"at_most": at_most})


def complete(*, by: Actor, session: UploadSession, sha256: str = "") -> tuple[Upload, bool]:
    """Joins the pieces into one object, checks it as any upload is checked, and lets the pieces go."""
    by.require(Permission.UPLOAD_ADD)
    if session.state == SessionState.COMPLETE and session.upload:
        return session.upload, False
    if session.state != SessionState.RECEIVING:
        raise Refusal(Code.SESSION_OVER)
    if session.declared_size is not None and session.received != session.declared_size:
        raise Refusal(Code.CUT_OFF, facts={"received": session.received, "next_index": session.next_index})
    try:
        return _complete(by, session, sha256)
    except (Refusal, StorageError):
        session.refresh_from_db()
        if session.state == SessionState.COMPLETE and session.upload:  # asked for twice at once: the other was first
            return session.upload, False
        raise


def _complete(by: Actor, session: UploadSession, sha256: str) -> tuple[Upload, bool]:
    joined = _join(session, sha256)
    received = _prepared(session.case, joined)  # before the row is locked: it takes a second
    with _let_go_if_refused(received.object_name), audit.act(by, "upload_session.completed") as doing:
        locked = _lock(session)
        if locked.state != SessionState.RECEIVING:
            raise Refusal(Code.SESSION_OVER)
        if locked.received != joined.size:  # a piece came while the others were being joined
            raise Refusal(Code.CUT_OFF, facts={"received": locked.received, "next_index": locked.next_index})
        upload, is_new = add(by=by, case=locked.case, received=received, name=locked.name, is_ready=True)
        locked.state, locked.upload = SessionState.COMPLETE, upload
        locked.save(update_fields=["state", "upload"])
        endings.session_ended(by=by, session=locked)
        doing.about(locked, case=locked.case, size=joined.size)
    let_pieces_go(session)
    return upload, is_new


def _join(session: UploadSession, sha256: str) -> Received:
    key = sealing.data_key(session.case.patient_id)
    with Intake(key=key, name=session.name, declared_type=session.declared_type) as intake:
        for piece in _stored(session, key):
            intake.feed(piece)
        return intake.finish(expected_sha256=sha256)


def is_recording(session: UploadSession) -> bool:
    """Somebody spoke, and nobody knew for how long: whatever came of it is worth keeping."""
    kinds = formats.announced_kinds(name=session.name, declared_type=session.declared_type)
    return session.declared_size is None and session.received > 0 and kinds == {formats.Kind.AUDIO}


def discard(*, by: Actor, session: UploadSession) -> None:
    with audit.act(by, "upload_session.discarded") as doing:
        changed = UploadSession.objects.filter(pk=session.pk, state=SessionState.RECEIVING).update(
            state=SessionState.DISCARDED
        )
        if not changed:
            raise Refusal(Code.SESSION_OVER)
        session.state = SessionState.DISCARDED
        endings.session_ended(by=by, session=session)
        doing.about(session, case=session.case)
    let_pieces_go(session)


def let_pieces_go(session: UploadSession) -> None:
    """After the commit that made them unneeded. What a crash leaves here the janitor lets go."""
    names = list(session.chunks.values_list("object_name", flat=True))
    session.chunks.all().delete()
    let_go(*names)
