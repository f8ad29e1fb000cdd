import pytest

from clinic.inference.speech.readings import Readings
from clinic.inference.speech.streaming import NobodyHeard
from tests.unit.speech import made
from tests.unit.speech.test_streaming import Scripted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sentence():
    return made.spoken("The pain began on Monday after dinner.")


def read(samples, *engines):
    readings = Readings(engines, "en")
    readings.feed(samples.tobytes())
    return readings.finish()


def test_second_reading_when_there_is_one_then_it_is_named(sentence):
    assert read(sentence, Scripted("first"), Scripted("second")).second == "second"


def test_second_reading_when_the_first_engine_fell_to_it_then_nothing_bears_anything_out(sentence):
    found = read(sentence, Scripted("first", opens=False), Scripted("second"))
    assert (found.transcript.heard.engine, found.second) == ("second", "")


def test_second_reading_when_it_breaks_then_the_first_stands(sentence):
    found = read(sentence, Scripted("first"), Scripted("second", fails_at=0))
    assert (found.transcript.text, found.second) == ("spoken", "")


def test_second_reading_when_the_last_engine_is_remote_then_the_voice_does_not_leave_for_it(sentence):
    remote = Scripted("remote")
    remote.is_remote = True
    found = read(sentence, Scripted("first"), remote)
    assert (found.second, remote.heard) == ("", [])


def test_readings_when_there_is_no_engine_then_nobody_heard():
    with pytest.raises(NobodyHeard):
        Readings([], "es")
