"""An answer in sentences: where its text has full stops, there; where a machine wrote it without any, at pauses."""

import re
from collections.abc import Iterator, Sequence

from coaching.inference.schema import Answer, Moment, SpokenWord

CUT_BY_S = 0.6
_MOST_WORDS_A_STOP = 80  # fewer full stops than that and the text has none worth the name
_STOP = re.compile(r"[.?!…]['\"»”’)]*(?:\s|$)")
_SHORT_FORMS = frozenset(
    {"dr.", "dra.", "mr.", "mrs.", "ms.", "sr.", "sra.", "prof.", "st.", "vs.", "etc.", "e.g.", "i.e."}
)

Words = Sequence[SpokenWord]


def sentences_of(answer: Answer, pauses: Sequence[Moment]) -> tuple[Words, ...] | None:
    """None: neither full stops nor times, so nobody knows."""
    words = answer.words
    ends = [at for at in range(len(words)) if _has_stop(answer, at)]
    if len(words) > _MOST_WORDS_A_STOP * max(len(ends), 1) or not ends:
        if any(word.start_s is None or word.end_s is None for word in words):
            return None
        ends = [at for at in range(len(words) - 1) if _is_pause_between(words[at], words[at + 1], pauses)]
    return tuple(_cut(words, ends))


def _cut(words: Words, ends: Sequence[int]) -> Iterator[Words]:
    start = 0
    for end in (*ends, len(words) - 1):
        if end + 1 > start:
            yield words[start : end + 1]
        start = end + 1


def _has_stop(answer: Answer, at: int) -> bool:
    word = answer.words[at]
    after = answer.words[at + 1].at if at + 1 < len(answer.words) else len(answer.text)
    whole = answer.text[word.at : after]
    return bool(_STOP.search(whole)) and whole.strip().lower() not in _SHORT_FORMS


def _is_pause_between(word: SpokenWord, after: SpokenWord, pauses: Sequence[Moment]) -> bool:
    """By what engines say of their words, or by the sound: engines stretch words into the silence behind them."""
    if after.start_s is None or word.end_s is None or word.start_s is None or after.end_s is None:
        return False
    if after.start_s - word.end_s >= CUT_BY_S:
        return True
    first, last = (word.start_s + word.end_s) / 2, (after.start_s + after.end_s) / 2
    return any(pause.end_s - pause.start_s >= CUT_BY_S and first <= (pause.start_s + pause.end_s) / 2 <= last
               for pause in pauses)  # fmt: skip
