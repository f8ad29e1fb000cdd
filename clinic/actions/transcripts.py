"""A person goes through a transcript: confirms, corrects, says who spoke, takes back. What the engine heard stays."""

from django.utils.translation import gettext as _

from clinic import audit, transcripts
from clinic.answer_telling import opened
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Result, Run, RunState, TranscriptAct, TranscriptEdit
from clinic.speech import KIND
from clinic.transcripts import BOTH

LONGEST_WORDS, LONGEST_NAME = 400, 60
MOST_AT_ONCE = 40  # words that one correction replaces


def confirm(*, by: Actor, run: Run, first: int, last: int, seen: int | None = None) -> TranscriptEdit:
    """A number, a dose or a negation as it stands. `seen`, here and below: how many acts there were on the page."""
    return _write(by, run, TranscriptAct.CONFIRMED, "transcript.confirmed", first=first, last=last, seen=seen)


def correct(*, by: Actor, run: Run, first: int, last: int, words: str, seen: int | None = None) -> TranscriptEdit:
    """No words at all: nothing was said there."""
    words = " ".join(words.split())
    if len(words) > LONGEST_WORDS:
        raise Refusal(Code.INVALID, fields={"words": [_("At most %d characters.") % LONGEST_WORDS]})
    return _write(by, run, TranscriptAct.CORRECTED, "transcript.corrected", first=first, last=last, words=words,
                  seen=seen)  # fmt: skip


def say_who(*, by: Actor, run: Run, first: int, last: int, speaker: int, seen: int | None = None) -> TranscriptEdit:
    return _write(by, run, TranscriptAct.SPOKEN_BY, "transcript.speaker_said", first=first, last=last, speaker=speaker,
                  seen=seen)  # fmt: skip


def name_speaker(*, by: Actor, run: Run, speaker: int, name: str, seen: int | None = None) -> TranscriptEdit:
    """Of the whole transcript: mother, doctor. No voice print is made or kept."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refusal(Code.INVALID, fields={"name": [_("1 to %d characters.") % LONGEST_NAME]})
    return _write(by, run, TranscriptAct.NAMED, "transcript.speaker_named", speaker=speaker, words=name, seen=seen)


def finish(*, by: Actor, run: Run, seen: int | None = None) -> TranscriptEdit:
    """Somebody has listened to all of it: from here on the engine's errors can be counted."""
    return _write(by, run, TranscriptAct.CHECKED, "transcript.checked", seen=seen)


def undo(*, by: Actor, run: Run, seen: int | None = None) -> TranscriptEdit:
    """The latest act that stands."""
    return _write(by, run, TranscriptAct.UNDONE, "transcript.taken_back", seen=seen)


def _write(
    by: Actor, run: Run, act: TranscriptAct, event: str, *, first: int | None = None, last: int | None = None,
    speaker: int | None = None, words: str | None = None, seen: int | None = None,
) -> TranscriptEdit:  # fmt: skip
    by.require(Permission.NOTE_WRITE)
    with audit.act(by, event) as doing:
        locked = Run.objects.select_for_update(no_key=True, of=("self",)).select_related("case").get(pk=run.pk)
        _demand_place(locked, first, last, speaker)
        edits = transcripts.edits_of(locked)
        if seen is not None and seen != len(edits):
            raise Refusal(Code.TRANSCRIPT_CHANGED)
        if act == TranscriptAct.UNDONE and not transcripts.in_force(edits):
            raise Refusal(Code.NOTHING_TO_UNDO)
        edit = TranscriptEdit(site_id=locked.site_id, run=locked, number=len(edits), act=act, first=first, last=last,
                              speaker=speaker, words=words, by_id=by.user_id)  # fmt: skip
        edit.save(force_insert=True)
        doing.about(locked, case=locked.case, fields=("words",) if words is not None else (), number=edit.number)
    return edit


def _demand_place(run: Run, first: int | None, last: int | None, speaker: int | None) -> None:
    """Words that are there, of a transcript that is there."""
    if run.kind != KIND or run.state != RunState.SUCCEEDED or run.case is None:
        raise Refusal(Code.NOT_FOUND)
    count = len(opened(Result.objects.select_related("case").filter(run=run).first()).get("words", ()))
    if first is not None and last is not None and not 0 <= first <= last < min(count, first + MOST_AT_ONCE):
        raise Refusal(Code.INVALID, fields={"first": [_("No such words.")]})
    if speaker is not None and speaker not in (1, 2, BOTH):
        raise Refusal(Code.INVALID, fields={"speaker": [_("1, 2, or 3 for both at once.")]})
