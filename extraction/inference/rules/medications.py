"""Medicines, with what is said of dose, route and time around each of them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from extraction.inference.rules import amounts, sigs
from extraction.inference.rules.frequencies import durations_in, frequencies_in
from extraction.inference.rules.lexicon import words
from extraction.inference.rules.numbers import WORDS, value_of
from extraction.inference.rules.prepared import Prepared
from extraction.inference.rules.short_forms import with_short_forms
from extraction.inference.rules.units import ucum
from extraction.inference.schema import Assertion, Medication, MedicationStatus, TextEvidence

LISTS = ("drugs", "drug_classes", "substances")
FARTHEST = 160  # characters from a name to the end of what is said of it
_BEFORE = 60
_ENDING = re.compile(
    r"[a-z]{2,}(?:[aeiou]mab|umab|ximab|[a-z]tinib|zomib|ciclib|parib|olol|alol|april|opril|epril|sartan|"
    r"dipine|statin|"
    r"(?:fib|pr)ate|prazole|conazole|nidazole|tidine|setron|triptan|gliptin|gliflozin|glitazone|glutide|cillin|"
    r"mycin|micin|cycline|floxacin|oxacin|penem|cef[a-z]+|sulfa[a-z]+|vir|vudine|azepam|azolam|zepam|barbital|"
    r"caine|curonium|fentanil|fentanyl|flurane|setine|oxetine|triptyline|pramine|azine|peridol|apine|idone|"
    r"platin|rubicin|taxel|poside|cristine|blastine|trexate|abine|mustine|zolomide|phosphamide|"
    r"sone|solone|cortisol|nolone|oxaban|gatran|parin|grel|teplase|xaban|lukast|terol|tropium|phylline|"
    r"dronate|dronic acid|thiazide|semide|lactone|profen|oxicam|coxib|fenac|butazone|morphone|codone|"
    r"mustin|limus|tacept|cept|kinra|leukin|grastim|poetin|quine|quin|artemether|bendazole|mectin|nazole)"
)  # fmt: skip
_ENDS_ALIKE = words("no_medicines")
_AFTER_IT = re.compile(
    r"[- ]?(?:resistan(?:t|ce)|sensitiv(?:e|ity)|allerg(?:y|ies|ic)|toxicity|"
    r"intoxication|level|levels|concentrations?|"
    r"deficien(?:t|cy)|poisoning|overdose|abuse|channel|receptor|metabolism|synthesis|antibod(?:y|ies)|assay|"
    r"test|stain|trough|(?:amino)?trans(?:fer|amin)ase|phosphatase|synthetase|dehydrogenase|oxidase|kinase|"
    r"reductase|receptors?|transporters?|hypersensitivity|intolerance)\b",
    re.IGNORECASE,
)
_SUPPLY = re.compile(
    r"\s*(?:\w+\s)?(?:supplement\w*|infusion|drip|replacement|repletion|therapy|treatment|tablets?|injections?|"
    r"boluse?s?|administration|\d[\d.,]*\s*(?:mg|g|mcg|meq|mmol|units?|iu|ml)\b)",
    re.IGNORECASE,
)
_ALLERGIC = re.compile(r"\ballerg\w*\b[^.;]{0,60}$", re.IGNORECASE)
_STATUS: tuple[tuple[MedicationStatus, re.Pattern[str]], ...] = (
    (MedicationStatus.STOPPED, re.compile(
        r"\b(?:discontinu\w+|stopp(?:ed|ing)|stop|ceased|withdrawn|weaned off|came off|taken off|cessation of|off of|"
        r"withdrawal of|interrupted)\b", re.I)),
    (MedicationStatus.HELD, re.compile(
        r"\b(?:held|on hold|hold|holding|withheld|withhold|suspend(?:ed)?|paused?)\b", re.I)),
    (MedicationStatus.CHANGED, re.compile(
        r"\b(?:increas\w+|decreas\w+|reduc\w+|taper\w*|titrat\w+|adjust\w+|switch\w+|chang\w+|replaced)\b", re.I)),
    (MedicationStatus.STARTED, re.compile(
        r"\b(?:start\w*|initiat\w+|commenc\w+|begun|began|introduc\w+|added|prescri\w+|loaded with|put on|"
        r"placed on)\b", re.I)),
    (MedicationStatus.ACTIVE, re.compile(
        r"\b(?:continu\w+|maintain\w*|remain\w* on|takes|taking|currently on|is on|on home|receiving)\b", re.I)),
)  # fmt: skip


@dataclass(slots=True)
class _Mention:
    start: int
    end: int
    kind: str
    told: dict[str, Any] = field(default_factory=dict)
    is_refused: bool = False
    leads: MedicationStatus | None = None  # said before it, so of those listed after it too
    evidence: list[TextEvidence] = field(default_factory=list)


def medications(prepared: Prepared) -> Iterator[Medication]:
    mentions = [each for each in _mentions(prepared) if _is_medication(prepared, each)]
    for number, mention in enumerate(mentions):
        before = mentions[number - 1].end if number else 0
        after = mentions[number + 1].start if number + 1 < len(mentions) else len(prepared.text)
        _read_around(prepared, mention, before, after)
        _take_over_status(prepared, mention, mentions[number - 1] if number else None)
        mention.is_refused = _is_refused(prepared, mention, mentions[number - 1] if number else None)
    _tell_those_before(prepared, mentions)
    for mention in mentions:
        yield _medication(prepared, mention)


def from_instructions(prepared: Prepared) -> Iterator[Medication]:
    """Of a text that is one prescription and nothing else."""
    for step in sigs.steps_of(prepared.text):
        yield _from_step(prepared, step)


# --- which words are medicines --------------------------------------------------------------------------------------


def _mentions(prepared: Prepared) -> Iterator[_Mention]:
    found = [
        *(_Mention(term.start, term.end, kind) for kind in LISTS for term in prepared.terms.get(kind, [])),
        *_named_by_their_end(prepared),
    ]  # fmt: skip
    places = {(each.start, each.end) for each in found}
    found += [
        _Mention(*place, "short_form")
        for place in with_short_forms(prepared.text, sorted(places))
        if place not in places
    ]
    found.sort(key=lambda each: (each.start, -each.end))
    end = -1
    for each in found:
        if each.start >= end:
            yield each
            end = each.end


def _named_by_their_end(prepared: Prepared) -> Iterator[_Mention]:
    tokens = prepared.tokens
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        if len(word) > 6 and _ends_like_a_medicine(word):
            yield _Mention(start, end, "by_its_end")


@lru_cache(maxsize=65_536)
def _ends_like_a_medicine(word: str) -> bool:
    return _ENDING.fullmatch(word) is not None and word not in _ENDS_ALIKE


def _is_medication(prepared: Prepared, mention: _Mention) -> bool:
    text, end = prepared.text, mention.end
    section = prepared.section_at(mention.start).kind
    if (
        section == "allergies"
        or prepared.is_heading(mention.start)
        or _is_in_a_test(prepared, mention)
        or _AFTER_IT.match(text, end)
        or _MEASURED.match(text, end)
        or _is_allergy(prepared, mention)
    ):
        return False
    if mention.kind == "drug_classes" and _TITLE.match(text, end):
        return False
    if mention.kind != "substances":
        return True
    sentence = prepared.sentence_at(mention.start)
    return bool(
        _SUPPLY.match(text, end)
        or section == "medications"
        or _GIVEN_BEFORE.search(text, max(sentence.start, mention.start - 40), mention.start)
    )


_TITLE = re.compile(r"[ \t]*:")  # Medical treatment: ...
_GIVEN_BEFORE = re.compile(
    r"\b(?:given|treated with|received?|receiving|administered|administration of|infusions? of|started on|"
    r"prescribed|taking|takes|took|"
    r"supplement\w* (?:of|with)|therapy with|treatment with|doses? of|mg of|mg|g of|oral|intravenous|iv|"
    r"loaded with|iu of|units of)\s+(?:\w+\s){0,2}$",
    re.IGNORECASE,
)


_MEASURED = re.compile(
    r"\s*(?:\([A-Za-z0-9 -]{1,12}\)\s*)?(?:was|were|is|of|at|:|=|,|to|value|\()?\s*[<>≤≥]?\s*\d[\d.,]*\s*(?:mg|g|"
    r"[nµμup]g|mm?ol|[nµμ]mol|m?eq|i?u|miu)\s*/\s*(?:d?l|ml)\b",
    re.IGNORECASE,
)


def _is_in_a_test(prepared: Prepared, mention: _Mention) -> bool:
    """The insulin of a fasting insulin."""
    tests = prepared.terms.get("analytes", [])
    number = bisect_right(tests, mention.start, key=lambda term: term.start) - 1
    if number < 0 or tests[number].end < mention.end:
        return False
    return tests[number].end - tests[number].start > mention.end - mention.start


def _is_allergy(prepared: Prepared, mention: _Mention) -> bool:
    sentence = prepared.sentence_at(mention.start)
    return _ALLERGIC.search(prepared.text, max(sentence.start, mention.start - 90), mention.start) is not None


# --- what is said of them -------------------------------------------------------------------------------------------


def _read_around(prepared: Prepared, mention: _Mention, before: int, after: int) -> None:
    text = prepared.text
    sentence = prepared.sentence_at(mention.start)
    stop = min(after, max(sentence.end, mention.end), mention.end + FARTHEST)
    start = max(before, sentence.start, mention.start - _BEFORE)
    if bullet := _BULLET.search(text, mention.end, stop):
        stop = bullet.start()
    start = max([start, *(bullet.end() for bullet in _BULLET.finditer(text, start, mention.start))])
    _read(prepared, mention, mention.end, stop)
    _read_before(prepared, mention, start)
    said, follows = text[start : mention.start], text[mention.end : stop]
    if status := _status(said, follows) or _ordered_after(follows, is_last=stop < after or after == len(text)):
        mention.told["status"] = status
    if (leads := _nearest_before(_clause_before(said))) in _OF_A_LIST:
        mention.leads = leads


_BULLET = re.compile(r"[•‣◦▪●○]|\n\s*(?:[-–—*·+#]|\(?\d{1,2}[.)])\s")


def _read(prepared: Prepared, mention: _Mention, start: int, stop: int) -> None:
    """One after the other, as long as no more than a few words stand between them."""
    words = prepared.text[start:stop]
    reach = 0
    held: set[str] = set()
    for place, end, names, name in sorted(_attributes(words), key=lambda each: (each[0], -each[1])):
        if place < reach or place - reach > 45 or "; " in words[reach:place]:
            continue
        piece = prepared.evidence(start + place, start + end, name)
        if name == "dose" and name in held:
            _add_dose(mention, names, piece)
        elif name not in held:
            mention.told.update(names)
            mention.evidence.append(piece)
        held.add(name)
        reach = end


_DOSES = ("dose", "dose_amount", "dose_amount_most", "dose_unit")


def _add_dose(mention: _Mention, names: dict[str, Any], piece: TextEvidence) -> None:
    """250 mg/5 ml, then 5 ml; or two tablets of 500 mg: one says how strong a piece is, the other what is taken."""
    first, has_strength = mention.told, "strength" in mention.told
    unit, next_unit = (
        first.get("dose_unit") or "",
        names.get("dose_unit") or ("{pill}" if "dose_unit" not in names else ""),
    )
    if not has_strength and _is_taken(next_unit) and not _is_taken(unit) and first.get("dose_amount") is not None:
        place = next(number for number, each in enumerate(mention.evidence) if each.field == "dose")
        mention.evidence[place] = mention.evidence[place].model_copy(update={"field": "strength"})
        first["strength"] = first["dose"]
        first.update(dict.fromkeys(_DOSES) | names)
    elif not has_strength and _is_taken(unit) and not _is_taken(next_unit) and next_unit:
        first["strength"] = names["dose"]
        piece = piece.model_copy(update={"field": "strength"})
    mention.evidence.append(piece)


def _is_taken(unit: str) -> bool:
    return unit.startswith("{") or unit in ("mL", "L", "[tsp_us]", "[tbs_us]", "[U]", "[IU]")


_TIGHT = re.compile(r"\s*(?:of|dose of|doses of|,|\(|-)?\s*(?:the\s+)?(?:[a-z-]+\s+)?$", re.IGNORECASE)


def _read_before(prepared: Prepared, mention: _Mention, start: int) -> None:
    words = prepared.text[start : mention.start]
    found = sorted(_attributes(words), key=lambda each: (each[1], -each[0]), reverse=True)
    end = len(words)
    held = {each.field for each in mention.evidence}
    for place, stop, names, name in found:
        if stop > end or name in held or not _TIGHT.fullmatch(words[stop:end]) or name in {"duration"}:
            continue
        mention.told.update({key: value for key, value in names.items() if key not in mention.told})
        mention.evidence.append(prepared.evidence(start + place, start + stop, name))
        held.add(name)
        end = place


def _attributes(words: str) -> Iterator[tuple[int, int, dict[str, Any], str]]:
    """Where, what it says, and which field it is evidence of."""
    if not words.strip():
        return
    durations = list(durations_in(words))
    for duration in durations:
        told = {
            "duration": words[duration.start : duration.end],
            "duration_amount": duration.amount,
            "duration_unit": duration.unit if duration.amount else None,
        }
        yield duration.start, duration.end, told, "duration"
    counts = {found.end() for found in amounts.COUNT.finditer(words)}
    for said in frequencies_in(words):
        is_rate = words[said.start : said.end].lstrip()[:1] == "/" and said.start not in counts
        if not is_rate and not any(each.start <= said.start < each.end for each in durations):
            told = {
                "frequency": words[said.start : said.end],
                "times": said.times,
                "interval": said.interval,
                "interval_unit": said.unit,
            }
            yield said.start, said.end, told, "frequency"
    yield from _doses(words)
    for found in amounts.ROUTE.finditer(words):
        yield found.start(), found.end(), {"route": amounts.route_of(found.group())}, "route"
    for found in amounts.FORM.finditer(words):
        form = amounts.form_of(found.group("form"))
        if form not in _NO_FORM_ALONE:
            yield found.start(), found.end(), {"form": form}, "form"
    for found in _TAKE.finditer(words):
        yield (
            found.start("n"),
            found.end("n"),
            {"dose": found.group("n"), "dose_amount": value_of(found.group("n"))},
            "dose",
        )
    for found in amounts.AS_NEEDED.finditer(words):
        yield found.start(), found.end(), {"as_needed": True, "reason": found.group("reason")}, "as_needed"


_NO_FORM_ALONE = frozenset({"dose", "piece", "film", "bottle", "gum", "injection", "application"})
_TAKE = re.compile(
    rf"\b(?:take|takes|taking|give|use)\s+(?P<n>\d(?:\.5)?|{WORDS})(?=\s+(?:every|daily|once|twice|at|by|in|each|"
    rf"q\.?\d|[btq]\.?[id]\.?d|po|p\.o))",
    re.IGNORECASE,
)


def _doses(words: str) -> Iterator[tuple[int, int, dict[str, Any], str]]:
    for found in amounts.COUNT.finditer(words):
        if _A_DOSE.fullmatch(found.group()):
            continue
        yield found.start(), found.end(), _counted(found), "dose"
    for found in amounts.MASS.finditer(words):
        yield found.start(), found.end(), _weighed(found), "dose"
    for found in amounts.LOOSE_DOSE.finditer(words):
        yield found.start(), found.end(), {"dose": found.group()}, "dose"
    for found in amounts.CYCLES.finditer(words):
        yield found.start(), found.end(), {"duration": found.group()}, "duration"


_A_DOSE = re.compile(r"an?\s+doses?", re.IGNORECASE)


def _counted(found: re.Match[str]) -> dict[str, Any]:
    least, most = sigs.least_and_most(found)
    form = amounts.form_of(found.group("form"))
    told = {
        "dose": found.group(),
        "dose_amount": least,
        "dose_amount_most": most,
        "dose_unit": ucum(found.group("form")),
    }
    return told | ({"form": form} if form != "dose" else {})


def _weighed(found: re.Match[str]) -> dict[str, Any]:
    least, most = sigs.least_and_most(found)
    unit = found.group("unit") + (found.group("per") or "")
    return {"dose": found.group(), "dose_amount": least, "dose_amount_most": most, "dose_unit": ucum(unit)}


def _status(before: str, after: str) -> MedicationStatus | None:
    """The word that stands nearest before, or one that follows in the same clause."""
    near_before = _clause_before(before)
    near_after = re.split(r"[,;]| and ", after[:60])[0]
    told = {_nearest_before(near_before), *(status for status, words in _STATUS if words.search(near_after))}
    return next((status for status, _ in _STATUS if status in told), None)


_AS_A_HEADING = re.compile(r"(?:held|on hold|withheld|stopped|discontinued)\s*:\s*$", re.IGNORECASE)


def _clause_before(words: str) -> str:
    """Held: lisinopril, furosemide."""
    if heading := _AS_A_HEADING.search(words):
        return heading.group()
    return re.split(r"[;:]", words[-45:])[-1]


_ORDER = re.compile(
    r",\s*(?:but\s+|to\s+be\s+|please\s+|then\s+|now\s+|currently\s+)*"
    r"(?:(?P<held>hold|held|withhold|withheld|paused?|on hold)|(?P<stopped>stop|stopped|discontinued?))"
    r"(?:(?=\s*[.;)\n]|\s+(?:before|prior|pre|for|until|till|on|from|pending|now|today|tonight|tomorrow|temporarily|"
    r"because|due|since|after|in|at|the\s+(?:day|morning|evening|night)|\d+)\b)|(?P<end>\s*$))",
    re.IGNORECASE,
)  # on a condition (if, when) it is not held yet


def _ordered_after(words: str, *, is_last: bool) -> MedicationStatus | None:
    """Aspirin 75 mg od, hold before surgery. An order whose medicine follows is that one's."""
    found = _ORDER.search(words)
    if found is None or (found.group("end") is not None and not is_last):
        return None
    return MedicationStatus.HELD if found.group("held") else MedicationStatus.STOPPED


