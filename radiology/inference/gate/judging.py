"""From a film to a verdict: first what its header and its pixels say plainly, then what the net has learned to see."""

from dataclasses import asdict

from radiology.inference import film as films
from radiology.inference.film import Film, Header
from radiology.inference.gate import answers, weights
from radiology.inference.gate.lettering import Lettering, lettering
from radiology.inference.gate.looking import Look, look, square
from radiology.inference.gate.net import Said, says
from radiology.inference.gate.verdicts import Code, Offer, Reason, Verdict
from radiology.inference.gate.weights import Learned, Limits
from radiology.inference.generated import is_generated

MODALITIES = frozenset({"", "CR", "DX", "RG", "OT", "SC"})  # the last two are pictures of pictures: the pixels decide
_CHEST_WORDS = ("CHEST", "THORAX", "TORAX", "LUNG")
SHORTEST_SIDE = 160
_FEWEST_LEVELS = 24
_FLAT, _NOISE_RATIO = 6.0, 1.0
_COLOURED = 18.0  # mean distance between a pixel's channels, of 255: a tinted film stays below
_TEXT_LETTERS, _TEXT_LINES = 16, 2

Ages = tuple[int, int]


def judge(film: Film, *, card_ages: Ages | None = None, learned: Learned | None = None) -> Verdict:
    """`card_ages`: the whole years, both of them in, that the engine was made for; an unknown age passes."""
    said_by_header = _header_reasons(film.header, card_ages)
    seen = look(film)
    plain = _plain_reasons(film, seen)
    if plain:
        return Verdict(said_by_header + plain, is_generated=is_generated(film), measured=asdict(seen))
    learned = learned or weights.learned()
    said, text = says(learned.weights, square(film)), lettering(film)
    kind = _kind_reasons(film, said, learned.limits)
    framing, offer = ((), None) if kind else _framing(said, learned.limits)
    reasons = said_by_header + kind + framing + _text_reasons(film.header, text)
    return Verdict(
        reasons=tuple({reason.code: reason for reason in reasons}.values()),
        offer=offer,
        suspects_text=text.letters > 0 or bool(film.header.has_burned_in_text),
        is_generated=is_generated(film),
        measured=asdict(seen) | _as_measured(said) | {"letters": text.letters},
    )


def _header_reasons(header: Header, card_ages: Ages | None) -> tuple[Reason, ...]:
    reasons = []
    if header.modality not in MODALITIES:
        reasons.append(Reason(Code.NOT_SUPPORTED_MODALITY, header.modality))
    if header.body_part and not any(word in header.body_part.upper() for word in _CHEST_WORDS):
        reasons.append(Reason(Code.WRONG_BODY_PART, header.body_part))
    if header.view == films.LATERAL:
        reasons.append(Reason(Code.LATERAL))
    if card_ages and header.age_years is not None and not card_ages[0] <= int(header.age_years) <= card_ages[1]:
        reasons.append(Reason(Code.AGE_OUTSIDE_CARD, str(int(header.age_years))))
    return tuple(reasons)


def _plain_reasons(film: Film, seen: Look) -> tuple[Reason, ...]:
    """Where one of these holds, nothing else can be told of the picture."""
    if min(film.shape) < SHORTEST_SIDE:
        return (Reason(Code.TOO_SMALL, f"{film.shape[1]} x {film.shape[0]}"),)
    if seen.levels < 2 or (seen.contrast < _FLAT and seen.contrast < 4 * seen.grain):
        return (Reason(Code.BLANK),)
    if seen.contrast < _NOISE_RATIO * seen.grain:
        return (Reason(Code.NOT_CHEST_FILM),)
    if seen.levels < _FEWEST_LEVELS:
        return (Reason(Code.TOO_FEW_GREY_LEVELS, str(seen.levels)),)
    if film.facts.get("colourfulness", 0) > _COLOURED:
        return (Reason(Code.NOT_CHEST_FILM),)
    return ()


def _kind_reasons(film: Film, said: Said, limits: Limits) -> tuple[Reason, ...]:
    """Whatever is not surely a frontal film is named by what it is most like."""
    chances = dict(zip(answers.KINDS, said.kinds, strict=True))
    if chances[answers.FRONTAL] >= limits.frontal:
        return ()
    most_like = max((kind for kind in answers.KINDS if kind != answers.FRONTAL), key=chances.__getitem__)
    return (Reason(_CODES[most_like]),)


_CODES = {
    answers.LATERAL: Code.LATERAL,
    answers.SCREENSHOT: Code.SCREENSHOT,
    answers.OTHER: Code.NOT_CHEST_FILM,
}


def _framing(said: Said, limits: Limits) -> tuple[tuple[Reason, ...], Offer | None]:
    codes = []
    turns = int(said.turns[1:].argmax()) + 1 if 1 - said.turns[0] > limits.turned else 0
    inverted = said.inverted > limits.inverted
    if inverted:
        codes.append(Code.INVERTED)
    if turns:
        codes.append(Code.ROTATED)
    if said.cropped > limits.cropped:
        codes.append(Code.CROPPED)
    quarters = 0 if turns == answers.TILTED else -turns % 4
    offer = Offer(inverted, quarters) if inverted or quarters else None
    return tuple(Reason(code) for code in codes), offer


def _text_reasons(header: Header, text: Lettering) -> tuple[Reason, ...]:
    """One line is a position or a clock; more is what a name and a number look like."""
    many = text.letters >= _TEXT_LETTERS and text.lines >= _TEXT_LINES
    return (Reason(Code.BURNED_IN_TEXT),) if many or header.has_burned_in_text else ()


def _as_measured(said: Said) -> dict[str, float]:
    kinds = {kind: round(float(chance), 4) for kind, chance in zip(answers.KINDS, said.kinds, strict=True)}
    turned, inverted, cropped = 1 - float(said.turns[0]), said.inverted, said.cropped
    return kinds | {"turned": round(turned, 4), "is_inverted": round(inverted, 4), "is_cropped": round(cropped, 4)}
