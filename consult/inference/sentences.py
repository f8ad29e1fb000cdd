"""The sentences that answers and notes are made of, each with what it rests on."""

from collections.abc import Iterable, Iterator

from consult.inference import dosing, wording
from consult.inference.facts import Symptom
from consult.inference.heard import Mention
from consult.inference.red_flags import as_flag
from consult.inference.schema import ByRule, Picture, Said, Seen, Sentence, Urgency
from consult.inference.visit import Visit

MOST_FLAGS_TOLD, MOST_TOLD, LONGEST_WORDS, LONGEST_QUOTE = 3, 5, 220, 60
_SHORT, _FOLLOWING = 12, 3
_SEE = {
    Urgency.EMERGENCY: "SEE-EMERGENCY", Urgency.URGENT: "SEE-URGENT", Urgency.ROUTINE: "SEE-ROUTINE",
    Urgency.SELF_CARE: "SEE-SELF-CARE",
}  # fmt: skip


def must_stand(visit: Visit) -> Iterator[tuple[int, Sentence]]:
    """Whatever else is said, and whoever says it."""
    language = visit.language
    for held in visit.flags[:MOST_FLAGS_TOLD]:
        flag = as_flag(held, language)
        said = wording.text("ACT", language, title=flag.title, act=flag.act)
        yield 0, Sentence(said, (*flag.sources, ByRule(held.rule.id)))
    for held in visit.unsure_flags[:1]:
        yield 0, wording.sentence("CONFIRM-DENIAL", language, *held.sources, title=held.rule.title[language])
    for part, rule in (("voice", "MISSING-VOICE"), ("picture", "MISSING-PICTURE")):
        if part in visit.asked.missing:
            yield 0, wording.sentence(rule, language)
    if visit.asked.heard.is_draft:
        yield 0, wording.sentence("DRAFT", language)
    if visit.facts.unsure:
        yield 0, confirm(visit)


def confirm(visit: Visit) -> Sentence:
    said = [_with_what_follows(visit, each) for each in visit.facts.unsure[:MOST_TOLD]]
    what = listed(_marked(visit, each, each.text[:LONGEST_QUOTE]) for each in said)
    return wording.sentence("CONFIRM", visit.language, *said, what=what)


def _with_what_follows(visit: Visit, said: Said) -> Said:
    """A "no" by itself tells nobody what to confirm."""
    if len(said.text) >= _SHORT:
        return said
    words = [word for word in visit.told.plain.words if word.start >= said.start][: _FOLLOWING + 1]
    same = [word.end for word in words if word.sentence == words[0].sentence]
    end = max([said.end, *same])
    return Said(said.start, end, visit.asked.heard.text[said.start : end])


def see(visit: Visit) -> Sentence:
    if not visit.flags and (visit.is_wide or not visit.judged.because):
        return wording.sentence("SEE-PERSON", visit.language)
    said = [each.said for each in visit.judged.because[:2] if each.weight > 0]
    return wording.sentence(_SEE[visit.most_urgent], visit.language, *said)


def pictures(visit: Visit) -> Iterator[tuple[int, Sentence]]:
    for number, picture in enumerate(visit.asked.pictures):
        yield 3, picture_sentence(picture, number, visit.language)


def picture_sentence(picture: Picture, number: int, language: str) -> Sentence:
    filled = {"number": number + 1, "kind": wording.kind(picture.kind, language)}
    if not picture.is_usable:
        return wording.sentence("PICTURE-UNUSABLE", language, Seen(number), **filled)
    if not picture.words.strip():
        return wording.sentence("PICTURE-UNREAD", language, Seen(number), **filled)
    return wording.sentence("PICTURE-READ", language, Seen(number), words=_cut(picture.words), **filled)


def _cut(words: str) -> str:
    """At the end of a sentence where one is near enough, else of a word."""
    plain = " ".join(words.split())
    if len(plain) <= LONGEST_WORDS:
        return plain if plain.endswith((".", "!", "?")) else f"{plain}."
    part = plain[:LONGEST_WORDS]
    end = max(part.rfind(mark) for mark in (". ", "! ", "? "))
    return part[: end + 1] if end > 0 else f"{part.rsplit(' ', 1)[0]}…"


def named(rule: str, mentions: Iterable[Mention], language: str) -> Sentence:
    every = list(mentions)
    what = listed(dict.fromkeys(wording.concept(each.concept, language) for each in every))
    return wording.sentence(rule, language, *(each.said for each in every), what=what)


def quoting(rule: str, said: Iterable[Said], visit: Visit) -> Sentence:
    every = list(said)
    what = listed(_marked(visit, each, each.text) for each in every)
    return wording.sentence(rule, visit.language, *every, what=what)


def _marked(visit: Visit, said: Said, words: str) -> str:
    """What somebody took is told as it was said, however much it is: that is what a clinician must see."""
    is_above = dosing.is_above(visit.told.plain, said.start, said.end)
    return f"{wording.quoted(words)} ({wording.above(visit.language)})" if is_above else wording.quoted(words)


def described(symptom: Symptom, language: str) -> str:
    beside = [wording.quoted(each.text) for each in (symptom.since, symptom.severity) if each]
    beside += [wording.unsure(language)] if symptom.is_unsure else []
    name = wording.concept(symptom.concept, language)
    return f"{name} ({', '.join(dict.fromkeys(beside))})" if beside else name


def sources_of(symptoms: Iterable[Symptom]) -> list[Said]:
    every = (each for one in symptoms for each in (one.said, one.since, one.severity) if each)
    return sorted(dict.fromkeys(every), key=lambda said: (said.start, said.end))


def listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