_OF_A_LIST = (MedicationStatus.STOPPED, MedicationStatus.HELD, MedicationStatus.STARTED)
_JOINED = re.compile(r"\s*(?:,|/|&|,?\s*(?:and|or)\b)\s*(?:(?:the|her|his|their|both|also)\s+)*", re.IGNORECASE)
_WERE = re.compile(
    r"\s+(?:were|have\s+(?:all\s+|both\s+)?been|are|are\s+to\s+be|should\s+be)\s+(?:all\s+|both\s+|then\s+|now\s+)*"
    r"(?:(?P<stopped>stopped|discontinued|ceased|withdrawn)|(?P<held>held|withheld|on\s+hold|paused|suspended))\b",
    re.IGNORECASE,
)


def _take_over_status(prepared: Prepared, mention: _Mention, last: _Mention | None) -> None:
    """Stopped aspirin, metformin and lisinopril: all three. One with a frequency of its own is taken."""
    if last is None or last.leads is None or mention.told.get("status") or mention.told.get("frequency"):
        return
    if _JOINED.fullmatch(prepared.text, last.end, mention.start):
        mention.told["status"] = mention.leads = last.leads


def _tell_those_before(prepared: Prepared, mentions: list[_Mention]) -> None:
    """Aspirin, metformin and lisinopril were stopped: all three."""
    for number in range(len(mentions) - 1, 0, -1):
        if not (found := _WERE.match(prepared.text, mentions[number].end)):
            continue
        status = MedicationStatus.HELD if found.group("held") else MedicationStatus.STOPPED
        for later, earlier in zip(mentions[number:0:-1], mentions[number - 1 :: -1], strict=False):
            if not _JOINED.fullmatch(prepared.text, earlier.end, later.start) or earlier.told.get("status"):
                break
            earlier.told["status"] = status


