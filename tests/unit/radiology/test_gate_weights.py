import shutil

import pytest

from clinic.engines import manifests
from radiology.inference.gate import weights


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "gate"
    shutil.copytree(weights.FOLDER, copy)
    return copy


def test_the_shipped_weights_are_those_that_the_code_names():
    assert weights.learned().digest == weights.MANIFEST_SHA256


def test_weights_with_one_other_byte_are_not_opened(folder):
    path = folder / weights.NET
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    with pytest.raises(weights.Differs):
        weights.opened(folder, weights.MANIFEST_SHA256)


def test_another_manifest_is_not_opened_however_well_it_fits(folder):
    (folder / weights.LIMITS).write_text('{"frontal": 0, "turned": 1, "inverted": 1, "cropped": 1}')
    manifests.write(folder, {"capability": "x", "name": "x", "version": "1", "backend": "numpy"})
    with pytest.raises(weights.Differs):
        weights.opened(folder, weights.MANIFEST_SHA256)


def test_the_card_says_what_it_was_not_taught():
    card = manifests.card_of(weights.FOLDER, ("purpose", "data", "limits", "licence", "metrics"))
    assert any("Side views" in limit for limit in card["limits"])
