"""The two members of the ensemble."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from radiology.inference import vision
from radiology.inference.findings import FINDINGS

CONVNEXT_TINY = "convnext_tiny"
EFFICIENTNET_V2_S = "efficientnet_v2_s"
MEMBERS = (CONVNEXT_TINY, EFFICIENTNET_V2_S)

# torchvision starts ConvNeXt's residual branches at a millionth, for 300 epochs on a million pictures. A training of a
# few thousand steps never wakes them; a start nearer to one learns from the first step.
_BRANCH_SCALE_FROM_SCRATCH = 0.1
# torchvision starts EfficientNet's head the wider the fewer its classes are: with three it is surer at the start than
# it will ever be right, and the first epochs unlearn that (measured: a loss of 4.4 where guessing costs 1.1).
_HEAD_DEVIATION = 0.02


def build(name: str) -> nn.Module:
    """An untrained net with one output per finding."""
    return _BUILDERS[name]()


def head_of(net: nn.Module) -> Callable[[Any], Any]:
    """What the net does after its global pooling: (n, channels, 1, 1) to (n, findings)."""
    classifier: Callable[[Any], Any] = net.classifier
    if isinstance(net, vision.models().ConvNeXt):
        return classifier  # its head normalises first, and flattens by itself
    return lambda pooled: classifier(pooled.flatten(1))


def _convnext_tiny() -> nn.Module:
    net = vision.models().convnext_tiny(num_classes=len(FINDINGS))
    for parameter_name, parameter in net.named_parameters():
        if parameter_name.endswith("layer_scale"):
            nn.init.constant_(parameter, _BRANCH_SCALE_FROM_SCRATCH)
    return net


def _efficientnet_v2_s() -> nn.Module:
    net = vision.models().efficientnet_v2_s(num_classes=len(FINDINGS))
    nn.init.normal_(net.classifier[-1].weight, std=_HEAD_DEVIATION)
    return net


_BUILDERS: dict[str, Callable[[], nn.Module]] = {
    CONVNEXT_TINY: _convnext_tiny,
    EFFICIENTNET_V2_S: _efficientnet_v2_s,
}


def memory_format(name: str) -> Any:
    """Measured in float32 on two cores: EfficientNet is a quarter faster with channels last, ConvNeXt is slower."""
    return torch.channels_last if name == EFFICIENTNET_V2_S else torch.contiguous_format
