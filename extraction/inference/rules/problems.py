"""Diseases, signs and findings: those of the lists, those whose ending or last word says what they are, and the short
forms that the text itself introduces."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from extraction.inference.rules.allergies import NONE
from extraction.inference.rules.amounts import AS_NEEDED
from extraction.inference.rules.lexicon import words
from extraction.inference.rules.prepared import Prepared
from extraction.inference.rules.short_forms import with_short_forms
from extraction.inference.rules.tokens import fold
from extraction.inference.schema import Problem, TextEvidence

Span = tuple[int, int]

_ENDING = re.compile(
    r"[a-z]{3,}(?:itis|itide|oma|omata|[^sr]osis|rosis|[aeiou][dgklmnprtxc]emia|opathy|algia|openia|megaly|plegia|"
    r"[lmnrt]uria|ectasi[as]|rrh(?:o?ea|ea|agi?e?)|malacia|sclerosi?s|stenosi?s|toxicity|dystrophy|plasia|"
    r"paresis|ptysis|"
    r"edema|oxia|oxemia|ectopia|opsia|phagia|phasia|dynia|blepharon|thorax)"
)
_NO_DISEASE = words("no_diseases")
_HEADS = frozenset(map(fold, words("disease_heads")))
_MODIFIES = re.compile(
    r"(?:[A-Za-z]*[a-z]{2}(?:al|ic|ar|ary|ous|oid|genic|induced|related|associated|dependent|resistant|lytic|"
    r"ular|iac|itic|otic|ine)|acute|chronic|subacute|recurrent|primary|secondary|severe|mild|moderate|left|right|"
    r"bilateral|"
    r"lower|upper|major|minor|massive|diffuse|focal|progressive|persistent|active|invasive|obstructive|"
    r"restrictive|congestive|ischa?emic|posttraumatic|post-traumatic|end-stage|early-onset|late-onset|small|"
    r"large|benign|malignant|metastatic|"
    r"advanced|congenital|familial|hereditary|idiopathic|autoimmune|inflammatory|degenerative|heart|kidney|liver|"
    r"lung|brain|breast|prostate|colon|ovarian|skin|bone|joint|muscle|nerve|blood|chest|back|knee|hip|shoulder|"
    r"neck|bladder|bowel|stomach|tract|"
    r"urinary|respiratory|valve|artery|vein|lymph|node|cell|spinal|cord|coronary|thyroid|eye|retinal|optic|drug|"
    r"immune|mood|sleep|anxiety|stress|personality|motor|sensory|cognitive|memory|speech|gait|type|stage|"
    r"multiple|combined|complex|partial|"
    r"generali[sz]ed|locali[sz]ed|isolated|deep|squamous|basal|germ|giant|soft|tissue|mucosal|vascular|pulmonary|"
    r"septal|hip|wrist|ankle|tibial|acquired|chromosomal|enzyme|growth|weight|organ|multi-organ|wound|sexually|"
    r"transmitted|low|high|grade|"
    r"disc|disk|head|facial|adrenal|pituitary|marrow|breath|tongue|throat|esophageal|wall|tendon|ligament|"
    r"rotator|cuff|compression|mental|attention|deficit|compulsive|traumatic|radicular)$",
    re.IGNORECASE,
)
_NOT_MODIFYING = words("no_modifiers")
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z'’/-]*)[ \u2009\u2005-]$")
_SEVERITY = re.compile(
    r"\b(?P<severity>mild(?:ly)?(?: to moderate)?|moderate(?:ly)?(?: to severe)?|severe(?:ly)?|marked|massive|"
    r"minimal|profound|life-threatening)\s+(?:[a-z-]+\s+){0,2}$",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(?P<side>left|right|bilateral)(?:[ -]sided)?\s+(?:(?!(?:and|or|with|without|but|of|in|on|has|had|was|"
    r"is|for|to|from|then|no|not)\b)[a-z-]+\s+){0,3}$",
    re.IGNORECASE,
)
_SITE_AFTER = re.compile(
    r"\s+(?:of|in|over|at|on|to)\s+(?:the\s+|his\s+|her\s+)?(?:both\s+|(?P<side>left|right|bilateral)\s+)?$",
    re.IGNORECASE,
)
_SIDES: dict[str, Literal["left", "right", "both"]] = {"left": "left", "right": "right", "bilateral": "both"}
_UNREAD = frozenset({"allergies"})
_NAMED_TEST = re.compile(
    r"[\s-]*(?:tests?|screening|score|scale|index|markers?|clinic|center|centre|unit|team|society|foundation|"
    r"department|specialist|service|vaccin\w+|prophylaxis|virus|genes?|protein|antigen|antibod\w+)\b",
    re.IGNORECASE,
)


def problems(prepared: Prepared) -> Iterator[Problem]:
    for start, end in spans(prepared):
        is_read = prepared.section_at(start).kind not in _UNREAD and not prepared.is_heading(start)
        if is_read and not _is_of_something_else(prepared, start, end):
            yield _problem(prepared, start, end)


_ROOM_AIR = re.compile(
    r"(?:\d\s*%|\b(?:spo2|sao2|o2|sats?|saturat\w+|satting)\b[^.;\n]{0,20}\d)\s*[(,]?\s*(?:(?:on|at|in)\s+)?$",
    re.IGNORECASE,
)
_AND_MORE = re.compile(r"(?:\s*(?:,|and|or|/)\s*(?:[a-z-]+\s+){0,2})?", re.IGNORECASE)


def _is_of_something_else(prepared: Prepared, start: int, end: int) -> bool:
    """RA that is room air; the reason of a medicine; the allergies that nobody has."""
    text, sentence = prepared.text, prepared.sentence_at(start)
    if text[start:end] == "RA" and _ROOM_AIR.search(text, max(0, start - 60), start):
        return True
    if any(found.start() <= start < found.end() for found in NONE.finditer(text, sentence.start, sentence.end)):
        return True
    reasons = [found for found in AS_NEEDED.finditer(text, sentence.start, sentence.end) if found.group("reason")]
    return any(
        found.start() <= start < found.end() or (found.end() <= start and _AND_MORE.fullmatch(text, found.end(), start))
        for found in reasons
    )


def spans(prepared: Prepared) -> list[Span]:
    found = [(term.start, term.end) for term in prepared.named("problems", "symptoms")]
    found += _by_their_words(prepared)
    kept = _longest([each for each in found if not _NAMED_TEST.match(prepared.text, each[1])])
    return _longest(with_short_forms(prepared.text, kept))


def _by_their_words(prepared: Prepared) -> Iterator[Span]:
    tokens = prepared.tokens
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        if word in _HEADS:
            if whole := _named(prepared.text, start, end):
                yield whole
        elif _ends_like_a_disease(word):
            yield _whole(prepared.text, _hyphened(prepared.text, start), end)


@lru_cache(maxsize=65_536)
def _ends_like_a_disease(word: str) -> bool:
    return _ENDING.fullmatch(word) is not None and word not in _NO_DISEASE


_HYPHENED = re.compile(r"[a-z]+-$", re.IGNORECASE)


def _hyphened(text: str, start: int) -> int:
    """The beginning of a word that is written with hyphens."""
    before = _HYPHENED.search(text, max(0, start - 20), start)
    return before.start() if before else start


_BARE = re.compile(
    r"(?:syndrome|disease|disorder|failure|deficienc(?:y|ie)|dysfunction|insufficiency|abnormalit(?:y|ie)|"
    r"impairment|block|defect|"
    r"reaction|damage|distress|arrest|delay|dependence|abuse|degeneration|crisis|crise|attack|disability|rupture|"
    r"tear|obstruction|"
    r"intoxication|injur(?:y|ie)|lesion)s?",
    re.IGNORECASE,
)


def _named(text: str, start: int, end: int) -> Span | None:
    """A disease that is only called a disease is none to tell."""
    whole = _whole(text, start, end)
    return None if _BARE.fullmatch(text, *whole) else whole


def _whole(text: str, start: int, end: int) -> Span:
    """With the words before that say which: "acute renal failure"."""
    for _ in range(5):
        before = _WORD_BEFORE.search(text, max(0, start - 32), start)
        if before is None or not _MODIFIES.match(before.group(1)) or before.group(1).lower() in _NOT_MODIFYING:
            break
        start = before.start(1)
    return _without_degree(text, start, end)


_DEGREE = re.compile(
    r"(?:(?:mild|moderate|severe|massive|marked|significant|left|right|bilateral|progressive|persistent|"
    r"recurrent|small|large|multiple|diffuse|advanced|active|low|high|early|new)\s+)+",
    re.IGNORECASE,
)


def _without_degree(text: str, start: int, end: int) -> Span:
    degree = _DEGREE.match(text, start, end)
    return (degree.end(), end) if degree and degree.end() < end else (start, end)


def _longest(found: list[Span]) -> list[Span]:
    """Where two touch, the longer one."""
    kept: list[Span] = []
    for span in sorted(set(found), key=lambda each: (each[0] - each[1], each[0])):
        place = bisect_left(kept, span)
        is_free_before = place == 0 or kept[place - 1][1] <= span[0]
        is_free_after = place == len(kept) or kept[place][0] >= span[1]
        if is_free_before and is_free_after:
            kept.insert(place, span)
    return kept


def _problem(prepared: Prepared, start: int, end: int) -> Problem:
    text = prepared.text
    evidence = [prepared.evidence(start, end, "name")]
    sentence = prepared.sentence_at(start)
    before = text[max(sentence.start, start - 40) : start]
    severity, side = _SEVERITY.search(before), _SIDE.search(before)
    shift = start - len(before)
    if severity:
        evidence.append(_at(prepared, severity, "severity", shift))
    site, beside = _site(prepared, end, sentence.end)
    if site:
        evidence.append(prepared.evidence(*site, "site"))
    told_side = beside or (side.group("side").lower() if side else None)
    return Problem.model_construct(
        name=" ".join(text[start:end].split()), severity=severity.group("severity") if severity else None,
        site=text[slice(*site)] if site else None, side=_SIDES[told_side] if told_side else None,
        assertion=prepared.assertion(start, end), evidence=tuple(evidence),
    )  # fmt: skip


def _at(prepared: Prepared, found: re.Match[str], group: str, shift: int) -> TextEvidence:
    return prepared.evidence(shift + found.start(group), shift + found.end(group), group)


def _site(prepared: Prepared, end: int, stop: int) -> tuple[Span | None, str | None]:
    """Pain in the left knee."""
    places = prepared.terms.get("anatomy", [])
    number = bisect_left(places, end, key=lambda term: term.start)
    if number == len(places) or places[number].start > min(stop, end + 30):
        return None, None
    term = places[number]
    link = _SITE_AFTER.match(prepared.text[end : term.start])
    if link is None:
        return None, None
    return (term.start, term.end), (link.group("side") or "").lower() or None
