"""Pictures that cannot be used are refused with a tip, others are sorted."""

import numpy as np
import pytest

from benchmarks.consult_pictures import SPOILING, as_file, film, sheet, skin
from clinic.inference import child
from consult import wording
from consult.inference.looking import Look, look
from consult.inference.pictures import Kind, Reason, gate, judged
from consult.models import Part, PartState

DICE = 4


def drawn(make, way: str = "") -> bytes:
    dice = np.random.default_rng(DICE)
    picture = make(dice)
    return as_file(SPOILING[way](picture, dice) if way else picture, dice)


@pytest.mark.parametrize(("make", "kind"), [(skin, Kind.PHOTO), (sheet, Kind.DOCUMENT), (film, Kind.FILM)])
def test_good_picture_is_told_by_its_kind(make, kind):
    found = gate(drawn(make))
    assert (found.kind, found.reasons) == (kind, ()) and found.is_usable


@pytest.mark.slow
@pytest.mark.parametrize("way", sorted(SPOILING))
def test_spoiled_picture_is_refused(way):
    found = judged(look(drawn(skin, way)))
    assert found.kind is Kind.UNUSABLE and not found.is_usable and found.reasons


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.NOT_LOOKED_AT}))
def test_every_reason_comes_with_a_tip(reason):
    words, _tone, tips = wording.picture(Part(state=PartState.THERE), {"faults": [reason.value]})
    assert words and len(tips) == 1


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xe0" + b"0" * 100, b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(data):
    assert gate(data).reasons == (Reason.NOT_A_PICTURE,)


@pytest.mark.parametrize(("fault", "reason"), [
    (child.ChildTimeout(), Reason.TOO_LARGE), (child.ChildOutOfMemory(), Reason.TOO_LARGE),
    (child.ChildUnavailable(), Reason.NOT_LOOKED_AT), (child.ChildFailed("ValueError"), Reason.NOT_A_PICTURE),
])  # fmt: skip
def test_whatever_happens_in_the_child_is_a_reason(monkeypatch, fault, reason):
    def fails(*_args, **_limits):
        raise fault

    monkeypatch.setattr(child, "run_bounded", fails)
    assert gate(b"x").reasons == (reason,)


@pytest.mark.parametrize("told", [None, {}, {"columns": 1}, "many", {"blur": float("nan")}])
def test_child_that_was_taken_over_is_not_believed(monkeypatch, told):
    answer = child.Answer(told, 0.0, 0.0, 0)
    monkeypatch.setattr(child, "run_bounded", lambda *_args, **_limits: answer)
    assert gate(b"x").reasons == (Reason.NOT_A_PICTURE,)


def test_preview_is_too_small_whatever_it_shows():
    seen = Look(columns=300, rows=300, blur=0.2, darkest=10, middle=100, brightest=240, burnt=0, paper=0.1, colour=40)
    assert judged(seen).reasons == (Reason.TOO_SMALL,)
