"""The draft of a SOAP note: the same facts, each with its source, for a person to edit and sign."""

from collections.abc import Iterator

from consult.inference import asking, wording
from consult.inference.filtering import Filter
from consult.inference.red_flags import as_flag
from consult.inference.schema import ByRule, NoteSentence, Section, Sentence
from consult.inference.sentences import confirm, described, named, pictures, quoting, see
from consult.inference.visit import Visit


def note_of(visit: Visit, *, passed_by: Filter) -> tuple[tuple[NoteSentence, ...], list[str]]:
    """What the output filter would not let an answer say stands in no note either; and by which rules."""
    written = list(_written(visit))
    passed, blocked = passed_by.passed([(number, sentence) for number, (_section, sentence) in enumerate(written)])
    return tuple(NoteSentence(written[number][0], sentence) for number, sentence in passed), blocked


def _written(visit: Visit) -> Iterator[tuple[Section, Sentence]]:
    for section, sentences in (
        (Section.SUBJECTIVE, _subjective), (Section.OBJECTIVE, _objective), (Section.ASSESSMENT, _assessment),
        (Section.PLAN, _plan),
    ):  # fmt: skip
        yield from ((section, sentence) for sentence in sentences(visit))


def _subjective(visit: Visit) -> Iterator[Sentence]:
    found, language = visit.facts, visit.language
    for symptom in found.symptoms:
        if not symptom.is_unsure:
            sources = [each for each in (symptom.said, symptom.since, symptom.severity) if each]
            what = described(symptom, language)
            yield wording.sentence("TOLD", language, *sources, what=what)
    for rule, mentions in (("DENIED", found.denied), ("HISTORY", found.history)):
        if sure := [each for each in mentions if not each.is_unsure]:
            yield named(rule, sure, language)
    if found.medicines:
        yield quoting("MEDICINES", found.medicines, visit)
    if found.unsure:
        yield confirm(visit)


def _objective(visit: Visit) -> Iterator[Sentence]:
    if visit.facts.measured:
        yield quoting("MEASURED", visit.facts.measured, visit)
    for _rank, sentence in pictures(visit):
        yield sentence


def _assessment(visit: Visit) -> Iterator[Sentence]:
    language = visit.language
    for held in visit.flags:
        said = wording.text("RED-FLAG", language, id=held.rule.id, title=held.rule.title[language])
        yield Sentence(said, (*held.sources, ByRule(held.rule.id)))
    levels = ", ".join(wording.level(each, language) for each in visit.judged.prediction_set)
    rule = "ASSESSED-DRAFT" if visit.asked.heard.is_draft else "ASSESSED"
    yield wording.sentence(rule, language, *(each.said for each in visit.judged.because), levels=levels)


def _plan(visit: Visit) -> Iterator[Sentence]:
    for held in visit.flags:
        flag = as_flag(held, visit.language)
        yield Sentence(flag.act, (*flag.sources, ByRule(flag.rule)))
    yield see(visit)
    for question in asking.questions(visit.told, visit.facts, visit.language):
        yield wording.sentence("ASK", visit.language, what=question)
