"""The ledger of changed minds, and the engine against signed readings: who counts, and against what."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from radiology.figures import Concluded, ledgers, of_engine
from radiology.inference.findings import BACTERIAL_PNEUMONIA, NORMAL

READER, SECOND = uuid4(), uuid4()


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.colleagues.names", lambda ids: {READER: "A", SECOND: "B"})


def one(film: UUID, first: str, final: str = "", stance: str = "agrees", **more) -> Concluded:
    told: dict[str, Any] = {"reader": READER, "position": 1, "engine_label": BACTERIAL_PNEUMONIA, "was_blind": True}
    told |= {"seconds": 20.0, "is_signed": True, "is_marked": False} | more
    return Concluded(film=film, first=first, final=final or first, stance=stance, **told)


def second(film: UUID, first: str, **more) -> Concluded:
    return one(film, first, reader=SECOND, position=2, **more)


def test_ledger_counts_a_change_as_harm_or_help_by_what_a_blind_second_reader_sealed():
    harmed, helped, kept, alone = (uuid4() for _ in range(4))
    found = [
        one(harmed, "viral", "bacterial", "changes"), second(harmed, "viral"),
        one(helped, "viral", "bacterial", "changes"), second(helped, "bacterial"),
        one(kept, "bacterial"), second(kept, "bacterial"),
        one(alone, "viral", "bacterial", "changes"),
    ]  # fmt: skip

    mine = next(ledger for ledger in ledgers(found, found) if ledger.name == "A")

    assert (mine.count, mine.harmed_films) == (4, (harmed,))
    assert mine.changed and mine.changed.value == pytest.approx(3 / 4)
    assert mine.harmed and mine.harmed.value == pytest.approx(1 / 3) and mine.harmed.n == 3
    assert mine.helped and mine.helped.value == pytest.approx(1 / 3)


def test_ledger_leaves_out_readings_that_were_not_blind_or_had_no_engine():
    found = [one(uuid4(), "viral", was_blind=False), one(uuid4(), "viral", stance="alone", engine_label="")]

    assert ledgers(found, found) == []


def test_second_reading_that_was_not_blind_is_no_yardstick():
    film = uuid4()
    found = [one(film, "viral", "bacterial", "changes"), second(film, "viral", was_blind=False)]

    [mine] = [ledger for ledger in ledgers(found, found) if ledger.name == "A"]
    assert mine.harmed is None


def test_engine_is_measured_on_signed_unmarked_blind_readings_only():
    counted = [
        one(uuid4(), "bacterial"), one(uuid4(), "bacterial"),
        one(uuid4(), "viral", stance="disagrees"),
        one(uuid4(), "no_signal", engine_label=NORMAL),
    ]  # fmt: skip
    left_out = [
        one(uuid4(), "viral", is_signed=False), one(uuid4(), "viral", is_marked=True),
        one(uuid4(), "viral", was_blind=False), one(uuid4(), "other"), one(uuid4(), "viral", engine_label=""),
    ]  # fmt: skip

    count, classes = of_engine([*counted, *left_out])

    assert count == 4
    by_words = {str(each.words): each for each in classes}
    bacterial, viral = by_words["Bacterial pattern"], by_words["Viral pattern"]
    assert bacterial.sensitivity and bacterial.sensitivity.value == 1.0
    assert bacterial.specificity and bacterial.specificity.value == pytest.approx(1 / 2)
    assert bacterial.f1 and bacterial.f1.value == pytest.approx(4 / 5)
    assert viral.sensitivity and viral.sensitivity.value == 0.0


def test_engine_of_which_nothing_is_known_has_no_figures():
    count, classes = of_engine([])

    assert count == 0 and all(each.sensitivity is None and each.f1 is None for each in classes)
