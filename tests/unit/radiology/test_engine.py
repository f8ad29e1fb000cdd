"""The pair as workers ask it. Small nets stand for the large ones; one test asks the large ones about their maps."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional

from clinic.engines import manifests
from clinic.pipeline import NotHere
from radiology import replaying
from radiology.inference import arithmetic, engine, members, nets, risk
from radiology.inference.engine import PrecisionMissing
from radiology.inference.film import Film, Header
from radiology.inference.films import normalised, resized, stretched
from radiology.inference.findings import FINDINGS
from radiology.inference.quantising import packed
from radiology.inference.views import VIEWS
from tests.unit.radiology.drawn import drawn_films, drawn_frame, small_pair


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        yield small_pair(tmp_path_factory.mktemp("engine"), patch)


@pytest.mark.slow
@pytest.mark.parametrize("name", nets.MEMBERS)
def test_a_map_from_the_head_alone_is_the_map_from_a_pass_back_through_the_net(name):
    torch.manual_seed(3)  # some nets of chance have a map of nothing
    net = nets.build(name).eval()
    films = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(4))
    kept = []
    net.features.register_forward_hook(lambda _net, _given, made: kept.append(made))
    score = net(films)[0, 1]
    (slope,) = torch.autograd.grad(score, kept[0])
    weights = slope.mean(dim=(2, 3), keepdim=True)
    naive = functional.relu((weights * kept[0]).sum(dim=1))[0].detach().numpy()
    ours = members.grad_cam(nets.head_of(net), kept[0][0].detach(), 1)
    assert naive.max() > 0
    assert np.abs(ours - naive).max() <= 1e-6 * max(1.0, naive.max())


@pytest.mark.slow
@pytest.mark.parametrize("name", nets.MEMBERS)
def test_a_net_made_fast_says_what_it_said(name):
    torch.manual_seed(3)
    net = nets.build(name).eval()
    frame = drawn_frame(1, 5)
    with torch.inference_mode():
        plain = net(normalised(resized(stretched(frame[None]), 64))).double().softmax(dim=1)[0].numpy()
    facts = {"size": 64, "share": 1.0}
    weights = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    fast = members.runner(name, facts, weights, arithmetic.FLOAT32)
    assert np.allclose(fast.see(stretched(frame[None])).probabilities, plain, atol=1e-5)


def test_a_film_is_told_the_same_to_the_last_bit_alone_and_among_others(pair):
    frames = drawn_films(6).frames
    together = pair.read(frames)
    alone = [pair.read([frame])[0] for frame in reversed(frames)][::-1]
    assert [one.probabilities for one in together] == [one.probabilities for one in alone]
    for one, other in zip(together, alone, strict=True):
        assert np.array_equal(one.map.values, other.map.values)


def test_a_reading_names_its_members_its_engine_and_its_doubt(pair):
    reading = pair.read([drawn_frame(1, 2)])[0]
    assert set(reading.members) == set(nets.MEMBERS)
    assert list(reading.probabilities) == list(FINDINGS)
    assert sum(reading.probabilities.values()) == pytest.approx(1.0)
    assert reading.confidence == max(reading.probabilities.values())
    assert set(reading.prediction_set) <= set(FINDINGS)
    assert reading.engine.precision in arithmetic.PRECISIONS
    assert len(reading.engine.digest) == 64


def test_the_probability_is_the_weighted_mean_of_the_members(pair):
    reading = pair.read([drawn_frame(2, 2)])[0]  # this engine's calibration changes nothing
    first, second = (reading.members[name] for name in nets.MEMBERS)
    for name, told in reading.probabilities.items():
        assert told == pytest.approx(0.4 * first[name] + 0.6 * second[name])


def test_no_map_is_made_where_none_is_asked_for(pair):
    assert pair.read([drawn_frame(1, 2)], with_maps=False)[0].map is None


def test_a_film_and_its_frame_are_told_the_same(pair):
    frame = drawn_frame(1, 2)
    film = Film(frame.astype(np.uint16), 8, Header("png"))
    assert pair.read([film])[0].probabilities == pair.read([frame])[0].probabilities


def test_another_precision_is_another_engine_of_the_same_files(pair):
    exact = pair.at(arithmetic.FLOAT32)
    assert exact.identity.digest == pair.identity.digest
    assert exact.identity.precision == arithmetic.FLOAT32
    told, meant = (one.read([drawn_frame(1, 2)])[0].probabilities for one in (pair, exact))
    assert told == pytest.approx(meant, abs=0.02)


def test_a_replay_computes_in_the_precision_of_the_answer_or_not_at_all(pair, monkeypatch):
    assert replaying.as_recorded(pair, {"precision": arithmetic.FLOAT32}).identity.precision == arithmetic.FLOAT32
    assert replaying.as_recorded(pair, {}) is pair

    monkeypatch.setattr(arithmetic, "native", lambda: (arithmetic.FLOAT32,))
    with pytest.raises(NotHere):
        replaying.as_recorded(pair, {"precision": "float8"})


def test_a_precision_that_this_processor_lacks_is_never_replaced(pair, monkeypatch):
    monkeypatch.setattr(arithmetic, "native", lambda: (arithmetic.FLOAT32,))
    with pytest.raises(PrecisionMissing):
        pair.at("float8")


def test_a_processor_without_bfloat16_answers_in_float32(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(arithmetic, "native", lambda: (arithmetic.FLOAT32,))
    assert small_pair(tmp_path, monkeypatch).identity.precision == arithmetic.FLOAT32


def test_views_of_the_manifest_are_looked_at_and_count_alike(pair, tmp_path, monkeypatch):
    small_pair(tmp_path, monkeypatch)
    told = manifests.read(tmp_path).told
    for facts in told["members"].values():
        facts["views"] = ["as_is", "mirrored"]
    exact = pair.at(arithmetic.FLOAT32)
    both = engine.load(tmp_path, told | {"arithmetic": [arithmetic.FLOAT32]})
    frame = drawn_frame(1, 2)
    seen = [exact.read([one])[0].members for one in (frame, frame[:, ::-1].copy())]
    name = nets.MEMBERS[0]
    wanted = {finding: (seen[0][name][finding] + seen[1][name][finding]) / 2 for finding in FINDINGS}
    assert both.read([frame])[0].members[name] == pytest.approx(wanted, abs=1e-6)


def test_every_view_keeps_the_film_a_square():
    for view in VIEWS.values():
        assert view(torch.zeros(1, 1, 224, 224)).shape[-1] == view(torch.zeros(1, 1, 224, 224)).shape[-2]


def test_weights_are_filled_in_without_throwing_dice(pair):
    name = nets.MEMBERS[0]
    net = nets.build(name)
    filled = members.filled(name, packed(net.state_dict()))
    assert torch.equal(filled.classifier.weight, net.classifier.weight)
    assert not filled.training


@pytest.mark.parametrize(
    ("prediction", "confidence", "level"),
    [
        ("NORMAL", 0.7, risk.NONE),
        ("VIRAL_PNEUMONIA", 0.7, risk.MEDIUM),
        ("BACTERIAL_PNEUMONIA", 0.99, risk.HIGH),
        ("NORMAL", 0.699, risk.INDETERMINATE),
        ("BACTERIAL_PNEUMONIA", 0.699, risk.INDETERMINATE),
    ],
)
def test_a_level_of_risk_needs_seventy_percent(prediction, confidence, level):
    assert risk.level(prediction, confidence) == level
