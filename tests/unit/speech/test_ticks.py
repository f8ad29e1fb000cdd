import pytest

from clinic.inference.speech.numbers import parts, value_of
from clinic.inference.speech.ticks import Risk, agree, needs_tick
from clinic.inference.speech.transcript import Heard, Segment, Transcript, Word, struck
from clinic.inference.speech.voiced import Stretch


def said(text: str, *, late_s: float = 0.0) -> list[Word]:
    """One word every half second."""
    return [Word(word, at * 0.5 + late_s, at * 0.5 + 0.4 + late_s) for at, word in enumerate(text.split())]


def told(text: str, second: str | None = None) -> list[tuple[str, str]]:
    ticks = needs_tick(said(text), None if second is None else said(second))
    return [(tick.risk.value, tick.text) for tick in ticks]


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        ("take five hundred milligrams of it", "five hundred milligrams"),
        ("take 500 mg now", "500 mg"),
        ("take 500mg now", "500mg"),
        ("take two and a half", None),
        ("one tablet twice a day", "one tablet"),
        ("for three more days", "three more days"),
        ("her pressure was 120 over 80", "120 over"),
        ("tome quinientos miligramos", "quinientos miligramos"),
        ("una pastilla cada ocho horas", "una pastilla"),
        ("thirty eight point five degrees", "thirty eight point five degrees"),
    ],
)
def test_number_with_its_unit_when_heard_once_then_needs_a_tick(text, dose):
    assert (dose is None) or ("dose", dose) in told(text)


@pytest.mark.parametrize(
    ("text", "negation"),
    [
        ("she has no fever", "no fever"),
        ("it does not hurt", "not hurt"),
        ("he doesn't smoke", "doesn't smoke"),
        ("denies chest pain", "denies chest"),
        ("without any pain", "without any"),
        ("no tengo fiebre", "no tengo"),
        ("niega dolor", "niega dolor"),
        ("está sin fiebre", "sin fiebre"),
        ("nunca he fumado", "nunca he"),
    ],
)
def test_negation_when_heard_once_then_needs_a_tick_with_what_it_denies(text, negation):
    assert ("negation", negation) in told(text)


def test_words_without_risk_when_heard_once_then_need_no_tick():
    assert told("my chest hurts on one side and it is the worst") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("take five hundred milligrams", "take 500 mg"),
        ("take 500 mg", "Take 500mg."),
        ("toma quinientos miligramos", "toma 500 mg"),
        ("for twenty-five days", "for 25 days"),
        ("it does not hurt", "it doesn't hurt"),
        ("two point five milliliters", "2.5 ml"),
    ],
)
def test_two_readings_when_they_say_the_same_in_other_words_then_agree(first, second):
    assert [tick.key for tick in needs_tick(said(first))] == [tick.key for tick in needs_tick(said(second))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("take fifty milligrams", "take fifteen milligrams"),
        ("take 5 mg", "take 5 mcg"),
        ("she has no fever", "she has no pain"),
        ("take 1,000 units", "take 1.000 units"),
    ],
)
def test_two_readings_when_they_differ_then_both_are_told(first, second):
    assert len(needs_tick(said(first), said(second))) == 2


def test_negation_when_only_the_second_reading_has_it_then_is_told_where_it_would_stand():
    (tick,) = needs_tick(said("the pain is really sharp"), said("the pain is not sharp"))
    assert (tick.is_missing, tick.risk, tick.text) == (True, Risk.NEGATION, "not sharp")
    assert (tick.first, tick.last) == (3, 4)


def test_same_dose_when_heard_at_another_time_then_does_not_confirm():
    assert not agree(said("take 5 mg"), said("take 5 mg", late_s=30.0))
    assert agree(said("take 5 mg"), said("take 5 mg", late_s=0.3))


def test_dose_when_said_twice_and_heard_once_by_the_second_then_one_stays_open():
    (tick,) = needs_tick(said("take 5 mg 5 mg"), said("take 5 mg five"))[:1]
    assert tick.risk is Risk.DOSE


def test_struck_words_when_risky_then_need_no_tick_because_nobody_said_them():
    words = struck(said("no fever"), [])
    assert [word.is_voiced for word in words] == [False, False]
    assert needs_tick(words) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("two hundred and fifty", "250"), ("twenty-five", "25"), ("one thousand two hundred", "1200"), ("2,5", "2.5"),
        ("doscientos cincuenta", "250"), ("treinta y ocho coma cinco", "38.5"), ("mil quinientos", "1500"),
        ("zero point two five", "0.25"), ("half", "0.5"), ("thirteen", "13"),
    ],
)  # fmt: skip
def test_number_in_words_when_it_can_be_read_in_one_way_then_has_its_value(text, value):
    assert str(value_of([part for word in text.split() for part in parts(word)])) == value


@pytest.mark.parametrize("text", ["two fifty", "1,000", "1.000", "twelve thirty", "120/80", "five two", "once"])
def test_number_when_it_can_be_read_in_two_ways_then_has_no_value(text):
    assert value_of([part for word in text.split() for part in parts(word)]) is None


def test_word_when_less_than_a_third_of_it_is_voiced_then_is_struck():
    words = struck([Word("you", 0.0, 1.0), Word("thanks", 1.0, 2.0)], [Stretch(0.0, 1.2)])
    assert [word.is_voiced for word in words] == [True, False]


def test_transcript_when_told_then_leaves_out_what_is_struck_and_keeps_it_to_be_seen():
    words = (Word("yes", 0, 1), Word("thanks", 1, 2, is_voiced=False))
    transcript = Transcript("en", Heard("e", True, False), (Segment(0, 2, words),), 2.0, 1.0)
    assert transcript.text == "yes"
    assert [word["text"] for word in transcript.as_json()["segments"][0]["words"]] == ["yes", "thanks"]


def test_words_when_logged_by_accident_then_are_not_in_the_line():
    assert "secret" not in repr(Word("secret", 0, 1)) + repr(needs_tick([Word("no", 0, 1), Word("secret", 1, 2)]))
