import math

import pytest

torch = pytest.importorskip("torch")

from torch import nn

from radiology.inference import nets, vision
from radiology.inference.films import normalised, resized, stretched
from tests.unit.radiology.drawn import drawn_films


def test_torchvision_can_be_asked_for_its_nets_beside_this_torch():
    assert vision.models() is vision.models()
    assert hasattr(vision.models(), "convnext_tiny")


@pytest.mark.slow
@pytest.mark.parametrize("name", nets.MEMBERS)
def test_a_member_answers_with_one_score_a_finding(name):
    net = nets.build(name).eval()
    with torch.inference_mode():
        assert tuple(net(torch.zeros(2, 3, 64, 64)).shape) == (2, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", nets.MEMBERS)
def test_a_net_that_has_learned_nothing_is_about_as_wrong_as_guessing(name):
    films, guessing = drawn_films(24), math.log(3)
    torch.manual_seed(1)
    net = nets.build(name).train()
    with torch.no_grad():
        scores = net(normalised(resized(stretched(films.frames), 64)))
        loss = float(nn.functional.cross_entropy(scores, torch.from_numpy(films.labels)))
    assert loss < guessing + 0.3


@pytest.mark.slow
def test_convnexts_branches_start_awake():
    scales = [
        value for name, value in nets.build(nets.CONVNEXT_TINY).named_parameters() if name.endswith("layer_scale")
    ]
    assert scales
    assert all(float(scale.detach().min()) == pytest.approx(0.1) for scale in scales)
