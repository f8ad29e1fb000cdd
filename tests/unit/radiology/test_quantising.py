import pytest

torch = pytest.importorskip("torch")

from radiology.inference.quantising import packed, unpacked


def test_a_weight_is_off_by_at_most_half_a_step_of_its_channel():
    weight = torch.randn(32, 16, 3, 3) * torch.logspace(-3, 1, 32).view(-1, 1, 1, 1)
    meant = unpacked(packed({"w": weight}))["w"]
    step = weight.abs().flatten(1).amax(dim=1) / 127
    assert bool(((meant - weight).abs().flatten(1) <= step[:, None] * 0.5001).all())


def test_large_tensors_take_a_byte_a_weight_and_small_ones_stay_exact():
    state = {
        "big": torch.randn(64, 128),
        "bias": torch.randn(64),
        "seen": torch.tensor(7),
        "scale": torch.rand(96, 1, 1),
    }
    stored = packed(state)
    assert stored["big"].dtype == torch.int8
    again = unpacked(stored)
    assert set(again) == set(state)
    assert all(torch.equal(again[name], state[name]) for name in ("bias", "seen", "scale"))


def test_a_channel_of_zeros_stays_zero():
    weight = torch.randn(64, 128)
    weight[3] = 0
    assert bool((unpacked(packed({"w": weight}))["w"][3] == 0).all())


def test_a_tensor_with_channels_last_keeps_its_shape():
    weight = torch.randn(16, 32, 3, 3).contiguous(memory_format=torch.channels_last)
    stored = packed({"w": weight})
    assert stored["w"].is_contiguous()
    assert float((unpacked(stored)["w"] - weight).abs().max()) < 0.05
