import pytest

from extraction.inference.rules.sigs import is_instruction, parse, steps_of

DEFAULTS = {
    "drug": None, "form": None, "strength": None, "frequencyType": None, "interval": 1, "times": None,
    "singleDosageAmount": None, "periodType": None, "periodAmount": None, "takeAsNeeded": False,
}  # fmt: skip


def day(times: int | None = None, interval: int = 1) -> dict[str, object]:
    return {"frequencyType": "Day", "interval": interval, "times": times}


@pytest.mark.parametrize(
    ("sig", "said"),
    [
        ("Take 1 tablet by mouth twice daily", {"form": "tablet", "singleDosageAmount": 1.0} | day(2)),
        ("1 cap po tid", {"form": "capsule", "singleDosageAmount": 1.0} | day(3)),
        ("take one tablet q.i.d. p.r.n.", {"form": "tablet", "singleDosageAmount": 1.0, "takeAsNeeded": True} | day(4)),
        (
            "Inhale 2 puffs every 4 hours",
            {"form": "puff", "singleDosageAmount": 2.0, "frequencyType": "Hour", "interval": 4},
        ),
        (
            "2 tabs q6h",
            {"form": "tablet", "singleDosageAmount": 2.0, "frequencyType": "Hour", "interval": 6, "times": 1},
        ),
        (
            "take half a tablet of warfarin 5 mg every other day",
            {"drug": "warfarin", "form": "tablet", "strength": "5mg", "singleDosageAmount": 0.5} | day(interval=2),
        ),
        ("take one and a half tablets at bedtime", {"form": "tablet", "singleDosageAmount": 1.5} | day(1)),
        ("take ½ tablet every day", {"form": "tablet", "singleDosageAmount": 0.5} | day()),
        (
            "inject 10 units of insulin glargine at bedtime",
            {"drug": "insulin glargine", "singleDosageAmount": 10.0} | day(1),
        ),
        (
            "take 5 ml of amoxicillin 250mg/5ml every 8 hours for 10 days",
            {
                "drug": "amoxicillin",
                "strength": "250mg/5ml",
                "singleDosageAmount": 5.0,
                "frequencyType": "Hour",
                "interval": 8,
                "periodType": "Day",
                "periodAmount": 10,
            },
        ),
        ("apply to affected area bid x 10 days", day(2) | {"periodType": "Day", "periodAmount": 10}),
        (
            "1 tablet of alendronate 70 mg once a week",
            {
                "drug": "alendronate",
                "form": "tablet",
                "strength": "70mg",
                "singleDosageAmount": 1.0,
                "frequencyType": "Week",
                "interval": 1,
                "times": 1,
            },
        ),
        (
            "take 2 tablets three times per week for six months",
            {
                "form": "tablet",
                "singleDosageAmount": 2.0,
                "frequencyType": "Week",
                "interval": 1,
                "times": 3,
                "periodType": "Month",
                "periodAmount": 6,
            },
        ),
        (
            "1 tablet every 3 months",
            {"form": "tablet", "singleDosageAmount": 1.0, "frequencyType": "Month", "interval": 3},
        ),
        (
            "Lipitor 20mg 1 tablet once daily",
            {"drug": "lipitor", "form": "tablet", "strength": "20mg", "singleDosageAmount": 1.0} | day(1),
        ),
        ("use 1 spray in each nostril daily", {"form": "spray", "singleDosageAmount": 1.0} | day()),
        (
            "instill 1 drop in both eyes qid for 1 week",
            {"form": "drop", "singleDosageAmount": 1.0, "periodType": "Week", "periodAmount": 1} | day(4),
        ),
        ("Take 1 tablet as needed for headache", {"form": "tablet", "singleDosageAmount": 1.0, "takeAsNeeded": True}),
        ("take 2 tablets q.o.d", {"form": "tablet", "singleDosageAmount": 2.0} | day(1, 2)),
        ("1 tablet of Zzyzxol bid", {"drug": "zzyzxol", "form": "tablet", "singleDosageAmount": 1.0} | day(2)),
        (
            "Chew 2 tablets of Tums 500 mg every evening",
            {"drug": "tums", "form": "tablet", "strength": "500mg", "singleDosageAmount": 2.0} | day(),
        ),
        ("give 2 teaspoons 4 times a day", {"form": "teaspoon", "singleDosageAmount": 2.0} | day(4)),
    ],
)
def test_one_step_gives_what_it_says_and_nothing_else(sig, said):
    assert parse(sig) == [DEFAULTS | said]


@pytest.mark.parametrize(
    ("sig", "meant"),
    [
        ("tkae 2 tabelts twice dialy", "take 2 tablets twice daily"),
        ("take 1 capsuel evry 6 huors", "take 1 capsule every 6 hours"),
        ("taek 1 tablet 3 tmies a day for 2 wekes", "take 1 tablet 3 times a day for 2 weeks"),
        ("inhlae 1 puff as neded", "inhale 1 puff as needed"),
    ],
)
def test_slips_of_the_keyboard_are_read_as_what_was_meant(sig, meant):
    assert parse(sig) == parse(meant)


def test_places_are_those_of_the_text_as_it_was_written():
    sig = "Tkae 1 tabelt of ibuprofen 3 tiems a day for 2 wekes"
    (step,) = steps_of(sig)
    said = {name: sig[start:end] for name, (start, end) in step.places.items()}
    assert said["drug"] == "ibuprofen"
    assert said["frequency"] == "3 tiems a day"
    assert said["duration"] == "for 2 wekes"
    assert said["dose"] == "1 tabelt"


def test_drug_and_form_go_on_to_the_next_step_and_how_much_does_not():
    first, second, third = steps_of(
        "take 3 tablets of prednisone daily for 3 days, then 2 tablets daily for 1 week and then one every other day"
    )
    assert [step.drug for step in (first, second, third)] == ["prednisone"] * 3
    assert [step.form for step in (first, second, third)] == ["tablet"] * 3
    assert [(step.dose_amount, step.duration_amount) for step in (first, second)] == [(3.0, 3.0), (2.0, 1.0)]
    assert (third.interval, third.duration_amount) == (2.0, None)


def test_what_is_taken_at_two_times_of_the_day_are_two_steps():
    first, second = steps_of("take 1 tab in the morning and 2 tabs at night")
    assert (first.dose_amount, second.dose_amount, second.interval_unit) == (1.0, 2.0, "day")


@pytest.mark.parametrize("sig", ["take two (2) tablets per day", "2 tablets/day", "take two tablets a day"])
def test_a_day_is_a_day_however_it_is_written(sig):
    assert parse(sig) == [DEFAULTS | {"form": "tablet", "singleDosageAmount": 2.0} | day()]


def test_a_range_keeps_its_two_ends():
    (step,) = steps_of("Take 1-2 tablets by mouth every 4-6 hours as needed for pain")
    assert (step.dose_amount, step.dose_amount_most, step.route) == (1.0, 2.0, "oral")
    assert (step.as_needed, step.reason) == (True, "pain")


@pytest.mark.parametrize(
    "text", ["", "The patient was seen in clinic today.", "Take care of yourself.", "No medication."]
)
def test_a_text_that_prescribes_nothing_is_no_instruction(text):
    assert not is_instruction(text)


def test_a_drug_is_not_corrected_into_a_word_of_the_language():
    (step,) = steps_of("take 1 tablet of Tabloid daily")
    assert step.drug == "Tabloid"
