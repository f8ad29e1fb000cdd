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

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.read_tokens + other.read_tokens,
            self.written_tokens + other.written_tokens,
        )

    def cost(self, price: Price) -> float:
        return (self.read_tokens * price.read + self.written_tokens * price.written) / 1_000_000


FREE = Price()
NOTHING = Usage()
CALL = Usage(calls=1)
