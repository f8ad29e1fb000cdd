"""Which engines of speech an installation names. Light: every process reads it, only workers load what it names."""

from dataclasses import dataclass, field
from pathlib import Path

from clinic.environment import Environment
from clinic.outgoing import addresses

EMBEDDED = frozenset({"en"})  # what the engine hears that every installation has
FOLDER, REMOTE = "ROUNDS_WHISPER_FOLDER", "ROUNDS_SPEECH_ENGINES"
_URLS = {"groq": "https://api.groq.com/openai/v1", "openai": "https://api.openai.com/v1"}


@dataclass(frozen=True)
class RemoteModel:
    provider: str
    model: str
    url: str
    key: str = field(repr=False)
    local_hosts: tuple[str, ...] = ()  # of the site; a voice that is sent there has left this house all the same

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True)
class SpeechSettings:
    """As an installation names them; nothing is loaded by it."""

    whisper_folder: Path | None = None
    remote: tuple[RemoteModel, ...] = ()


def settings_from(environment: Environment) -> SpeechSettings:
    """`ROUNDS_WHISPER_FOLDER=/models/small`, `ROUNDS_SPEECH_ENGINES=groq/whisper-large-v3`, keys in ROUNDS_GROQ_KEY."""
    folder = environment.text(FOLDER)
    if folder and not Path(folder).is_dir():
        environment.problems.append(f"{FOLDER} names {folder!r}, which is no folder.")
        folder = ""
    found = (_remote(environment, named) for named in environment.listing(REMOTE))
    return SpeechSettings(Path(folder) if folder else None, tuple(each for each in found if each))


def hears(settings: SpeechSettings, language: str, *, may_leave: bool) -> bool:
    """Would any engine be asked about a recording in this language? Nothing is loaded for the answer."""
    if language in EMBEDDED or (may_leave and settings.remote):
        return True
    return settings.whisper_folder is not None and _is_known_to_whisper(settings.whisper_folder, language)


def _is_known_to_whisper(folder: Path, language: str) -> bool:
    from clinic.inference.speech.engines import EngineFailed
    from clinic.inference.speech.whisper import Whisper

    try:
        known = Whisper(folder).languages
    except EngineFailed:
        return False
    return not known or language in known


def _remote(environment: Environment, named: str) -> RemoteModel | None:
    provider, _, model = named.partition("/")
    if provider not in _URLS or not model:
        known = ", ".join(_URLS)
        environment.problems.append(f"{REMOTE} names {named!r}: it must be one of {known}, a slash, a model.")
        return None
    prefix = f"ROUNDS_{provider.upper()}"
    url, key = (
        addresses.from_environment(environment, f"{prefix}_URL", _URLS[provider]),
        environment.text(f"{prefix}_KEY"),
    )
    if not key:
        environment.problems.append(f"{REMOTE} names {named!r}, and {prefix}_KEY is empty.")
        return None
    return RemoteModel(provider, model, url, key, tuple(environment.listing(addresses.LOCAL_HOSTS)))
