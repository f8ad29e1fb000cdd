"""What the documents and recordings of a case state, for comparing them: documents as people left their facts,
recordings as their words stand now."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from clinic import speech, transcripts
from clinic.inference.contradictions.statements import Statement, Told
from clinic.inference.speech import numbers
from clinic.models import Case, Result, Upload
from clinic.sealed_words import said
from clinic.sealing import Unreadable
from clinic.sources import Source
from extraction import checked, fields, stating
from extraction.inference import rules
from extraction.inference.items import PATIENT, items
from extraction.inference.stating import place, statements
from extraction.models import Act, FieldDecision

VOICE, DOCUMENT = "voice", "document"


def read(case: Case) -> Iterator[Told]:
    for result in stating.answers(case, fields.NAME):
        yield from _of_document(result)
    for result in stating.answers(case, speech.KIND):
        yield from _of_recording(result)


def _of_document(result: Result) -> Iterator[Told]:
    upload = result.run.uploads.select_related("case").first()
    try:
        told = checked.told_in(result.outcome) if upload else None
    except Unreadable:
        return
    if upload is None or told is None:
        return
    decisions = FieldDecision.objects.filter(run=result.run_id).select_related("sheet__case").order_by("number")
    every = checked.facts(told, decisions)
    facts = ((_kind(fact.key), fact.values, fact.evidence) for fact in every if fact.state != Act.REJECTED)
    rejected = [place(fact.evidence) for fact in every if fact.state == Act.REJECTED]
    for one in _told(upload, DOCUMENT, Source(upload).text or "", facts, result):
        if not any(_overlap(one.statement, *span) for span in rejected):
            yield one


def _overlap(statement: Statement, start: int, end: int) -> bool:
    """What a person took out of the facts is not read from the text again."""
    return statement.start < end and start < statement.end


def _of_recording(result: Result) -> Iterator[Told]:
    upload, current = result.run.uploads.select_related("case").first(), transcripts.current(result.run)
    if upload is None or current is None:
        return
    text = ". ".join(" ".join(word.text for word in line.words if word.is_voiced) for line in current.lines)
    text = in_digits(text)
    yield from _told(upload, VOICE, text, read_from(text), result)


def read_from(text: str) -> Iterator[tuple[str, Mapping[str, Any], Sequence[Any]]]:
    for key, item in items(rules.extract(text)):
        yield _kind(key), checked.values_of(item), item.evidence


def _told(upload: Upload, sort: str, text: str, facts: Any, result: Result) -> Iterator[Told]:
    name = str(said(lambda: upload.name))
    make = partial(Told, sort=sort, name=name, upload=str(upload.pk), sha256=upload.sha256, result=str(result.pk))
    for statement in statements(str(upload.pk), text, facts):
        yield make(statement)


def _kind(key: str) -> str:
    kind, _dot, name = key.partition(".")
    return name if kind == PATIENT else kind


_SPELLED = "|".join(sorted(numbers.WORDS - {"a", "an", "un", "una", "oh", "mil"}, key=len, reverse=True))
_NUMBER = re.compile(rf"\b(?:{_SPELLED})(?:[ -](?:(?:and|point) )?(?:{_SPELLED}))*\b", re.IGNORECASE)


def in_digits(text: str) -> str:
    """ "five hundred milligrams" as "500 milligrams": recordings spell out what letters write in digits."""
    return _NUMBER.sub(lambda found: _written(found.group()), text)


def _written(spelled: str) -> str:
    value = numbers.value_of([numbers.folded(word) for word in re.split("[ -]", spelled)])
    return spelled if value is None else f"{value.normalize():f}"
