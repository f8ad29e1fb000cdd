"""An answer comes: piece by piece while it is spoken, or typed. Acknowledged means stored, under a key of the
attempt's own."""

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from clinic import audit, sealing
from clinic.actions import subject_keys, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.uploads import store
from coaching import words
from coaching.actions import counting, forgetting, practising, reading
from coaching.models import BYTES_A_SECOND, HEADER_BYTES, Attempt, AttemptState, Piece, Practice

LONGEST_S = 25 * 60
MOST_ATTEMPTS = 99
_WAV = (b"RIFF", b"WAVE")


def record(*, by: Actor, practice: Practice) -> Attempt:
    """A recording begins; what comes of it is heard while it comes."""
    return _begin(by, practice, state=AttemptState.RECORDING)


def type_in(*, by: Actor, practice: Practice, text: str) -> Attempt:
    """Without a voice: nothing about delivery, all about content."""
    return _begin(by, practice, state=AttemptState.READING, text=text)


def _begin(by: Actor, practice: Practice, *, state: AttemptState, text: str = "") -> Attempt:
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.attempt_begun") as doing:
        held = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        if held.closed_at is not None:
            raise Refusal(Code.SESSION_OVER)
        taken = held.attempts.aggregate(count=Count("pk"), last=Max("number"))
        if taken["count"] >= MOST_ATTEMPTS:
            raise Refusal(Code.TOO_MANY)
        number = (taken["last"] or 0) + 1  # of one that was deleted the number is not given again
        attempt = Attempt(site_id=held.site_id, person_id=held.person_id, practice=held, number=number, state=state)
        subject_keys.create(subject_id=attempt.pk, site_id=held.site_id)
        if text:
            now = timezone.now()
            attempt.is_typed, attempt.answer = True, words.typed(text)
            attempt.came_at = attempt.heard_at = attempt.measured_at = now
        attempt.save(force_insert=True)
        practising.touch(held.pk)
        if text:
            reading.go_on(attempt)
        doing.about(attempt, number=number, is_typed=attempt.is_typed)
    return attempt


def add_piece(*, by: Actor, attempt: Attempt, index: int, data: bytes, sha256: str = "") -> Attempt:
    """One that came before is acknowledged again; one too early is refused and told which is next."""
    by.require(Permission.COACH_PRACTISE)
    found = uploads.digest_of_piece(data, sha256, attempt.next_index)
    if index < attempt.next_index:
        return _again(attempt, index, found)
    _check(attempt, index, data)
    stored = store().put([data], key=sealing.data_key(attempt.pk))
    try:
        with audit.act(by, "coaching.piece_received") as doing:
            held = lock(attempt)
            if index < held.next_index:
                doing.nothing_happened()
                uploads.let_go(stored.name)
                return _again(held, index, found)
            _check(held, index, data)
            Piece.objects.create(site_id=held.site_id, person_id=held.person_id, attempt=held, index=index,
                                 size=len(data), sha256=found, object_name=stored.name)  # fmt: skip
            held.next_index, held.received = index + 1, held.received + len(data)
            held.save(update_fields=["next_index", "received"])
            practising.touch(held.practice_id)
            reading.go_on(held)
            doing.about(held, index=index, size=len(data))
    except Refusal:
        uploads.let_go(stored.name)
        raise
    return held


def lock(attempt: Attempt) -> Attempt:
    rows = Attempt.objects.select_for_update(no_key=True, of=("self",)).select_related("practice")
    return rows.get(pk=attempt.pk)


def _again(attempt: Attempt, index: int, sha256: str) -> Attempt:
    uploads.demand_the_same_piece(attempt.pieces.all(), index, sha256, attempt.next_index)
    return attempt


def _check(attempt: Attempt, index: int, data: bytes) -> None:
    if attempt.state != AttemptState.RECORDING:
        raise Refusal(Code.SESSION_OVER)
    if index != attempt.next_index:
        raise Refusal(Code.CHUNK_OUT_OF_ORDER, facts={"next_index": attempt.next_index})
    if not 0 < len(data) <= settings.CHUNK_BYTES:
        raise uploads.wrong_size(at_most=settings.CHUNK_BYTES)
    if attempt.received + len(data) > LONGEST_S * BYTES_A_SECOND + HEADER_BYTES:
        raise Refusal(Code.TOO_LARGE, facts={"at_most_s": LONGEST_S})
    if index == 0 and not _is_wav(data):
        raise Refusal(Code.TYPE_NOT_ALLOWED)


def _is_wav(data: bytes) -> bool:
    """16 kHz, one channel, 16 bits: what the recorder of the house sends, and nothing has to be decoded."""
    return (
        len(data) >= HEADER_BYTES and (data[:4], data[8:12]) == _WAV
        and data[20:24] == b"\x01\x00\x01\x00" and data[24:28] == (16_000).to_bytes(4, "little")
        and data[34:36] == b"\x10\x00"
    )  # fmt: skip


def complete(*, by: Actor, attempt: Attempt) -> Attempt:
    """She has stopped. Asked for twice it is the same."""
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.attempt_came") as doing:
        held = lock(attempt)
        if held.state not in (AttemptState.RECORDING, AttemptState.READING, AttemptState.DONE):
            raise Refusal(Code.SESSION_OVER)
        if held.state != AttemptState.RECORDING:
            doing.nothing_happened()
            return held
        if held.received <= HEADER_BYTES:
            raise Refusal(Code.EMPTY_FILE)
        held.state, held.came_at = AttemptState.READING, timezone.now()
        held.save(update_fields=["state", "came_at"])
        practising.touch(held.practice_id)
        reading.go_on(held)
        doing.about(held, seconds=round(held.seconds))
    return held


def discard(*, by: Actor, attempt: Attempt) -> None:
    """Of a recording that goes on: nothing stays of it."""
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.attempt_discarded") as doing:
        held = lock(attempt)
        if held.state != AttemptState.RECORDING:
            raise Refusal(Code.SESSION_OVER)
        held.state = AttemptState.DISCARDED
        names = forgetting.forget_words(held)
        held.save()
        doing.about(held)
    uploads.let_go(*names)


def judge(*, by: Actor, attempt: Attempt, is_useful: bool) -> Attempt:
    """What she thinks of the feedback. Counted for the engine, of nobody in particular; not once it is deleted."""
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.feedback_judged") as doing:
        held = lock(attempt)
        if not counting.engine_of(held) or held.is_useful == is_useful:
            doing.nothing_happened()
            return held
        counting.opinion(held, is_useful)
        held.is_useful = is_useful
        held.save(update_fields=["is_useful"])
        doing.about(held)
    return held
