"""A text beside itself in small letters: what does not care for capitals is looked for there, three times as fast."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """`low` has every character at the place it has in `text`."""

    text: str
    low: str


def source(text: str) -> Source:
    low = text.lower()
    if len(low) != len(text):  # some letters become two
        low = "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)
    return Source(text, low)
