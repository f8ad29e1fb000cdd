from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file

from radiology.inference import arithmetic
from radiology.inference.quantising import packed
from radiology.inference.scoring import probabilities
from radiology.training import checkpoints, objective, precision
from radiology.training.averaging import Averaged
from radiology.training.loop import Recipe, Training
from radiology.training.schedule import Budget, Stage
from radiology.training.transfer import NothingFits, start_from
from tests.unit.radiology.drawn import SmallNet, drawn_films

RECIPE = Recipe(Budget(epochs=3), (Stage(1.0, 48),), films_a_step=8, peak_rate=5e-3, watch_every=1)


@pytest.fixture(autouse=True)
def _one_precision(monkeypatch):
    """Which one is faster is measured, and may come out otherwise the next time."""
    monkeypatch.setattr(precision, "fastest", lambda *_: arithmetic.FLOAT32)


def _training(folder, recipe=RECIPE, **more):
    films = drawn_films(45)
    return Training(
        SmallNet(), films.without_folds([3]), films.of_folds([3]), recipe, folder, say=lambda line: None, **more
    )


class Killed(BaseException):
    """Nothing in a training may catch it, as nothing catches a kill."""


def _weights(net):
    return torch.cat([value.flatten().float() for value in net.state_dict().values()])


def test_a_training_killed_in_an_epoch_ends_as_one_that_was_not(tmp_path, monkeypatch):
    straight = _training(tmp_path / "straight").run()
    monkeypatch.setattr("radiology.training.loop._MINUTES_BETWEEN_CHECKPOINTS", 0.0)
    killed = _training(tmp_path / "killed")
    step, left = killed._step, iter(range(6))

    def step_until_killed(chosen):
        if next(left, None) is None:
            raise Killed
        return step(chosen)

    monkeypatch.setattr(killed, "_step", step_until_killed)
    with pytest.raises(Killed):
        killed.run()
    resumed = _training(tmp_path / "killed")
    told: list[str] = []
    resumed.say = told.append
    assert torch.equal(_weights(resumed.run()), _weights(straight))
    assert "goes on after 1." in told[0]
    assert resumed.standing.steps_done == 3 * resumed.steps_an_epoch


def test_a_finished_training_is_not_trained_again(tmp_path):
    first = _training(tmp_path)
    net = first.run()
    again = _training(tmp_path)
    assert torch.equal(_weights(again.run()), _weights(net))
    assert again.standing.steps_done == first.standing.steps_done


@pytest.mark.slow
def test_a_net_learns_what_the_films_show(tmp_path):
    net = _training(tmp_path, replace(RECIPE, budget=Budget(30))).run()
    fresh = drawn_films(45).of_folds([3])
    told = probabilities(net, fresh.frames, 48)
    assert objective.accuracy(told, fresh.labels) >= 0.8


def test_a_training_goes_on_with_the_precision_it_began_with(tmp_path, monkeypatch):
    _training(tmp_path).run()
    monkeypatch.setattr(precision, "fastest", lambda *_: arithmetic.BFLOAT16)
    resumed = _training(tmp_path)
    resumed.run()
    assert resumed.precision == arithmetic.FLOAT32


def test_a_half_written_checkpoint_leaves_the_old_one(tmp_path, monkeypatch):
    training = _training(tmp_path)
    training.run()
    before = training.checkpoint.read_bytes()

    def torn(tensors, path, metadata):
        path.write_bytes(b"half")
        raise Killed

    monkeypatch.setattr(checkpoints, "save_file", torn)
    with pytest.raises(Killed):
        training._save()
    assert training.checkpoint.read_bytes() == before


def test_minutes_end_a_training_before_its_epochs(tmp_path):
    training = _training(tmp_path, replace(RECIPE, budget=Budget(epochs=10_000, minutes=1e-3)))
    training.run()
    assert training.epochs_done < 100
    assert training.progress == 1.0


def test_patience_ends_a_training_and_gives_the_best_weights(tmp_path, monkeypatch):
    losses = iter([0.5, 0.4, 0.6, 0.7, 0.8])
    monkeypatch.setattr(objective, "log_loss", lambda told, labels: next(losses))
    training = _training(tmp_path, replace(RECIPE, budget=Budget(50), patience=2))
    seen = []
    watch = training._watch

    def watch_and_remember():
        seen.append(_weights(training.averaged.net).clone())
        watch()

    monkeypatch.setattr(training, "_watch", watch_and_remember)
    net = training.run()
    assert len(seen) == 4
    assert torch.equal(_weights(net), seen[1])


def test_the_head_moves_first_when_asked(tmp_path):
    training = _training(tmp_path, replace(RECIPE, head_first_until=0.5))
    body, head = training.net.features[0].weight.clone(), training.net.classifier.weight.clone()
    order = training._rest_of_order()
    training._step(next(order))
    assert torch.equal(training.net.features[0].weight, body)
    assert not torch.equal(training.net.classifier.weight, head)
    while training.progress < 0.5:
        training._step(next(training._rest_of_order()))
    training._step(next(training._rest_of_order()))
    assert not torch.equal(training.net.features[0].weight, body)


def test_the_average_follows_slower_than_the_net():
    net = SmallNet()
    averaged = Averaged(net)
    start = averaged.net.classifier.weight.clone()
    with torch.no_grad():
        net.classifier.weight.add_(1.0)
    averaged.follow(net, steps_done=90)
    assert torch.allclose(averaged.net.classifier.weight - start, torch.full_like(start, 9 / 100), atol=1e-6)


def test_a_teacher_moves_the_wanted_answer():
    labels = np.array([0, 2])
    teacher = np.array([[0.2, 0.8, 0.0], [0.0, 0.0, 1.0]])
    wanted = objective.targets(labels, smoothing=0.0, teacher=teacher, teacher_share=0.5)
    assert torch.allclose(wanted, torch.tensor([[0.6, 0.4, 0.0], [0.0, 0.0, 1.0]]))


def test_smoothed_targets_sum_to_one_and_keep_the_label_first():
    wanted = objective.targets(np.array([1]), smoothing=0.3, teacher=None, teacher_share=0.5)
    assert torch.allclose(wanted, torch.tensor([[0.1, 0.8, 0.1]]))


def test_rare_findings_count_more_but_not_fully():
    weights = objective.emphasis(np.array([0] * 4 + [1] * 16 + [2] * 4))
    assert float(weights[0] / weights[4]) == pytest.approx(2.0)


def test_shipped_weights_are_a_start(tmp_path):
    shipped = SmallNet(seed=1)
    save_file(packed(shipped.state_dict()), tmp_path / "w.safetensors")
    net = SmallNet(seed=2)
    assert start_from(tmp_path / "w.safetensors", net) == len(net.state_dict())
    assert torch.allclose(net.features[3].weight, shipped.features[3].weight, atol=1e-2)


def test_a_head_of_other_classes_is_left_out(tmp_path):
    given = SmallNet(seed=1).state_dict() | {
        "classifier.weight": torch.zeros(1000, 32),
        "classifier.bias": torch.zeros(1000),
    }
    save_file(given, tmp_path / "w.safetensors")
    net = SmallNet(seed=2)
    assert start_from(tmp_path / "w.safetensors", net) == len(net.state_dict()) - 2


def test_weights_of_another_net_are_refused(tmp_path):
    save_file({"other": torch.zeros(3)}, tmp_path / "w.safetensors")
    with pytest.raises(NothingFits):
        start_from(tmp_path / "w.safetensors", SmallNet())
