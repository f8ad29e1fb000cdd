"""What was said as the engine of answers gets it: lines where somebody paused, and what is to be doubted."""

from typing import Any

import pytest

from clinic.transcripts import as_it_stands
from consult.sources import Voice

LOW, SURE = 0.1, 0.9


def transcript(*lines: str, doubted: tuple[str, ...] = (), **facts: Any) -> dict[str, Any]:
    """Each line a stretch between pauses."""
    words: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    for line in lines:
        segments.append({"first": len(words), "last": len(words) + len(line.split()) - 1})
        words += [{"text": word, "start": 0.0, "end": 0.2, "confidence": LOW if word in doubted else SURE,
                   "is_voiced": True} for word in line.split()]  # fmt: skip
    return {"words": words, "segments": segments, "turns": [], "ticks": [], "is_draft": True} | facts


def voice(told: dict[str, Any]) -> Voice:
    return Voice.of(as_it_stands(None, told, []), told)


def test_each_pause_begins_a_line_and_every_word_stays_at_its_place():
    told = voice(transcript("any chest pain", "yes it is", "crushing"))
    assert told.text == "any chest pain\nyes it is\ncrushing"
    assert [told.text[start:end] for start, end, _word in told.words] == told.text.split()


def test_turn_of_the_other_speaker_begins_a_line_without_a_pause():
    told = transcript("any fever no")
    for at, word in enumerate(told["words"]):
        word |= {"start": float(at), "end": at + 0.9}
    told["turns"] = [{"speaker": 1, "start": 0.0, "end": 1.95}, {"speaker": 2, "start": 1.96, "end": 3.0}]
    assert voice(told).text == "any fever\nno"


def test_line_begins_although_its_first_word_was_struck():
    told = transcript("any fever", "uh no")
    told["words"][2]["is_voiced"] = False
    assert voice(told).text == "any fever\nno"


def test_words_the_engine_doubts_are_told_with_their_places():
    told = voice(transcript("my chest hurts", doubted=("chest",)))
    assert [told.text[start:end] for start, end in told.low] == ["chest"]


@pytest.mark.parametrize(("facts", "is_draft"), [({}, True), ({"is_draft": False}, False)])
def test_draft_is_what_a_simple_engine_heard(facts, is_draft):
    assert voice(transcript("a cough", **facts)).is_draft is is_draft
