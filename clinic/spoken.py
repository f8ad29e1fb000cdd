"""An answer spoken: exactly the words that are shown, and nothing else. A kind of run says in `spoken` which they are:
'app.module:function', which takes the stored result and returns text and language, or nothing."""

import hashlib
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from clinic.cookies import liked
from clinic.errors import Code, Refusal
from clinic.models import Result
from clinic.pipeline import kind_named, load

LANGUAGES = ("en", "es")
USUAL = "usual"
PACES = {"slow": 120, USUAL: 160, "fast": 210}  # words a minute
PACE_WORDS = [("slow", _("slow")), (USUAL, _("usual")), ("fast", _("fast"))]
LONGEST = 4_000
_VOICE = "clinic.inference.speech.saying.said"  # by name: a web process loads no voice, a child of it does


@dataclass(frozen=True)
class Words:
    text: str = field(repr=False)
    language: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def words_of(result: Result) -> Words | None:
    """As the page shows them. None where this kind, or this answer, is not spoken."""
    try:
        kind = kind_named(result.kind)
    except Refusal:
        return None
    found = load(kind.spoken)(result) if kind.spoken else None
    if not found or not found[0].strip() or found[1] not in LANGUAGES:
        return None
    return Words(*found)


def wav_of(words: Words, *, pace: str = USUAL) -> bytes:
    """Raises a `Refusal`: then the browser's own voice is the last step."""
    if len(words.text) > LONGEST:
        raise Refusal(Code.NOT_SPOKEN)
    try:
        sound: bytes = import_string(_VOICE)(words.text, words.language, pace=PACES.get(pace, PACES[USUAL]))
    except Exception as fault:
        raise Refusal(Code.NOT_SPOKEN) from fault
    return sound


def preferred_pace(request: HttpRequest | None) -> str:
    """What this browser was told last."""
    chosen = liked(request, "pace")
    return chosen if chosen in PACES else USUAL
