"""What a code says to a person: what it is in short, why that matters, and what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Sentence:
    short: Words
    why: Words
    what_to_do: Words
