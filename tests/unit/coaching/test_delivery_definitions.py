"""What the page says of each measure: complete in both languages, with figures that were measured and not typed in."""

import json
import re
import tomllib

import pytest

from coaching.inference.delivery import definitions
from coaching.inference.delivery.defining import FIGURES
from coaching.inference.schema import MeasureName

OF_SOUND = {MeasureName.ARTICULATION, MeasureName.PAUSES, MeasureName.PITCH_RANGE, MeasureName.LOUDNESS,
            MeasureName.VOICE_BREAKS}  # fmt: skip
FEELINGS = re.compile(r"emotion|nervous|anxi|confiden|stress|arous|valence|emoci|nervios|ansie|estrés", re.IGNORECASE)


@pytest.mark.parametrize("language", ["en", "es"])
def test_all_nine_are_defined_with_their_limits(language: str) -> None:
    told = definitions(language)
    assert [each.name for each in told] == list(MeasureName)
    for each in told:
        assert all((each.title, each.says, each.unit, each.usual_says, each.errs, each.accuracy))
        assert any(each.usual) == (each.name is not MeasureName.VOICE_BREAKS)
        assert "{" not in each.usual_says and "None" not in each.usual_says


def test_what_is_usual_is_what_feedback_judges_by() -> None:
    bands = tomllib.loads((FIGURES.parents[1] / "data" / "bands.toml").read_text())
    told = {each.name.value: each for each in definitions("es")}
    assert set(bands) == set(told) - {"voice_breaks"}
    assert told["speech_rate"].usual == tuple(bands["speech_rate"]["es"])
    assert str(bands["speech_rate"]["es"][0]) in told["speech_rate"].usual_says


@pytest.mark.parametrize("language", ["en", "es"])
def test_none_of_them_speaks_of_feelings(language: str) -> None:
    for each in definitions(language):
        assert not FEELINGS.search(" ".join((each.title, each.says, each.usual_says, each.errs)))


def test_languages_say_the_same_in_other_words() -> None:
    for english, spanish in zip(definitions("en"), definitions("es"), strict=True):
        assert english.title != spanish.title and english.says != spanish.says
        assert (english.clean, english.noisy) == (spanish.clean, spanish.noisy)


def test_figures_are_those_of_the_benchmark() -> None:
    written = json.loads(FIGURES.read_text())["measures"]
    for each in definitions("en"):
        if each.name not in OF_SOUND:
            assert each.clean is None and each.noisy is None
            continue
        assert each.clean is not None and each.noisy is not None
        assert each.clean.value == written[each.name]["clean"]["value"]
        assert each.noisy.value == written[each.name]["15"]["value"]
        assert each.clean.low <= each.clean.value <= each.clean.high and each.clean.n >= 20


def test_the_promise_holds_in_the_figures() -> None:
    written = json.loads(FIGURES.read_text())["measures"]
    for where in ("clean", "30", "20", "15"):
        assert written["long_pauses"][where]["value"] >= 0.95
        assert written["articulation"][where]["value"] <= 0.05
        assert written["pitch"][where]["value"] <= 0.02
