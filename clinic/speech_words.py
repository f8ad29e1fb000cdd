"""Each code of hearing a recording in words: what it is, why, and what a person does. The recording is always kept."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clinic.sentences import Sentence

_TYPE_INSTEAD = _("Listen to the recording and type what was said.")
_RECORD_AGAIN = _("Record it again, or type what was said.")
_SAVE_AGAIN = _("Save it again as WAV, MP3, M4A, OGG, WEBM or FLAC, and add that file.")
_IN_PARTS = _("Add it in parts.")
HOURS = 4

SENTENCES = {
    "empty": Sentence(_("Empty"), _("There is nothing in the file."), _RECORD_AGAIN),
    "not_a_sound": Sentence(
        _("Not a recording"), _("The file calls itself a sound and is something else."), _SAVE_AGAIN
    ),
    "no_sound_in_it": Sentence(_("No sound in it"), _("The file is a film or a frame without any sound."), _SAVE_AGAIN),
    "codec_not_taken": Sentence(
        _("Stored in an unusual way"), _("The sound is packed in a way that is not opened here."), _SAVE_AGAIN
    ),
    "damaged": Sentence(_("Damaged file"), _("The recording breaks off, or contradicts itself."), _RECORD_AGAIN),
    "too_short": Sentence(_("Too short"), _("It is shorter than a tenth of a second."), _RECORD_AGAIN),
    "too_long": Sentence(
        _("Too long"), format_lazy(_("A recording may last at most {hours} hours."), hours=HOURS), _IN_PARTS
    ),
    "silent": Sentence(
        _("Silent"), _("There is no sound on it, as if no microphone had been connected."),
        _("Check the microphone and record it again, or type what was said."),
    ),
    "too_large": Sentence(_("Too large"), _("It takes more memory to open than a recording may take."), _IN_PARTS),
    "took_too_long": Sentence(_("Took too long"), _("It could not be opened in the time allowed."), _IN_PARTS),
    "child_unavailable": Sentence(
        _("Not heard yet"), _("Nothing is wrong with the recording: it could not be opened just now."), _("Try again.")
    ),
    "no_engine": Sentence(
        _("Nobody here hears this language"), _("No engine of this installation turns this language into words."),
        _TYPE_INSTEAD,
    ),
    "nobody_heard": Sentence(
        _("Not heard"), _("Every engine that was asked failed. The recording is as it was."),
        _("Ask for the transcript again, or listen to the recording and type what was said."),
    ),
}  # fmt: skip

RISKS: dict[str, str | Promise] = {"dose": _("Dose"), "number": _("Number"), "negation": _("Negation")}


def sentence(code: str) -> Sentence:
    return SENTENCES.get(code) or Sentence(code.replace("_", " "), code, _TYPE_INSTEAD)
