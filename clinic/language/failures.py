"""Why a call to a language model came to nothing, and whether the same call may do better in a moment."""

from enum import StrEnum

from clinic.language.usage import NOTHING, Usage


class Failure(StrEnum):
    RATE_LIMIT = "rate_limit"
    OVERLOADED = "overloaded"
    SERVER = "server_error"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    GARBAGE = "garbage"  # an answer that is not what the provider's own format promises, or not of the schema
    DEGENERATE = "degenerate"  # of the schema, and says nothing
    QUOTA = "quota"
    KEY = "key_refused"
    NOT_FOUND = "model_not_found"
    REJECTED = "rejected"
    FILTERED = "filtered"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"


RETRYABLE = frozenset(
    {Failure.RATE_LIMIT, Failure.OVERLOADED, Failure.SERVER, Failure.CONNECTION, Failure.TIMEOUT, Failure.GARBAGE}
)


class CallFailed(Exception):
    """Without a word of the text or of the answer: both may be about a patient."""

    def __init__(self, failure: Failure, usage: Usage = NOTHING, retry_after_s: float | None = None) -> None:
        super().__init__(failure.value)
        self.failure, self.usage, self.retry_after_s = failure, usage, retry_after_s

        self.is_final = False  # nobody is to ask again, whatever the failure

    @property
    def is_retryable(self) -> bool:
        return self.failure in RETRYABLE and not self.is_final


class NothingSaid(Exception):
    """A model that is to be installed answers nothing to what is made up: nobody installs it."""
