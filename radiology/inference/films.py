"""From the bytes of a picture to what a net sees. Training and answering go through here, so neither drifts away."""

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from radiology.inference.framing import FORMATS, FRAME, Frame, frame_from_bytes

__all__ = ["FORMATS", "FRAME", "Frame", "frame_from_bytes", "normalised", "resized", "stretched"]

_DARKEST_PERCENT, _BRIGHTEST_PERCENT = 1, 99
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_DEVIATION = (0.229, 0.224, 0.225)


def stretched(frames: Frame) -> Any:
    """Frames (n, height, width) as a tensor (n, 1, height, width) from 0 to 1, by each film's own dark and bright.

    Exposure and window differ between machines and hospitals; a linear difference ends here.
    """
    grey = frames.reshape(len(frames), -1)
    dark, bright = np.percentile(grey, (_DARKEST_PERCENT, _BRIGHTEST_PERCENT), axis=1)
    span = np.maximum(bright - dark, 1.0)
    levels = (grey - dark[:, None]) / span[:, None]
    squares = levels.clip(0.0, 1.0).astype(np.float32).reshape(len(frames), 1, *frames.shape[1:])
    return torch.from_numpy(squares)


def resized(films: Any, size: int) -> Any:
    if films.shape[-1] == size:
        return films
    return functional.interpolate(films, size=(size, size), mode="bilinear", antialias=True, align_corners=False)


def normalised(films: Any) -> Any:
    """Three equal channels with ImageNet's mean and deviation: what weights trained elsewhere expect too."""
    mean = torch.tensor(_IMAGENET_MEAN, device=films.device).view(1, 3, 1, 1)
    deviation = torch.tensor(_IMAGENET_DEVIATION, device=films.device).view(1, 3, 1, 1)
    return (films.expand(-1, 3, -1, -1) - mean) / deviation
