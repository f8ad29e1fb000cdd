import numpy as np
import pytest

torch = pytest.importorskip("torch")

from radiology.inference.films import stretched
from radiology.training.augmentation import augmented
from tests.unit.radiology.drawn import drawn_frame


def _films(count):
    return stretched(np.stack([drawn_frame(number % 3, number) for number in range(count)]))


def test_the_same_dice_give_the_same_films_and_others_give_others():
    films = _films(16)
    first, again, other = (augmented(films, 64, torch.Generator().manual_seed(seed)) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_what_comes_out_is_a_film_of_the_wanted_size():
    changed = augmented(_films(32), 80, torch.Generator().manual_seed(1))
    assert tuple(changed.shape) == (32, 1, 80, 80)
    assert float(changed.min()) >= 0.0
    assert float(changed.max()) <= 1.0


def test_the_films_that_were_given_stay_as_they_were():
    films = _films(16)
    before = films.clone()
    augmented(films, 224, torch.Generator().manual_seed(2))
    assert torch.equal(films, before)


def test_one_film_is_changed_in_light_place_and_sharpness_from_time_to_time():
    film = _films(1).expand(200, -1, -1, -1)
    changed = augmented(film, 64, torch.Generator().manual_seed(3))
    light = changed.mean(dim=(1, 2, 3))
    sharpness = (changed[..., 1:] - changed[..., :-1]).abs().mean(dim=(1, 2, 3))
    mirrored = (changed[..., :32].mean(dim=(1, 2, 3)) > changed[..., 32:].mean(dim=(1, 2, 3))).float().mean()
    assert float(light.std()) > 0.03
    assert float(sharpness.std() / sharpness.mean()) > 0.1
    assert 0.2 < float(mirrored) < 0.8
