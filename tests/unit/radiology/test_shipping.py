"""The command from films to a folder that a worker can open, with small nets in the place of the large ones."""

import argparse
import csv
import io
import json
import shutil

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from django.core.management import call_command

from clinic.engines import manifests
from clinic.engines.unfit import Unfit
from radiology.inference import ensemble, nets
from radiology.management.commands.radiology_train import Command
from radiology.training import command
from tests.unit.radiology.drawn import SmallNet, drawn_films, write_archive

FILMS = 150
CARD_MUST_SAY = ("purpose", "population", "data", "limits", "licence", "metrics")


@pytest.fixture(scope="module")
def small_members():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nets, "_BUILDERS", dict.fromkeys(nets.MEMBERS, SmallNet))
        yield


def _options(folder, *more):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    images, index = write_archive(folder, drawn_films(FILMS))
    usual = ["--runs", str(folder / "runs"), "--epochs", "2", "--stages", "48:1", "--threads", "1"]
    return parser.parse_args([str(images), str(index), *usual, *more])


@pytest.fixture(scope="module")
def shipped(small_members, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shipped")
    images, index = write_archive(folder, drawn_films(30))
    adults = folder / "adults.csv"
    with index.open() as table, adults.open("w", newline="") as copy:
        rows = [{"file": r["file"], "patient_id": r["group"], "label2": r["label3"]} for r in csv.DictReader(table)]
        written = csv.DictWriter(copy, ["file", "patient_id", "label2"])
        written.writeheader()
        written.writerows(rows)
    adult_images = shutil.copy(images, folder / "adults.tar")
    said: list[str] = []
    command.run(_options(folder, "--out", str(folder / "chest-1"), "--distil",
                         "--adults", "drawn", str(adult_images), str(adults)), say=said.append)  # fmt: skip
    return folder, said


def test_the_folder_is_an_engine_whose_every_byte_is_named(shipped):
    folder = shipped[0] / "chest-1"
    manifest = manifests.read(folder)
    manifests.check_files(folder, manifest)
    weights = {f"{name}.safetensors" for name in nets.MEMBERS}
    assert set(manifest.files) == {"card.json", "calibration.json", "golden.json"} | weights
    file = folder / "convnext_tiny.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Unfit):
        manifests.check_files(folder, manifest)
    file.write_bytes(whole)


def test_the_card_says_all_a_card_must_and_what_adults_got(shipped):
    card = manifests.card_of(shipped[0] / "chest-1", CARD_MUST_SAY)
    names = {metric["name"] for metric in card["metrics"]}
    assert {"pneumonia AUC", "ECE", "coverage of 90 % sets", "adults, drawn: pneumonia AUC"} <= names
    assert card["training"]["convnext_tiny"]["teacher"] == "efficientnet_v2_s"
    assert card["films"] == {"learned": 90, "calibrated": 30, "measured": 30}
    assert set(card["members"]) == set(nets.MEMBERS)


def test_what_a_worker_opens_answers_as_what_was_measured(shipped):
    folder = shipped[0] / "chest-1"
    opened = ensemble.load(folder, manifests.read(folder).told)
    measured = drawn_films(FILMS).of_folds([4])
    sure = opened.sure(opened.told(measured.frames))
    card = json.loads((folder / "card.json").read_text())
    right = np.mean(sure.argmax(axis=1) == measured.labels)
    told = {metric["name"]: metric["value"] for metric in card["metrics"]}
    assert right == pytest.approx(told["accuracy of three"], abs=1e-4)
    assert opened.shares == {"convnext_tiny": 0.4, "efficientnet_v2_s": 0.6}


def test_the_ensemble_is_the_weighted_mean_of_its_members(shipped):
    folder = shipped[0] / "chest-1"
    opened = ensemble.load(folder, manifests.read(folder).told)
    frames = drawn_films(6).frames
    told = {member.name: member.says(frames) for member in opened.members}
    mixed = 0.4 * told["convnext_tiny"] + 0.6 * told["efficientnet_v2_s"]
    assert np.allclose(ensemble.mean(told, opened.shares), mixed)
    assert np.allclose(mixed.sum(axis=1), 1.0)


def test_the_report_prints_the_share_the_films_prefer_beside_the_shipped_one(shipped):
    report = (shipped[0] / "runs" / "report.md").read_text()
    assert "(shipped: 0.40)" in report
    assert "## Confusion" in report
    assert "no patient in two of" in shipped[1][0]


def test_the_next_training_can_start_from_the_shipped_weights(shipped, small_members, tmp_path):
    said: list[str] = []
    more = ("--start-from", str(shipped[0] / "chest-1"), "--members", "convnext_tiny", "--epochs", "0.1")
    command.run(_options(tmp_path, *more), say=said.append)
    assert any("tensors taken from" in line for line in said)


def test_one_member_alone_ships_nothing(small_members, tmp_path):
    command.run(_options(tmp_path, "--members", "convnext_tiny", "--out", str(tmp_path / "out")), say=lambda line: None)
    assert not (tmp_path / "out").exists()


def test_the_management_command_does_the_same(small_members, tmp_path):
    images, index = write_archive(tmp_path, drawn_films(60))
    said = io.StringIO()
    call_command(Command(), str(images), str(index), runs=tmp_path / "runs", members=["convnext_tiny"], epochs=1.0,
                 stdout=said)  # fmt: skip
    assert "convnext_tiny: epoch 1.00" in said.getvalue()
    assert (tmp_path / "runs" / "convnext_tiny" / "checkpoint.safetensors").exists()
