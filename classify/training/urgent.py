"""Is a document urgent, as far as the one who filed it said so? Known of notes only, by their tag or the sentence about
them; that sentence is not part of what the engine reads. It is a rule, not the word of a clinician."""

import re

from classify.training.documents import NOTES, Document

TAG = "Emergency Room Reports"
SAID = re.compile(
    r"\b(emergen|acute\b|sudden|shock|hemorrhag|overdos|trauma|motor vehicle|accident|unresponsive|stroke|seps|septic|"
    r"respiratory distress|chest pain|arrest\b|infarct|urgent|stab wound|stabbing|gunshot|ruptur|seizure|suicid|"
    r"laceration|pulmonary embol|unstable|obtunded|altered mental|intubat|gastrointestinal bleed|gi bleed)",
    re.IGNORECASE,
)


def is_urgent(document: Document) -> bool | None:
    if document.source != NOTES:
        return None
    if TAG in document.tags:
        return True
    return bool(SAID.search(document.told)) if document.told.strip() else None
