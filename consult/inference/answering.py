"""The answer of the rules: red flags first, then what is missing, what was told, and whom to see when.

Every sentence says what it rests on. What nobody is sure of is asked about, never stated. The whole stays under
`LONGEST_ANSWER` characters: sentences are left out whole, the least important first, the disclaimer's pointer never.
"""

from collections.abc import Iterable, Iterator

from consult.inference import asking, dosing, wording
from consult.inference.filtering import Filter
from consult.inference.note import note_of
from consult.inference.plain import MOST_CHARACTERS
from consult.inference.red_flags import as_flag
from consult.inference.schema import LONGEST_ANSWER, Answered, Asked, ByRule, Sentence, Urgency
from consult.inference.sentences import (
    MOST_TOLD,
    described,
    listed,
    must_stand,
    named,
    pictures,
    quoting,
    see,
    sources_of,
)
from consult.inference.urgency import Calibration
from consult.inference.visit import Visit, visit_of

NOTHING_UNDERSTOOD, RED_FLAG, WIDE, UNSURE_DENIAL = "nothing_understood", "red_flag", "urgency_wide", "unsure_denial"
UNSURE_WORDS, BLOCKED, OTHER_LANGUAGE, UNCALIBRATED = "unsure_words", "blocked", "other_language", "uncalibrated"
PICTURE_UNREAD, PICTURE_UNUSABLE, CUT = "picture_unread", "picture_unusable", "too_long_cut"
DRAFT, DOSE_ABOVE = "draft_transcript", "dose_above"


def answer(asked: Asked, calibration: Calibration | None) -> Answered:
    visit = visit_of(asked, calibration)
    return put_together(visit, list(_sentences(visit)))


def put_together(visit: Visit, sentences: list[tuple[int, Sentence]], *, codes: Iterable[str] = ()) -> Answered:
    """`sentences`: each with its rank, 0 for what must stand; in the order in which they are read."""
    passed, blocked = Filter().passed(sentences)
    note, blocked_in_note = note_of(visit, passed_by=Filter())
    blocked += blocked_in_note
    questions = asking.questions(visit.told, visit.facts, visit.language)
    return Answered(
        language=visit.language,
        red_flags=tuple(as_flag(held, visit.language) for held in visit.flags),
        scores=visit.judged.scores,
        probabilities=visit.judged.probabilities,
        prediction_set=visit.judged.prediction_set,
        calibrated_on=visit.judged.calibrated_on,
        why=tuple(_why(visit)),
        sentences=fitting(passed, visit.language),
        questions=tuple(_denials_to_ask(visit)) + questions,
        note=note,
        flags=tuple(dict.fromkeys([*_codes(visit), *codes, *([BLOCKED] if blocked else [])])),
        blocked=tuple(dict.fromkeys(blocked)),
    )


def fitting(ranked: list[tuple[int, Sentence]], language: str) -> tuple[Sentence, ...]:
    """As many as there is room for, the most important first, in their order."""
    last = wording.sentence("DISCLAIMER", language)
    room, kept = LONGEST_ANSWER - 1 - len(last.text), set[int]()
    for place in sorted(range(len(ranked)), key=lambda at: (ranked[at][0], at)):
        length = len(ranked[place][1].text) + 1
        if length <= room:
            kept.add(place)
            room -= length
    return (*(sentence for at, (_rank, sentence) in enumerate(ranked) if at in kept), last)


def _sentences(visit: Visit) -> Iterator[tuple[int, Sentence]]:
    yield from must_stand(visit)
    yield from told_by_rules(visit)
    yield 1, see(visit)
    yield from pictures(visit)
    if visit.most_urgent is not Urgency.EMERGENCY:
        yield 5, wording.sentence("WORSE", visit.language)
    open_questions = asking.questions(visit.told, visit.facts, visit.language)
    if open_questions:
        yield 6, wording.sentence("ASK", visit.language, what=open_questions[0])


def told_by_rules(visit: Visit) -> Iterator[tuple[int, Sentence]]:
    found, language = visit.facts, visit.language
    sure = [each for each in found.symptoms if not each.is_unsure][:MOST_TOLD]
    if sure:
        what = listed(described(each, language) for each in sure)
        yield 2, wording.sentence("TOLD", language, *sources_of(sure), what=what)
    elif not found.symptoms and "voice" not in visit.asked.missing:
        yield 2, wording.sentence("NOTHING-HEARD", language)
    yield from _listing(visit)


def _listing(visit: Visit) -> Iterator[tuple[int, Sentence]]:
    found, language = visit.facts, visit.language
    denied = [each for each in found.denied if not each.is_unsure][:MOST_TOLD]
    history = [each for each in found.history if not each.is_unsure][:MOST_TOLD]
    for rank, rule, mentions in ((4, "DENIED", denied), (4, "HISTORY", history)):
        if mentions:
            yield rank, named(rule, mentions, language)
    for rank, rule, said in ((5, "MEASURED", found.measured), (5, "MEDICINES", found.medicines)):
        if said:
            yield rank, quoting(rule, said[:MOST_TOLD], visit)


def _why(visit: Visit) -> Iterator[Sentence]:
    language = visit.language
    for held in visit.flags:
        said = wording.text("RED-FLAG", language, id=held.rule.id, title=held.rule.title[language])
        yield Sentence(said, (*held.sources, ByRule(held.rule.id)))
    heavy = [each for each in visit.judged.because if each.weight > 0]
    if heavy:
        what = listed(described(each, language) for each in heavy)
        level = wording.level(visit.most_urgent, language)
        yield wording.sentence("URGENCY", language, *sources_of(heavy), level=level, what=what)
    elif not visit.flags:
        yield wording.sentence("URGENCY-NONE", language)


def _denials_to_ask(visit: Visit) -> Iterator[str]:
    for held in visit.unsure_flags:
        yield wording.text("CONFIRM-DENIAL", visit.language, title=held.rule.title[visit.language])


def _codes(visit: Visit) -> Iterator[str]:
    """Why a person is needed."""
    asked = visit.asked
    codes = {
        RED_FLAG: bool(visit.flags),
        WIDE: visit.is_wide,
        NOTHING_UNDERSTOOD: not visit.facts.symptoms and not visit.flags,
        UNSURE_DENIAL: bool(visit.unsure_flags),
        UNSURE_WORDS: bool(visit.facts.unsure),
        DRAFT: asked.heard.is_draft,
        DOSE_ABOVE: dosing.is_above(visit.told.plain, 0, len(asked.heard.text)),
        UNCALIBRATED: visit.judged.probabilities is None,
        OTHER_LANGUAGE: asked.heard.language.lower()[:2] not in wording.LANGUAGES,
        CUT: len(asked.heard.text) > MOST_CHARACTERS,
        PICTURE_UNREAD: any(each.is_usable and not each.words.strip() for each in asked.pictures),
        PICTURE_UNUSABLE: any(not each.is_usable for each in asked.pictures),
    }
    yield from (code for code, is_so in codes.items() if is_so)
    yield from (f"missing:{part}" for part in asked.missing)
