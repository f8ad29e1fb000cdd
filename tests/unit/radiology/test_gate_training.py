import csv
import io
import tarfile

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from PIL import Image

from radiology.inference.gate import answers, judge
from radiology.inference.gate.looking import square
from radiology.inference.gate.net import says
from radiology.inference.gate.weights import opened
from radiology.inference.generated import Kind, draw
from radiology.training.gate import films, learning, shipping
from radiology.training.gate.films import Part
from radiology.training.gate.material import gather
from radiology.training.gate.measuring import film_of
from radiology.training.gate.varying import Changes, changed, stretched


def _write(folder, name, patients) -> None:
    (folder / name).mkdir()
    with tarfile.open(folder / name / "images.tar", "w") as archive, (folder / name / "index.csv").open("w") as table:
        rows = csv.writer(table)
        rows.writerow(["file", "group", "patient_id", "fold5"])
        for number in range(patients):
            stored = io.BytesIO()
            grey = draw(Kind.NORMAL, number, (200, 180)).film.grey.astype(np.uint8)
            Image.fromarray(grey).save(stored, "JPEG")
            member = tarfile.TarInfo(f"{number}.jpg")
            member.size = len(stored.getvalue())
            archive.addfile(member, io.BytesIO(stored.getvalue()))
            rows.writerow([member.name, f"g{number}", f"p{number}", number % 5])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for name in films.SETS:
        _write(folder, name, 10)
    return folder


def test_no_patient_is_in_two_parts(data):
    for name in films.SETS:
        parts: dict[str, set[Part]] = {}
        for one in films.listed(data, name):
            parts.setdefault(one.patient, set()).add(one.part)
        assert all(len(found) == 1 for found in parts.values())
        assert len(set.union(*parts.values())) == len(Part)


def test_a_short_training_ends_in_a_folder_that_the_gate_opens(data, tmp_path):
    said: list[str] = []
    real = films.load(data)
    material = gather(real, 2, 6, 1, said.append)
    net = learning.train(material, 3, 1, said.append)
    shipping.ship(data, tmp_path / "gate", real, learning.folded(net), {"steps": 3}, said.append)
    digest = said[-1].split()[-1]
    learned = opened(tmp_path / "gate", digest)
    assert judge(film_of(np.full((300, 300), 9, np.uint8)), learned=learned).codes == ("blank",)
    assert 0 <= judge(draw(Kind.NORMAL, 1, (200, 180)).film, learned=learned).measured["frontal"] <= 1


def test_the_net_says_the_same_in_numpy_as_in_torch():
    torch.manual_seed(1)
    net = learning.Net()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    seen = np.random.default_rng(1).random((answers.SIDE, answers.SIDE), dtype=np.float32)
    with torch.inference_mode():
        out = net.eval()(torch.from_numpy(seen)[None, None])[0]
    said = says(learning.folded(net), seen)
    assert said.kinds == pytest.approx(out[answers.KINDS_AT].softmax(0).numpy(), abs=1e-4)
    assert said.turns == pytest.approx(out[answers.TURNS_AT].softmax(0).numpy(), abs=1e-4)
    assert said.inverted == pytest.approx(float(out[answers.INVERTED_AT].sigmoid()), abs=1e-4)


def test_training_stretches_a_film_as_answering_does():
    grey = draw(Kind.NORMAL, 1, (256, 256)).film.grey
    small = torch.from_numpy(grey.reshape(64, 4, 64, 4).mean(axis=(1, 3)).astype(np.float32))[None, None]
    assert np.abs(stretched(small)[0, 0].numpy() - square(film_of(grey.astype(np.uint8)))).max() < 0.05


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_square_is_the_square_turned(turns):
    squares = np.repeat(draw(Kind.NORMAL, 1, (128, 128)).film.grey.astype(np.uint8)[None], 1, axis=0)
    none = Changes.none(1)
    upright = changed(squares, none, np.random.default_rng(5))
    turned = changed(squares, Changes(np.array([turns]), none.inverted, none.cropped), np.random.default_rng(5))
    difference = torch.rot90(upright, turns, (2, 3)) - turned
    assert float(difference.abs().mean()) < 0.05


def test_an_inverted_square_is_the_other_way_round():
    squares = draw(Kind.NORMAL, 1, (128, 128)).film.grey.astype(np.uint8)[None]
    none = Changes.none(1)
    plain = changed(squares, none, np.random.default_rng(5))
    other = changed(squares, Changes(none.turns, np.array([True]), none.cropped), np.random.default_rng(5))
    assert np.corrcoef(plain.flatten().numpy(), other.flatten().numpy())[0, 1] < -0.95
