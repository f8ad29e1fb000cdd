import numpy as np
import pytest

from clinic.inference import child
from radiology.inference.burned_in import State, look
from radiology.inference.film import Film, Header
from radiology.inference.generated import Kind, draw


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


def film(*, window=None, declared=None) -> Film:
    grey = np.linspace(0, 4095, 200 * 300).reshape(200, 300).astype(np.uint16)
    return Film(grey, 12, Header("dicom", has_burned_in_text=declared), window)


def reading(monkeypatch, *texts: str, box=(10, 20, 24, 90), score: float = 0.9) -> list[bytes]:
    views: list[bytes] = []

    def run(_function, payload, **_limits):
        views.append(payload)
        return child.Answer([{"box": list(box), "text": text, "score": score} for text in texts], 0.0, 0.0, 0)

    monkeypatch.setattr(child, "run_bounded", run)
    return views


@pytest.mark.parametrize("text", ["DOE^JANE", "12.03.1974", "R JS", "4071", "liegend"])
def test_text_stops_for_a_person(monkeypatch, text):
    reading(monkeypatch, "R", text)
    found = look(film())
    assert found.state is State.TEXT
    assert found.needs_person
    assert found.boxes == ((10, 20, 24, 90),)
    assert [line.text for line in found.lines] == [text]


@pytest.mark.parametrize("text", ["R", "l", "(L)", "PA", "GENERATED", "GENERATE", "0", "00000", "-", "\u53e3"])
def test_what_every_film_may_carry_passes(monkeypatch, text):
    reading(monkeypatch, text)
    assert look(film()).state is State.CLEAR


def test_letters_that_the_reader_guesses_in_bones_pass_and_long_guesses_stop(monkeypatch):
    reading(monkeypatch, "LA", score=0.57)
    assert not look(film()).needs_person
    reading(monkeypatch, "Bexauinanme", score=0.57)
    assert look(film()).needs_person


def test_what_is_as_tall_as_a_rib_cage_is_no_line_of_text(monkeypatch):
    reading(monkeypatch, "JAMES", box=(10, 20, 190, 200))
    assert not look(film()).needs_person


def test_declared_text_that_is_not_found_stops_too(monkeypatch):
    reading(monkeypatch)
    assert look(film(declared=True)).state is State.DECLARED
    assert look(film(declared=True)).needs_person
    assert not look(film(declared=False)).needs_person


def test_a_reader_that_cannot_run_lets_nothing_pass(monkeypatch):
    def fail(*_args, **_limits):
        raise child.ChildOutOfMemory

    monkeypatch.setattr(child, "run_bounded", fail)
    found = look(film())
    assert found.state is State.UNCHECKED
    assert found.needs_person


def test_text_that_a_window_hides_is_looked_for(monkeypatch):
    views = reading(monkeypatch)
    look(film(window=(400.0, 300.0)))
    assert len(views) == 2
    look(film(window=(2048.0, 4096.0)))
    assert len(views) == 3


def test_what_was_read_is_not_printed_by_accident(monkeypatch):
    reading(monkeypatch, "DOE^JANE")
    assert "DOE" not in repr(look(film()))


@pytest.mark.slow
def test_the_real_reader_finds_a_name_and_passes_a_marker():
    from benchmarks.burned_in import printed, stamp

    drawn = draw(Kind.NORMAL, 3, (600, 540)).film
    marked = printed(drawn, stamp("R", 24, 1), (0.08, 0.06), 1.0)
    assert look(marked).state is State.CLEAR
    named = printed(marked, stamp("GARCIA^MARIA", 20, 2), (0.96, 0.5), 1.0)
    assert look(named).state is State.TEXT
