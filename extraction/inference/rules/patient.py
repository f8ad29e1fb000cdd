"""Who the patient is: age, sex, date of birth, and what she does and smokes."""

import re
from itertools import chain

from extraction.inference.rules import dates
from extraction.inference.rules.numbers import FIGURES, WORDS, value_of
from extraction.inference.rules.prepared import Prepared
from extraction.inference.schema import Assertion, Date, Patient, PatientAge, PatientFact, PatientSex, Sex, TimeUnit

_H = r"[\s\u2000-\u200a\u202f\xa0]*[-–—‐−]?[\s\u2000-\u200a\u202f\xa0]*"
_N = rf"(?:{FIGURES}|{WORDS})(?:\s(?:and|½)\s?(?:a\s)?half|½)?"
_UNIT = r"(?:years?|yrs?|yr|months?|mos?|mo|weeks?|wks?|days?|hours?)"
_AGE = re.compile(
    rf"(?<![\w.])(?:"
    rf"(?P<old>{_N}){_H}(?P<unit>{_UNIT})\.?{_H}(?:old|of{_H}age)\b"
    rf"|(?P<short>\d{{1,3}}){_H}(?:y\.?/?o\.?|yo|y/o)\b"
    rf"|(?:(?:age|aged)(?:\s+(?:of|about|approximately|is|was))?|"
    rf"\bage:)\s*(?P<aged>{_N})(?:{_H}(?P<aged_unit>{_UNIT})\b)?(?!\s*(?:to|-|–)\s*\d)"
    rf"|(?P<plain>\d{{1,3}}){_H}(?P<plain_unit>years?|months?|weeks?|days?)(?=,?\s+(?:[a-z]+\s+){{0,2}}(?:male|"
    rf"female|man|woman|boy|girl|patient|infant|lady|gentleman)\b)"
    rf"|(?:male|female|man|woman|boy|girl|infant|"
    rf"child),\s+(?:aged\s+)?(?P<after>\d{{1,3}}){_H}(?P<after_unit>years?|months?|weeks?|"
    rf"days?)\b(?!\s+(?:history|ago|later|before|after|of))"
    rf"|(?P<sexed>\d{{1,3}})(?:\s?-?\s?(?P<sex>M|F)\b|\s+(?=(?:male|female|man|woman)\b)))",
    re.IGNORECASE,
)
_YOUNG = re.compile(
    r"\b(?:newborn|neonate|full-term (?:infant|baby)|term (?:infant|newborn)|preterm (?:infant|baby)|"
    r"premature (?:infant|baby))\b",
    re.IGNORECASE,
)
SEXES = {
    "male": Sex.MALE, "man": Sex.MALE, "boy": Sex.MALE, "gentleman": Sex.MALE, "m": Sex.MALE, "son": Sex.MALE,
    "female": Sex.FEMALE, "woman": Sex.FEMALE, "girl": Sex.FEMALE, "lady": Sex.FEMALE, "f": Sex.FEMALE,
    "primigravida": Sex.FEMALE, "primipara": Sex.FEMALE, "multipara": Sex.FEMALE, "gravida": Sex.FEMALE,
    "multigravida": Sex.FEMALE, "housewife": Sex.FEMALE,
    "father": Sex.MALE, "mother": Sex.FEMALE,
}  # fmt: skip
_SEX = re.compile(
    r"\b(?:male|man|boy|gentleman|female|woman|girl|lady|primigravida|primipara|multipara|gravida|multigravida|"
    r"housewife)\b|(?:(?<=sex: )|(?<=sex:)|(?<=gender: )|(?<=gender:))\s*[MF]\b|(?<=\d)(?<!\.\d)\s?-?(?:M|F)(?=[\s,.])|"
    r"(?<=y/o )[MF]\b|(?<=yo )[MF]\b|(?<=old )[MF]\b|(?<=y\.o\. )[MF]\b",
    re.IGNORECASE,
)
_SEX_LATER = re.compile(r"\b(?:he|his|him|she|her)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:mother|father|brother|sister|son|daughter|wife|husband|parents?|siblings?|cousin|uncle|aunt|grand\w+|"
    r"donor|partner|child|children|twin|nephew|niece|relatives?|spouse|family)(?:'s|’s)?\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:^|\n)[ \t]*(?:(?i:patient(?:'s)?[ \t]+name|patient|name)|re)[ \t]*:[ \t]*"
    r"(?P<name>[A-Z][a-zA-Z'’-]+(?:,?[ \t]+(?!(?i:dob|age|aged|sex|gender|mrn|nhs|id|date|born|address|tel|phone|"
    r"ward)\b)[A-Z][a-zA-Z'’.-]*){1,3})"
)
_BORN = re.compile(r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birth ?date)\s*:?\s*", re.IGNORECASE)
_SMOKES = re.compile(
    r"\b(?:non-?\s?smok(?:er|ing)|never[- ]smok(?:er|ed)|(?:current|former|ex|heavy|chronic|active|past|"
    r"lifelong non|light)[- ]?smok(?:er|ing)|smok(?:er|es|ed|ing)\b(?:[^.,;]{0,30}(?:packs?|"
    r"cigarettes?)[^.,;]{0,25})?|"
    r"\d+[- ]pack[- ]years?|(?:denies|denied|no)\s+(?:history of\s+)?(?:tobacco|smoking)(?:\s+use)?|"
    r"tobacco (?:use|abuse))\b",
    re.IGNORECASE,
)
_DRINKS = re.compile(
    r"\b(?:(?:denies|denied|no)\s+(?:history of\s+)?(?:alcohol|ethanol|etoh)(?:\s+(?:use|abuse|consumption))?|"
    r"(?:drinks|drank|consumes)\s+[^.,;]{0,40}|(?:social|occasional|heavy|moderate)(?:ly)?\s+(?:drink(?:er|s|"
    r"ing)|alcohol(?:\s+use)?)|alcohol (?:use|abuse|consumption|dependence|intake)|alcoholi(?:c|sm))\b",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?:works?|worked|working|employed)\s+as\s+an?\s+(?P<job>[a-z][a-z -]{2,40}?)(?=\s+(?:at|in|for|with|and|"
    r"who|of|on)\b|[,.;\n]|$)|\boccupation\s*:\s*(?P<listed>[^\n.,;]{3,40})",
    re.IGNORECASE,
)


def patient(prepared: Prepared) -> Patient:
    age = _age(prepared)
    return Patient.model_construct(
        age=age, sex=_sex(prepared, age), birth_date=_birth_date(prepared), name=_name(prepared),
        occupation=_job(prepared), smoking=_habit(prepared, _SMOKES), alcohol=_habit(prepared, _DRINKS),
    )  # fmt: skip


def _age(prepared: Prepared) -> PatientAge | None:
    """The first that is not somebody else's; said in numbers before said in a word."""
    text = prepared.text
    first: PatientAge | None = None
    for found in _AGE.finditer(text):
        sentence = prepared.sentence_at(found.start())
        if prepared.section_at(found.start()).kind == "family_history" or _OTHERS.search(
            text[sentence.start : found.start()]
        ):
            continue
        age = _of_age(prepared, found)
        if age is not None:
            first = age
            break
    young = _YOUNG.search(text)
    if young and (first is None or young.start() < first.evidence[0].start - 20):  # type: ignore[union-attr]
        return PatientAge.model_construct(
            value=0.0,
            unit="day",
            text=young.group(),
            assertion=Assertion.PRESENT,
            evidence=(prepared.evidence(*young.span(), "value"),),
        )
    return first


def _of_age(prepared: Prepared, found: re.Match[str]) -> PatientAge | None:
    told = found.groupdict()
    words = told["old"] or told["short"] or told["aged"] or told["plain"] or told["after"] or told["sexed"]
    unit = _unit(told["unit"] or told["aged_unit"] or told["plain_unit"] or told["after_unit"] or "year")
    value = _number(words)
    if value is None or (unit == "year" and value > 122) or (told["aged"] and not told["aged_unit"] and value > 110):
        return None
    start = found.start("after") if told["after"] else found.start()
    end = found.start("sex") if told["sex"] else found.end()
    place = prepared.text[start:end].rstrip(" -")
    return PatientAge.model_construct(
        value=value, unit=unit, text=place, assertion=Assertion.PRESENT,
        evidence=(prepared.evidence(start, start + len(place), "value"),),
    )  # fmt: skip


def _number(words: str) -> float | None:
    low = words.lower()
    has_half = "half" in low or "½" in low
    bare = re.split(r"\s(?:and|½)|½", low)[0]
    value = value_of(bare)
    return value + 0.5 if has_half and value is not None else value


def _unit(word: str) -> TimeUnit:
    word = word.lower()
    return (
        "year"
        if word[0] == "y"
        else "month"
        if word.startswith("mo")
        else "week"
        if word[0] == "w"
        else "day"
        if word[0] == "d"
        else "hour"
    )


def _sex(prepared: Prepared, age: PatientAge | None) -> PatientSex | None:
    """The word behind the age; else the first that is not somebody else's; else how the text speaks of the patient."""
    text = prepared.text
    start = age.evidence[0].start if age else 0  # type: ignore[union-attr]
    for found in chain(_SEX.finditer(text, start, min(start + 160, len(text))), _SEX.finditer(text)):
        sentence = prepared.sentence_at(found.start())
        if (
            not _OTHERS.search(text[sentence.start : found.start()])
            and prepared.section_at(found.start()).kind != "family_history"
        ):
            return _of_sex(prepared, found, SEXES[found.group().strip(" -").lower()])
    spoken = [
        found for found in _SEX_LATER.finditer(text) if prepared.section_at(found.start()).kind != "family_history"
    ]
    if not spoken:
        return None
    female = sum(found.group().lower() in ("she", "her") for found in spoken)
    wanted = ("she", "her") if 2 * female > len(spoken) else ("he", "his", "him")
    first = next(found for found in spoken if found.group().lower() in wanted)
    return _of_sex(prepared, first, Sex.FEMALE if wanted[0] == "she" else Sex.MALE)


def _of_sex(prepared: Prepared, found: re.Match[str], sex: Sex) -> PatientSex:
    words = found.group()
    start = found.start() + len(words) - len(words.lstrip(" -"))
    return PatientSex.model_construct(
        value=sex, text=prepared.text[start : found.end()], assertion=Assertion.PRESENT,
        evidence=(prepared.evidence(start, found.end(), "value"),),
    )  # fmt: skip


def _birth_date(prepared: Prepared) -> Date | None:
    for found in _BORN.finditer(prepared.text):
        said = dates.date_at(prepared.text, found.end())
        if said is not None:
            return dates.told(prepared, said, "birth")
    return None


def _name(prepared: Prepared) -> PatientFact | None:
    found = _NAME.search(prepared.text)
    return _fact(prepared, *found.span("name")) if found else None


def _job(prepared: Prepared) -> PatientFact | None:
    for found in _WORKS.finditer(prepared.text):
        sentence = prepared.sentence_at(found.start())
        if not _OTHERS.search(prepared.text[sentence.start : found.start()]):
            return _fact(prepared, *found.span("job" if found.group("job") else "listed"))
    return None


def _habit(prepared: Prepared, pattern: re.Pattern[str]) -> PatientFact | None:
    for found in pattern.finditer(prepared.text):
        sentence = prepared.sentence_at(found.start())
        section = prepared.section_at(found.start()).kind
        if section != "family_history" and not _OTHERS.search(prepared.text[sentence.start : found.start()]):
            return _fact(prepared, *found.span())
    return None


def _fact(prepared: Prepared, start: int, end: int) -> PatientFact:
    words = prepared.text[start:end].strip()
    return PatientFact.model_construct(
        value=words,
        assertion=Assertion.PRESENT,
        evidence=(prepared.evidence(start, start + len(prepared.text[start:end].rstrip()), "value"),),
    )
