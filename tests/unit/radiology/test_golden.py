import base64
import json

import pytest

torch = pytest.importorskip("torch")

from radiology.inference import arithmetic, golden
from radiology.inference.findings import FINDINGS
from radiology.inference.framing import frame_from_bytes
from tests.unit.radiology.drawn import small_pair


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        yield small_pair(tmp_path_factory.mktemp("engine"), patch).at(arithmetic.FLOAT32)


@pytest.fixture(scope="module")
def cases(pair):
    return golden.golden(pair)["cases"]


def test_an_engine_says_again_what_it_said_when_it_was_made(pair, cases):
    assert len(cases) == 10
    assert [golden.differs(pair, json.loads(json.dumps(case))) for case in cases] == [None] * len(cases)


def test_its_sealed_cases_are_drawn_frames_of_the_nets_size(cases):
    frames = [frame_from_bytes(base64.b64decode(case["input"])) for case in cases]
    assert {frame.shape for frame in frames} == {(224, 224)}
    assert len({frame.tobytes() for frame in frames}) == len(cases)
    assert sum(len(case["input"]) for case in cases) < 1_000_000


def test_another_answer_is_told_with_how_far_it_is_off(pair, cases):
    wanted = dict(cases[0]["expected"])
    wanted["probabilities"] = dict(zip(FINDINGS, (0.9, 0.05, 0.05), strict=True))
    wanted["label"] = "VIRAL_PNEUMONIA" if wanted["label"] != "VIRAL_PNEUMONIA" else "NORMAL"
    found = golden.differs(pair, cases[0] | {"expected": wanted})
    assert found is not None
    assert found["wanted"] == wanted["label"]
    assert found["gap"] > 0.1


def test_members_that_changed_are_found_though_their_mean_did_not(pair, cases):
    wanted = dict(cases[0]["expected"])
    (name, first), (other, second) = wanted["members"].items()
    moved = {"NORMAL": 0.03, "VIRAL_PNEUMONIA": -0.03, "BACTERIAL_PNEUMONIA": 0.0}
    wanted["members"] = {
        name: {finding: told + 0.6 * moved[finding] for finding, told in first.items()},
        other: {finding: told - 0.4 * moved[finding] for finding, told in second.items()},
    }
    assert golden.differs(pair, cases[0] | {"expected": wanted}) is not None


def test_fewer_digits_are_allowed_a_little_more(pair, cases):
    if arithmetic.BFLOAT16 not in arithmetic.native():
        pytest.skip("this processor computes in float32 only")
    short = pair.at(arithmetic.BFLOAT16)
    assert [golden.differs(short, case) for case in cases] == [None] * len(cases)
