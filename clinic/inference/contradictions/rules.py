"""Where two sources of one case say what cannot both be so. Deterministic, and careful: a card that is wrong costs the
trust in the next one. What speaks of another time, another person or another place of the body contradicts nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product

from clinic.inference.contradictions import naming
from clinic.inference.contradictions.statements import About, Holds, Statement

AGE_APART = 1.5  # years: a birthday lies between two letters
AGE_APART_SMALL, GROWN = 0.5, 3.0  # of small children months are told
SAME_AMOUNT = 0.02
TO_MG = {"g": 1000.0, "mg": 1.0, "ug": 0.001, "mcg": 0.001}
PNEUMONIA, NORMAL = "pneumonia", "normal"
EVERYWHERE = frozenset({"pain", "swelling", "mass", "lump", "tenderness", "fracture", "lesion", "weakness", "injury"})


class Kind(StrEnum):
    FINDING = "finding"  # there in one, denied in the other
    ALLERGY = "allergy"
    FORBIDDEN = "forbidden"  # a medicine that the allergy forbids
    DOSE = "dose"
    MEDICINE = "medicine"  # taken in one, stopped or never taken in the other
    SIDE = "side"
    DATE = "date"  # age, sex, day of birth or of an event
    FILM = "film"  # the film against what somebody says


@dataclass(frozen=True, slots=True)
class Contradiction:
    kind: Kind
    about: str
    first: Statement
    second: Statement

    @property
    def sources(self) -> frozenset[str]:
        return frozenset((self.first.source, self.second.source))


def contradictions(statements: Iterable[Statement]) -> list[Contradiction]:
    """One for each thing and pair of sources, in the order of the sources."""
    told = list(statements)
    found: dict[tuple[Kind, str, frozenset[str]], Contradiction] = {}
    for rule in (_findings, _allergies, _forbidden, _doses, _medicines, _sides, _ages, _sexes, _events, _films):
        for each in rule(told):
            found.setdefault((each.kind, each.about, each.sources), each)
    return list(found.values())


Grouped = dict[str, dict[str, list[Statement]]]  # name, source, what it says


def _grouped(told: Sequence[Statement], about: About) -> Grouped:
    found: Grouped = defaultdict(lambda: defaultdict(list))
    name = naming.finding if about in (About.FINDING, About.EVENT) else naming.substance
    for one in told:
        if one.about == about and one.holds != Holds.FAMILY:
            found[name(one.name) if one.name else ""][one.source].append(one)
    return found


def _pairs(by_source: dict[str, list[Statement]]) -> Iterator[tuple[list[Statement], list[Statement]]]:
    for first, second in combinations(by_source, 2):
        yield by_source[first], by_source[second]


def _one_way(said: Sequence[Statement]) -> Holds | None:
    """What a source says of a thing as a whole: nothing where it says both."""
    ways = {one.holds for one in said}
    return next((way for way in (Holds.YES, Holds.NO) if ways == {way}), None)


# --- findings, sides --------------------------------------------------------------------------------------------------


def _findings(told: Sequence[Statement]) -> Iterator[Contradiction]:
    for name, by_source in _grouped(told, About.FINDING).items():
        for one, other in _pairs({source: _of_now(said) for source, said in by_source.items()}):
            if {_one_way(one), _one_way(other)} == {Holds.YES, Holds.NO} and _same_place(name, one[0], other[0]):
                yield Contradiction(Kind.FINDING, name, one[0], other[0])


def _of_now(said: Sequence[Statement]) -> list[Statement]:
    """Nothing where any of it speaks of another time: then this source does not say what is now."""
    return [] if any(naming.has_cue("other_time", one.words) for one in said) else list(said)


def _same_place(name: str, one: Statement, other: Statement) -> bool:
    if one.side and other.side and one.side != other.side:
        return False
    if one.site and other.site and naming.finding(one.site) != naming.finding(other.site):
        return False
    return name not in EVERYWHERE or bool(one.site and other.site)


def _sides(told: Sequence[Statement]) -> Iterator[Contradiction]:
    for name, by_source in _grouped(told, About.SIDE).items():
        for one, other in _pairs(by_source):
            if [{each.side for each in said} for said in (one, other)] in _OPPOSITE:
                yield Contradiction(Kind.SIDE, name, one[0], other[0])


_OPPOSITE = ([{"left"}, {"right"}], [{"right"}, {"left"}])


# --- allergies --------------------------------------------------------------------------------------------------------


def _allergies(told: Sequence[Statement]) -> Iterator[Contradiction]:
    grouped = _grouped(told, About.ALLERGY)
    none_known = _saying(grouped.pop("", {}), Holds.NO)
    for name, by_source in grouped.items():
        for one, other in product(_saying(by_source, Holds.YES), _saying(by_source, Holds.NO) + none_known):
            if one.source != other.source:
                yield Contradiction(Kind.ALLERGY, name, one, other)


def _saying(by_source: dict[str, list[Statement]], way: Holds) -> list[Statement]:
    return [one for said in by_source.values() for one in said if one.holds == way]


def _forbidden(told: Sequence[Statement]) -> Iterator[Contradiction]:
    """A medicine that is taken, or to be taken, and an allergy to it or its kind in another source."""
    given = [
        one for one in told
        if one.about == About.MEDICINE and one.holds in (Holds.YES, Holds.PLANNED) and not one.is_stopped and one.name
        and not naming.has_cue("avoided", one.words)
    ]  # fmt: skip
    hers = {(one.source, naming.substance(one.name)) for one in told if one.about == About.ALLERGY and one.name}
    for allergy in told:
        if allergy.about != About.ALLERGY or allergy.holds != Holds.YES or not allergy.name:
            continue
        if naming.has_cue("others", allergy.words):
            continue
        forbidden = naming.forbidden_by(naming.substance(allergy.name))
        for one in given:
            name = naming.substance(one.name)
            if name in forbidden and one.source != allergy.source and (one.source, name) not in hers:
                yield Contradiction(Kind.FORBIDDEN, name, allergy, one)


# --- medicines --------------------------------------------------------------------------------------------------------


def _doses(told: Sequence[Statement]) -> Iterator[Contradiction]:
    taken = [one for one in told if one.holds == Holds.YES and not one.is_stopped and one.name]
    for name, by_source in _grouped(taken, About.MEDICINE).items():
        dosed = {
            source: [one for one in said if one.amount is not None or one.a_day] for source, said in by_source.items()
        }
        for one, other in _pairs(dosed):
            if len({_dose(each) for each in one}) != 1 or len({_dose(each) for each in other}) != 1:
                continue  # none, or a morning and an evening dose
            if any(naming.has_cue("changed_dose", each.words) for each in (*one, *other)):
                continue
            if _differ(one[0], other[0]):
                yield Contradiction(Kind.DOSE, name, one[0], other[0])


def _dose(one: Statement) -> tuple[float | None, float | None]:
    return _in_mg(one), one.a_day


def _in_mg(one: Statement) -> float | None:
    return None if one.amount is None else one.amount * TO_MG.get(one.unit.lower(), 1.0)


def _differ(one: Statement, other: Statement) -> bool:
    if one.unit and other.unit and (one.unit.lower() in TO_MG) != (other.unit.lower() in TO_MG):
        return False  # 2 puffs and 500 mg say nothing of each other
    first, second = _in_mg(one), _in_mg(other)
    if first is None or second is None:
        return bool(one.a_day and other.a_day and not _same(one.a_day, other.a_day))
    if one.a_day and other.a_day:
        return not _same(first * one.a_day, second * other.a_day)
    if _same(first, second):
        return False
    known = one.a_day or other.a_day or 1.0
    return not (_same(first * known, second) or _same(first, second * known))


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_AMOUNT * max(one, other)


def _medicines(told: Sequence[Statement]) -> Iterator[Contradiction]:
    """By name, and of a kind against its members: "no statin" and atorvastatin."""
    grouped = _grouped([one for one in told if one.name], About.MEDICINE)
    for name, by_source in grouped.items():
        for member in sorted(naming.members(name) & set(grouped)):
            for first, second in combinations(sorted({*by_source, *grouped[member]}), 2):
                for one, other in ((by_source.get(first), grouped[member].get(second)),
                                   (grouped[member].get(first), by_source.get(second))):  # fmt: skip
                    if one and other and {_taking(one), _taking(other)} == {True, False}:
                        yield Contradiction(Kind.MEDICINE, member, one[0], other[0])


def _taking(said: Sequence[Statement]) -> bool | None:
    """True: taken now; False: stopped, or never; None: the source does not say, or says both."""
    ways = set()
    for one in said:
        if one.holds == Holds.NO or one.is_stopped:
            ways.add(False)
        elif one.holds == Holds.YES:
            ways.add(True)
        else:
            return None
    return ways.pop() if len(ways) == 1 else None


# --- who she is, and when ---------------------------------------------------------------------------------------------


def _ages(told: Sequence[Statement]) -> Iterator[Contradiction]:
    for one, other in _of_two(told, About.AGE):
        first, second = float(one.value), float(other.value)
        if abs(first - second) > (AGE_APART if min(first, second) >= GROWN else AGE_APART_SMALL):
            yield Contradiction(Kind.DATE, "age", one, other)


def _sexes(told: Sequence[Statement]) -> Iterator[Contradiction]:
    for one, other in _of_two(told, About.SEX):
        if one.value != other.value:
            yield Contradiction(Kind.DATE, "sex", one, other)


def _of_two(told: Sequence[Statement], about: About) -> Iterator[tuple[Statement, Statement]]:
    said = [one for one in told if one.about == about and not naming.has_cue("others", one.words)]
    yield from ((one, other) for one, other in combinations(said, 2) if one.source != other.source)


def _events(told: Sequence[Statement]) -> Iterator[Contradiction]:
    for name, by_source in _grouped(told, About.EVENT).items():
        for one, other in _pairs(by_source):
            if len({each.value for each in one}) == len({each.value for each in other}) == 1 and not _same_day(
                one[0].value, other[0].value
            ):
                yield Contradiction(Kind.DATE, name, one[0], other[0])


def _same_day(one: str, other: str) -> bool:
    """As far as both were told: 2019 and 2019-03-02 do not contradict."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


# --- films ------------------------------------------------------------------------------------------------------------


def _films(told: Sequence[Statement]) -> Iterator[Contradiction]:
    """What the film shows, against what anybody says of it or of pneumonia. Two films are two moments."""
    films = [one for one in told if one.about == About.FILM and one.value in (NORMAL, PNEUMONIA)]
    shown = [one for one in films if not one.words]
    said = [one for one in films if one.words and one.holds == Holds.YES]
    grouped = _grouped(told, About.FINDING).get(PNEUMONIA, {})
    for film in shown:
        for one in said:
            if one.value != film.value:
                yield Contradiction(Kind.FILM, PNEUMONIA, film, one)
        for of_source in grouped.values():
            way = _one_way(_of_now(of_source))
            contrary = Holds.YES if film.value == NORMAL else Holds.NO
            if way == contrary:
                yield Contradiction(Kind.FILM, PNEUMONIA, film, of_source[0])
