"""The ladder of those who turn speech into words: a Whisper model of the site, a remote one where policy lets the voice
leave, PocketSphinx always. Typed text needs none of them.

A voice identifies a person, and no word can be hidden in it before it leaves: whoever passes `may_leave=True` has asked
the policy of the site.
"""

from collections.abc import Sequence
from typing import Protocol

from clinic.inference.speech.configured import SpeechSettings
from clinic.inference.speech.sound import Samples
from clinic.inference.speech.transcript import Word


class EngineFailed(Exception):
    """Without a word of what was said. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Hearing(Protocol):
    """One recording heard by one engine, a stretch of speech after the other. Raises `EngineFailed`."""

    def hear(self, stretch: Samples) -> tuple[Word, ...]:
        """The words of a stretch, in seconds from its beginning."""

    def close(self) -> None: ...


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]:
        """Empty: any."""

    @property
    def is_draft(self) -> bool:
        """So many words are wrong that a person reads every line."""

    @property
    def is_remote(self) -> bool: ...

    @property
    def longest_s(self) -> float:
        """The longest stretch it should be given."""

    def open(self, language: str) -> Hearing: ...


def ladder(settings: SpeechSettings, *, language: str, may_leave: bool = False) -> tuple[Engine, ...]:
    """The best first. Raises `EngineFailed` for a Whisper folder that is not what its manifest says: a model that was
    changed is not passed over in silence."""
    from clinic.inference.speech.remote import RemoteWhisper
    from clinic.inference.speech.sphinx import Sphinx

    engines: list[Engine] = []
    if settings.whisper_folder:
        from clinic.inference.speech.whisper import Whisper

        engines.append(Whisper(settings.whisper_folder))
    if may_leave:
        engines += [RemoteWhisper(model) for model in settings.remote]
    return fitting([*engines, Sphinx()], language)


def fitting(engines: Sequence[Engine], language: str) -> tuple[Engine, ...]:
    return tuple(engine for engine in engines if not engine.languages or language in engine.languages)
