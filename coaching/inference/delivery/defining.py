"""What each measure is, in a sentence; what is usual; how it errs; how well it is found where the truth is known.

The figures are read from `figures.json`, which `make bench-delivery` writes: nothing of them is typed in.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from coaching.inference.schema import MeasureName

Limits = tuple[float | None, float | None]

_BANDS = Path(__file__).parents[1] / "data" / "bands.toml"
FIGURES = Path(__file__).with_name("figures.json")
CLEAN, NOISY = "clean", "15"  # dB between voice and noise


@dataclass(frozen=True, slots=True)
class Accuracy:
    """With its 95 % interval, and how many of `unit` it rests on. `kind`: f1, relative_error, semitones, decibels."""

    kind: str
    value: float
    low: float
    high: float
    n: int
    unit: str


@dataclass(frozen=True, slots=True)
class Definition:
    """`usual`: between which values feedback finds an answer easy to follow; None where there is no such limit. Long
    pauses are judged by the minute."""

    name: MeasureName
    title: str
    says: str
    unit: str
    usual: Limits
    usual_says: str
    errs: str
    clean: Accuracy | None
    noisy: Accuracy | None
    accuracy: str


def definitions(language: str) -> tuple[Definition, ...]:
    """All nine, in their order; English where there is no such language."""
    words = _WORDS.get(language, _WORDS["en"])
    phrases = _ACCURACY.get(language, _ACCURACY["en"])
    return tuple(_definition(name, words, phrases, usual(name, language)) for name in MeasureName)


def _definition(
    name: MeasureName, words: Mapping[MeasureName, tuple[str, ...]], phrases: Mapping[str, str], limits: Limits
) -> Definition:
    title, says, unit, usual_says, errs = words[name]
    clean, noisy = accuracy(name, CLEAN), accuracy(name, NOISY)
    told = [
        phrases[where].format(_in_words(found, phrases)) for where, found in ((CLEAN, clean), (NOISY, noisy)) if found
    ]
    shown = usual_says.format(*(f"{each or 0:g}" for each in limits))
    return Definition(name, title, says, unit, limits, shown, errs, clean, noisy, " ".join(told) or phrases["none"])


def usual(name: MeasureName, language: str) -> Limits:
    """The bands by which feedback judges: pages and feedback say the same. A lower limit of 0 is none."""
    bands = _bands().get(name.value)
    if bands is None:
        return None, None
    low, high = bands.get(language, bands["en"])
    return float(low) or None, float(high)


@lru_cache(maxsize=1)
def _bands() -> Mapping[str, Mapping[str, list[float]]]:
    return tomllib.loads(_BANDS.read_text(encoding="utf-8"))


def accuracy(name: MeasureName, where: str) -> Accuracy | None:
    """`where`: clean, 30, 20, 15 or 10 dB."""
    found = _figures().get(name.value, {}).get(where)
    return Accuracy(**found) if found else None


@lru_cache(maxsize=1)
def _figures() -> Mapping[str, Any]:
    if not FIGURES.is_file():
        return {}
    figures: Mapping[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))["measures"]
    return figures


def _in_words(found: Accuracy, phrases: Mapping[str, str]) -> str:
    scale, digits = (100, 1) if found.kind == "relative_error" else (1, 3 if found.kind == "f1" else 2)
    value, low, high = (f"{scale * each:.{digits}f}" for each in (found.value, found.low, found.high))
    return phrases[found.kind].format(value=value, low=low, high=high, n=f"{found.n:,}", unit=phrases[found.unit])


_ACCURACY: Mapping[str, Mapping[str, str]] = {
    "en": {
        CLEAN: "In generated recordings of a quiet room: {}.",
        NOISY: "With noise 15 dB below the voice: {}.",
        "none": "Rests on the words: it is as right as the transcript is.",
        "f1": "F1 {value} (95 %: {low} to {high}, n = {n} {unit})",
        "relative_error": "off by {value} % on average (95 %: {low} to {high}, n = {n} {unit})",
        "semitones": "off by {value} semitones on average (95 %: {low} to {high}, n = {n} {unit})",
        "decibels": "off by {value} dB on average (95 %: {low} to {high}, n = {n} {unit})",
        "pauses": "pauses", "recordings": "recordings", "breaks": "breaks",
    },
    "es": {
        CLEAN: "En grabaciones generadas de una sala silenciosa: {}.",
        NOISY: "Con ruido 15 dB por debajo de la voz: {}.",
        "none": "Se basa en las palabras: es tan correcta como lo sea la transcripción.",
        "f1": "F1 {value} (95 %: de {low} a {high}, n = {n} {unit})",
        "relative_error": "se desvía un {value} % de media (95 %: de {low} a {high}, n = {n} {unit})",
        "semitones": "se desvía {value} semitonos de media (95 %: de {low} a {high}, n = {n} {unit})",
        "decibels": "se desvía {value} dB de media (95 %: de {low} a {high}, n = {n} {unit})",
        "pauses": "pausas", "recordings": "grabaciones", "breaks": "quiebres",
    },
}  # fmt: skip

# Title, definition, unit, what is usual, how it errs.
_WORDS: Mapping[str, Mapping[MeasureName, tuple[str, ...]]] = {
    "en": {
        MeasureName.SPEECH_RATE: (
            "Speech rate",
            "Words of the transcript for each minute between the first and the last word, pauses included.",
            "words a minute",
            "Between {0} and {1} words a minute are easy to follow.",
            "Words the transcript misses make it too low. A language with long words has fewer of them a minute.",
        ),
        MeasureName.ARTICULATION: (
            "Articulation rate",
            "Syllables for each second of speech, pauses of a quarter of a second and more left out; a syllable is "
            "a peak of loudness with voice in it.",
            "syllables a second",
            "Between {0} and {1} syllables a second are easy to follow; languages differ.",
            "Swallowed syllables and two vowels in a row may count as one, a trembling loud vowel as two.",
        ),
        MeasureName.PAUSES: (
            "Long pauses",
            "How many silences of two seconds or more lie between two stretches of speech.",
            "pauses",
            "Up to {1} a minute go by unnoticed; after bad news a long silence is good practice.",
            "Other people's voices and loud breathing count as sound; very quiet speech may count as silence.",
        ),
        MeasureName.FILLERS: (
            "Fillers",
            "Sounds and phrases that carry no meaning (um, uh, er, you know, I mean, sort of) for each minute.",
            "a minute",
            "Up to {1} a minute are what listeners hardly notice.",
            "Many engines that write down speech leave fillers out: then too few are counted. A phrase that carries "
            "meaning where it stands may be counted.",
        ),
        MeasureName.PITCH_RANGE: (
            "Pitch range",
            "How many semitones lie between the lower and the upper tenth of the voice's pitch.",
            "semitones",
            "Below {0} semitones many listeners hear one tone; more than {1} are rare.",
            "A creaky voice is heard too low or not at all; another person's voice in the recording widens the range.",
        ),
        MeasureName.LOUDNESS: (
            "Loudness variation",
            "How many decibels lie between the quieter tenth and the louder tenth of the syllables.",
            "dB",
            "Between {0} and {1} dB.",
            "Turning away from the microphone varies it too; programs that even out loudness make it smaller.",
        ),
        MeasureName.VOICE_BREAKS: (
            "Voice breaks",
            "How often the pitch leaps by five semitones or more within a vowel, steady before and after.",
            "breaks",
            "There is no limit, and feedback never mentions them; a cold or a dry throat brings more.",
            "A voice that fails for a moment or begins to creak is not found; in a room that echoes some are invented.",
        ),
        MeasureName.LONG_SENTENCES: (
            "Longest sentence",
            "How many words the longest sentence has; where the transcript has no full stops, a sentence ends at a "
            "pause of 0.6 seconds.",
            "words",
            "Up to {1} words can be followed by ear.",
            "Without full stops, sentences spoken without a pause count as one, and a sentence with a pause in it as "
            "two.",
        ),
        MeasureName.OPENING: (
            "Time to the point",
            "Seconds from the first word to the first sentence with at least three words of content, once greetings, "
            "thanks, praise of the question and fillers are left out.",
            "seconds",
            "Within {1} seconds a listener wants to know what it is about.",
            "It knows words, not meaning: an aside full of content counts as the point.",
        ),
    },
    "es": {
        MeasureName.SPEECH_RATE: (
            "Velocidad del habla",
            "Palabras de la transcripción por minuto entre la primera y la última palabra, con las pausas.",
            "palabras por minuto",
            "Entre {0} y {1} palabras por minuto se siguen bien.",
            "Las palabras que faltan en la transcripción la bajan. En un idioma de palabras largas caben menos.",
        ),
        MeasureName.ARTICULATION: (
            "Velocidad de articulación",
            "Sílabas por segundo de habla, sin las pausas de un cuarto de segundo o más; una sílaba es un pico de "
            "intensidad con voz.",
            "sílabas por segundo",
            "Entre {0} y {1} sílabas por segundo se siguen bien; los idiomas difieren.",
            "Sílabas comidas y dos vocales seguidas pueden contar como una; una vocal fuerte y temblorosa, como dos.",
        ),
        MeasureName.PAUSES: (
            "Pausas largas",
            "Cuántos silencios de dos segundos o más hay entre dos tramos de habla.",
            "pausas",
            "Hasta {1} por minuto pasan inadvertidas; tras una mala noticia, un silencio largo es buena práctica.",
            "Otras voces y la respiración fuerte cuentan como sonido; el habla muy baja, como silencio.",
        ),
        MeasureName.FILLERS: (
            "Muletillas",
            "Sonidos y frases sin significado (eh, em, mmm, o sea, digamos) por minuto.",
            "por minuto",
            "Hasta {1} por minuto apenas se notan.",
            "Muchos motores que transcriben omiten las muletillas: entonces se cuentan de menos. Una frase que ahí sí "
            "significa algo puede contarse.",
        ),
        MeasureName.PITCH_RANGE: (
            "Rango tonal",
            "Cuántos semitonos hay entre el décimo más grave y el décimo más agudo de la voz.",
            "semitonos",
            "Por debajo de {0} semitonos muchos oyen un solo tono; más de {1} son raros.",
            "Una voz quebrada o rasposa se oye demasiado grave o no se oye; la voz de otra persona amplía el rango.",
        ),
        MeasureName.LOUDNESS: (
            "Variación de intensidad",
            "Cuántos decibelios hay entre el décimo más débil y el décimo más fuerte de las sílabas.",
            "dB",
            "Entre {0} y {1} dB.",
            "Apartarse del micrófono también la cambia; los programas que igualan el volumen la reducen.",
        ),
        MeasureName.VOICE_BREAKS: (
            "Quiebres de voz",
            "Cuántas veces el tono salta cinco semitonos o más dentro de una vocal, estable antes y después.",
            "quiebres",
            "No hay límite, y los comentarios nunca los mencionan; un resfriado o la garganta seca traen más.",
            "Una voz que falla un momento o se vuelve rasposa no se encuentra; con eco se inventan algunos.",
        ),
        MeasureName.LONG_SENTENCES: (
            "Oración más larga",
            "Cuántas palabras tiene la oración más larga; si la transcripción no tiene puntos, una oración acaba en "
            "una pausa de 0,6 segundos.",
            "palabras",
            "Hasta {1} palabras se siguen de oído.",
            "Sin puntos, las oraciones dichas sin pausa cuentan como una, y una oración con pausa, como dos.",
        ),
        MeasureName.OPENING: (
            "Tiempo hasta lo esencial",
            "Segundos desde la primera palabra hasta la primera oración con al menos tres palabras de contenido, sin "
            "contar saludos, agradecimientos, elogios de la pregunta ni muletillas.",
            "segundos",
            "En {1} segundos el oyente quiere saber de qué se trata.",
            "Conoce palabras, no significados: un inciso lleno de contenido cuenta como lo esencial.",
        ),
    },
}


def why_not(code: str, language: str) -> str:
    """Why something was not measured, in a sentence."""
    sentences = _WHY_NOT.get(language, _WHY_NOT["en"])
    return sentences.get(code, code)


_WHY_NOT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "too_noisy": "The noise is too loud beside the voice (less than 12 dB below it): the sound is not measured.",
        "no_speech": "Nobody can be heard speaking.",
        "too_short": "There are fewer than three seconds of speech.",
        "clipped": "The recording is too loud: the loudest sounds are cut off.",
        "too_little_voice": "Too little of it is voiced to tell a pitch.",
        "too_few_syllables": "There are too few syllables to compare.",
        "too_few_words": "There are too few words.",
        "no_times": "Nobody knows when each word was said.",
        "no_sentence_ends": "There are neither full stops nor times of words.",
        "no_point_found": "No sentence with enough words of content was found.",
    },
    "es": {
        "too_noisy": "El ruido es demasiado fuerte junto a la voz (menos de 12 dB por debajo): el sonido no se mide.",
        "no_speech": "No se oye hablar a nadie.",
        "too_short": "Hay menos de tres segundos de habla.",
        "clipped": "La grabación está demasiado alta: los sonidos más fuertes están recortados.",
        "too_little_voice": "Hay muy poca voz para conocer el tono.",
        "too_few_syllables": "Hay muy pocas sílabas que comparar.",
        "too_few_words": "Hay muy pocas palabras.",
        "no_times": "No se sabe cuándo se dijo cada palabra.",
        "no_sentence_ends": "No hay ni puntos ni tiempos de las palabras.",
        "no_point_found": "No se encontró ninguna oración con suficientes palabras de contenido.",
    },
}
