"""The sound and the words together: all nine measures of an answer, without those its speaker has switched off."""

from collections.abc import Iterator
from dataclasses import replace

from coaching.inference.delivery.words import fillers, longest_sentence, pace_of, speech_rate, time_to_point
from coaching.inference.schema import Answer, Delivery, Measure, MeasureName, Sounding


def deliver(sounding: Sounding, answer: Answer, switched_off: frozenset[MeasureName] = frozenset()) -> Delivery:
    """In the order of `MeasureName`. What is switched off is nowhere in it, not even where it could be heard."""
    pace = () if MeasureName.SPEECH_RATE in switched_off else pace_of(answer)
    found = {measure.name: measure for measure in (*sounding.measures, *_of_words(sounding, answer))}
    measures = tuple(found[name] for name in MeasureName if name in found and name not in switched_off)
    return Delivery(_without(sounding, switched_off), measures, pace)


def _of_words(sounding: Sounding, answer: Answer) -> Iterator[Measure]:
    yield speech_rate(answer, sounding, pace_of(answer))
    yield fillers(answer, sounding)
    yield longest_sentence(answer, sounding)
    yield time_to_point(answer, sounding)


def _without(sounding: Sounding, switched_off: frozenset[MeasureName]) -> Sounding:
    kept = tuple(measure for measure in sounding.measures if measure.name not in switched_off)
    pauses = () if MeasureName.PAUSES in switched_off else sounding.pauses
    return replace(sounding, measures=kept, pauses=pauses)
