"""Queues are by resource, not by capability, each with an interactive and a batch lane."""

from enum import StrEnum


class Resource(StrEnum):
    IO = "io"
    CPU = "cpu"
    VISION = "vision"
    SPEECH = "speech"
    LLM = "llm"


def lane(resource: Resource, *, batch: bool = False) -> str:
    return f"{resource}_batch" if batch else str(resource)


INTERACTIVE_LANES = tuple(lane(r) for r in Resource)
BATCH_LANES = tuple(lane(r, batch=True) for r in Resource)
LANES = INTERACTIVE_LANES + BATCH_LANES
