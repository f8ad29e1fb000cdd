"""How lively a voice sounds: the one estimate near feelings that exists here, and it is off.

It is made only where an admin recorded a lawful purpose and the speaker agreed for this session, and it is a word and
no number: nobody has calibrated it. What sort of feeling it is sound does not tell, so no valence is estimated here.
"""

from dataclasses import dataclass

from coaching.inference.schema import MeasureName, Sounding

_CUTS = {  # between calm and middle, between middle and lively: rough values of read and of told speech
    MeasureName.ARTICULATION: (3.6, 5.2),
    MeasureName.PITCH_RANGE: (4.0, 9.0),
    MeasureName.LOUDNESS: (6.0, 12.0),
}
CALM, MIDDLE, LIVELY = "calm", "middle", "lively"


@dataclass(frozen=True)
class Liveliness:
    arousal: str
    by: str  # who said so
    is_calibrated: bool = False
    valence: None = None


def estimate(sounding: Sounding) -> Liveliness | None:
    """None where the sound could not be measured."""
    values = {measure.name: measure.value for measure in sounding.measures if measure.value is not None}
    votes = [_vote(values[name], *cuts) for name, cuts in _CUTS.items() if name in values]
    if len(votes) < len(_CUTS):
        return None
    mean = sum(votes) / len(votes)
    return Liveliness(LIVELY if mean > 0.34 else CALM if mean < -0.34 else MIDDLE, "coaching.liveliness 1")


def _vote(value: float, low: float, high: float) -> int:
    return (value > high) - (value < low)