def _nearest_before(words: str) -> MedicationStatus | None:
    places = [(found.end(), status) for status, pattern in _STATUS for found in pattern.finditer(words)]
    return max(places)[1] if places else None


_REFUSED_BEFORE = re.compile(
    r"\b(?:refus(?:ed|es|ing)|declin(?:ed|es|ing)|avoid(?:ed|s|ing)?|(?:do not|don['’]t|did not|never)\s+"
    r"(?:take|give|use|prescribe|restart))\s+(?:(?:to (?:take|start|have)|taking|use of|using|the|all|any|other|"
    r"further|his|her|their|both)\s+)*$",
    re.IGNORECASE,
)
_REFUSED_AFTER = re.compile(
    r"\s+(?:was|were|is|has been|have been)?\s*(?:refused|declined|to be avoided)\b", re.IGNORECASE
)
_LISTED = re.compile(r"\s*,?\s*(?:and|or|/|&)\s*(?:(?:any|other|all)\s+)*", re.IGNORECASE)


def _is_refused(prepared: Prepared, mention: _Mention, last: _Mention | None) -> bool:
    """Refused or to be avoided: nobody takes it, and nobody is to read that it is intended."""
    text, sentence = prepared.text, prepared.sentence_at(mention.start)
    if _REFUSED_BEFORE.search(text, sentence.start, mention.start) or _REFUSED_AFTER.match(text, mention.end):
        return True
    return last is not None and last.is_refused and bool(_LISTED.fullmatch(text, last.end, mention.start))


