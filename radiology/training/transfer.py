"""A training that starts from weights that exist: the shipped ones, or a file from elsewhere for the same net."""

from pathlib import Path

from safetensors.torch import load_file
from torch import nn

from radiology.inference.quantising import unpacked


class NothingFits(ValueError):
    """The file holds no tensor of this net."""


def start_from(path: Path, net: nn.Module) -> int:
    """Takes over every tensor of the same name and shape, and says how many; a head of other classes stays."""
    own = net.state_dict()
    given = unpacked(load_file(path))
    fitting = {name: tensor for name, tensor in given.items() if name in own and tensor.shape == own[name].shape}
    if not fitting:
        raise NothingFits(f"no tensor of {path} fits the net")
    net.load_state_dict(fitting, strict=False)
    return len(fitting)
