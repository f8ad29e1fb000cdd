"""What a call used, whether it came to something or not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Price:
    """Dollars for a million tokens; a local engine has none."""

    read: float = 0.0
    written: float = 0.0


@dataclass(frozen=True)
class Usage:
    calls: int = 0
    read_tokens: int = 0
    written_tokens: int = 0
    estimated_tokens: int = 0  # of those read, what nobody told and was guessed

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.read_tokens + other.read_tokens,
            self.written_tokens + other.written_tokens,
            self.estimated_tokens + other.estimated_tokens,
        )

    def cost(self, price: Price) -> float:
        return (self.read_tokens * price.read + self.written_tokens * price.written) / 1_000_000

    @property
    def tokens(self) -> int:
        return self.read_tokens + self.written_tokens


def guessed(*sent: str) -> Usage:
    """Of a call that was cut off: what was sent was read and is paid for, and no provider says how much it was. What it
    had written by then nobody can guess."""
    tokens = -(-sum(len(part.encode()) for part in sent) // BYTES_OF_A_TOKEN)
    return Usage(read_tokens=tokens, estimated_tokens=tokens)


BYTES_OF_A_TOKEN = 4  # of English and of JSON, roughly
FREE = Price()
NOTHING = Usage()
CALL = Usage(calls=1)
