import io

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

pytest.importorskip("torch")

from radiology.inference.films import FRAME, frame_from_bytes, normalised, resized, stretched
from tests.unit.radiology.drawn import drawn_frame


def _stored(picture, format):
    stored = io.BytesIO()
    picture.save(stored, format)
    return stored.getvalue()


def test_a_wide_colour_picture_becomes_one_grey_square():
    picture = Image.fromarray(drawn_frame(0, seed=1)).resize((500, 300)).convert("RGB")
    frame = frame_from_bytes(_stored(picture, "JPEG"))
    assert frame.shape == (FRAME, FRAME)
    assert frame.dtype == np.uint8


def test_a_format_outside_the_list_is_not_opened():
    with pytest.raises(UnidentifiedImageError):
        frame_from_bytes(_stored(Image.fromarray(drawn_frame(0, seed=1)), "TIFF"))


def test_exposure_does_not_change_what_a_net_sees():
    frame = drawn_frame(1, seed=2)
    darker = (frame * 0.5 + 20).astype(np.uint8)
    seen, seen_darker = stretched(np.stack([frame, darker]))
    assert float((seen - seen_darker).abs().max()) < 0.02
    assert float(np.abs(frame / 255.0 - darker / 255.0).max()) > 0.2


def test_a_film_of_one_grey_is_no_division_by_zero():
    seen = stretched(np.full((1, FRAME, FRAME), 77, dtype=np.uint8))
    assert bool(seen.isfinite().all())


def test_a_net_gets_three_equal_channels_of_its_size():
    batch = normalised(resized(stretched(np.stack([drawn_frame(0, seed=3)])), 96))
    assert tuple(batch.shape) == (1, 3, 96, 96)
    unscaled = [channel * deviation + mean for channel, mean, deviation in zip(
        batch[0], (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), strict=True)]  # fmt: skip
    assert float((unscaled[0] - unscaled[2]).abs().max()) < 1e-5
