"""Evidence goes into an address and back, and never takes words of a patient with it."""

import math
from typing import Any

import pytest

from clinic.evidence import AudioTime, Evidence, ImageRegion, PageBox, TextSpan, read, read_place

UPLOAD, SHA = "6f1c2a44-5d0e-4b43-9a1e-0c2b7d7f3a10", "ab" * 32
ABOUT: Any = {"upload": UPLOAD, "sha256": SHA, "words": "short of breath", "weight": 0.25}
SAMPLES: list[Evidence] = [
    TextSpan(**ABOUT, start=3, end=18),
    PageBox(**ABOUT, page=2, left=0.1, top=0.7, width=0.3, height=0.3),
    AudioTime(**ABOUT, start_s=41.0, end_s=43.5),
    ImageRegion(**ABOUT, left=0.5, top=0.5, width=0.5, height=0.25),
]


@pytest.mark.parametrize("evidence", SAMPLES, ids=lambda one: one.kind)
def test_evidence_when_stored_as_json_then_read_back_the_same(evidence: Evidence):
    assert read(evidence.as_json()) == evidence


@pytest.mark.parametrize("evidence", SAMPLES, ids=lambda one: one.kind)
def test_evidence_when_put_in_an_address_then_the_place_comes_back_and_no_word(evidence: Evidence):
    place = evidence.place()

    found = read_place(UPLOAD, place)

    assert found.place() == place
    assert (found.words, found.sha256, found.is_sound) == ("", SHA, True)
    assert "breath" not in str(place)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "text", "start": "5", "end": "5"},
        {"kind": "text", "start": "-1", "end": "5"},
        {"kind": "text", "start": "1.5", "end": "5"},
        {"kind": "text", "start": "1"},
        {"kind": "film", "start": "1", "end": "2"},
        {"kind": "audio", "start_s": "nan", "end_s": "2"},
        {"kind": "audio", "start_s": "1", "end_s": "inf"},
        {"kind": "image", "left": "0.6", "top": "0", "width": "0.6", "height": "0.5"},
        {"kind": "image", "left": "0", "top": "0", "width": "0", "height": "0.5"},
        {"kind": "page", "page": "0", "left": "0", "top": "0", "width": "1", "height": "1"},
        {},
    ],
)
def test_address_when_made_up_then_refused(changes: dict[str, str]):
    with pytest.raises((KeyError, ValueError)):
        read_place(UPLOAD, {"sha256": SHA} | changes)


def test_box_when_its_shares_do_not_add_up_exactly_then_it_still_lies_on_the_picture():
    assert ImageRegion(upload=UPLOAD, sha256=SHA, left=0.7, top=0.1, width=0.3, height=0.9).is_sound
    assert not ImageRegion(upload=UPLOAD, sha256=SHA, left=math.nan, top=0, width=1, height=1).is_sound