def _medication(prepared: Prepared, mention: _Mention) -> Medication:
    name = prepared.evidence(mention.start, mention.end, "name")
    assertion = prepared.assertion(mention.start, mention.end)
    if prepared.section_at(mention.start).kind == "medications" and assertion == Assertion.PLANNED:
        assertion = Assertion.PRESENT
    if mention.is_refused and assertion != Assertion.FAMILY:
        assertion = Assertion.NEGATED
    evidence = (name, *sorted(mention.evidence, key=lambda each: each.start))
    return Medication.model_construct(name=name.text, assertion=assertion, evidence=evidence, **mention.told)


def _from_step(prepared: Prepared, step: sigs.Step) -> Medication:
    order = sorted(step.places.items(), key=lambda each: (each[0] != "drug", each[1]))
    names = {"drug": "name"}
    evidence = tuple(prepared.evidence(start, end, names.get(field, field)) for field, (start, end) in order)

    def words(field: str) -> str | None:
        place = step.places.get(field)
        return prepared.text[slice(*place)] if place else None

    return Medication.model_construct(
        name=words("drug"), strength=words("strength"), dose=words("dose"), dose_amount=step.dose_amount,
        dose_amount_most=step.dose_amount_most, dose_unit=ucum(step.dose_unit_words) if step.dose_unit_words else None,
        form=step.form, route=step.route, frequency=words("frequency"), times=step.times, interval=step.interval,
        interval_unit=step.interval_unit, duration=words("duration"), duration_amount=step.duration_amount,
        duration_unit=step.duration_unit, as_needed=step.as_needed or None, reason=step.reason, evidence=evidence,
    )  # fmt: skip
