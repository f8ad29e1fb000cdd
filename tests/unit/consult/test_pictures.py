"""Pictures that cannot be used are refused with a tip, others are sorted."""

import numpy as np
import pytest
from django.utils import translation

from benchmarks.consult_pictures import SPOILING, as_file, film, sheet, skin
from clinic.inference import child
from consult import wording
from consult.inference.looking import Look, look
from consult.inference.pictures import Kind, Reason, gate, judged
from consult.models import Part, PartState

DICE = 4
WRONG_WITH = {
    "out_of_focus": {Reason.BLURRED}, "moved": {Reason.BLURRED}, "dark": {Reason.TOO_DARK},
    "flash": {Reason.TOO_BRIGHT}, "preview": {Reason.TOO_SMALL}, "finger": {Reason.BLANK, Reason.TOO_DARK},
    "fog": {Reason.TOO_BRIGHT},
}  # fmt: skip


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
def test_spoiled_picture_is_refused_for_what_is_wrong_with_it(way):
    found = judged(look(drawn(skin, way)))
    assert found.kind is Kind.UNUSABLE and not found.is_usable
    assert set(found.reasons) & WRONG_WITH[way]


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.NOT_LOOKED_AT}))
def test_every_reason_comes_with_a_tip_in_both_languages(reason):
    told = {}
    for language in ("en", "es"):
        with translation.override(language):
            words, tone, tips = wording.picture(Part(state=PartState.THERE), {"faults": [reason.value]})
            told[language] = (str(words), [str(tip) for tip in tips])
        assert tone == "warn" and words and len(tips) == 1
    assert told["en"][0] != told["es"][0] and told["en"][1] != told["es"][1]


def test_reasons_when_told_then_each_in_words_of_its_own():
    told = [wording.picture(Part(state=PartState.THERE), {"faults": [each.value]})[0]
            for each in set(Reason) - {Reason.NOT_LOOKED_AT}]  # fmt: skip
    assert len(set(told)) == len(told)


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
