"""Captions: every word once, in its time, in lines that can be read, and nothing in them that is not words."""

import re

from hypothesis import given
from hypothesis import strategies as st

from coaching.inference.captions import LONGEST_S, MOST_CHARACTERS, webvtt
from coaching.inference.schema import SpokenWord
from tests.unit.coaching.answers import answer

CUE = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3})\n(.+)")


def cues(text: str) -> list[tuple[float, float, str]]:
    assert text.startswith("WEBVTT\n")
    found = [CUE.fullmatch(block) for block in text.strip().split("\n\n")[1:]]
    assert all(found)
    return [(int(m[1]) * 3600 + int(m[2]) * 60 + float(m[3]), int(m[4]) * 3600 + int(m[5]) * 60 + float(m[6]), m[7])
            for m in found if m]  # fmt: skip


def said(*words: tuple[str, float, float]) -> list[SpokenWord]:
    return [SpokenWord(text, 0, len(text), start, end) for text, start, end in words]


def test_line_ends_with_a_sentence_and_at_a_pause():
    told = cues(webvtt(said(("It", 0.5, 0.7), ("is.", 0.7, 0.9), ("She", 1.0, 1.2), ("stays", 3.0, 3.4))))

    assert [(start, text) for start, _end, text in told] == [(0.5, "It is."), (1.0, "She"), (3.0, "stays")]
    assert told[0][1] == 1.0  # until the next one comes


def test_what_was_typed_or_not_heard_has_no_captions():
    assert webvtt(answer("It is pneumonia.").words) == "WEBVTT\n" == webvtt([])


def test_words_cannot_be_markup_or_another_cue():
    told = webvtt(said(("<b>", 0, 1), ("a\n\n00:00", 1, 2), ("-->", 2, 3), ("&", 3, 4)))

    assert [text for _s, _e, text in cues(told)] == ["&lt;b&gt; a  00:00 --&gt; &amp;"]


def test_an_hour_is_told_as_an_hour():
    assert cues(webvtt(said(("late", 3_725.5, 3_726.0))))[0][:2] == (3_725.5, 3_726.3)


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,12}[.?]?", fullmatch=True), st.floats(0.05, 2.0), st.floats(0, 3.0)),
                max_size=60))  # fmt: skip
def test_every_word_stands_once_in_order_and_lines_do_not_overlap(told):
    words, at = [], 0.0
    for text, took, waited in told:
        at += waited
        words.append(SpokenWord(text, 0, len(text), at, at + took))
        at += took

    found = cues(webvtt(words))

    assert " ".join(text for _start, _end, text in found).split() == [text for text, _took, _waited in told]
    for number, (start, end, text) in enumerate(found):
        assert start <= end and (len(text) <= MOST_CHARACTERS or " " not in text)
        assert end - start <= LONGEST_S + 0.1
        assert number == 0 or found[number - 1][1] <= start + 0.001
