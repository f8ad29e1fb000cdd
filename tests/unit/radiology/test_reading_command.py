"""The command from paths to lines, with small nets and real children."""

import argparse
import io
import json
import os
import zipfile
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from django.core.management import CommandError, call_command
from PIL import Image

from radiology.inference import gate
from radiology.inference.dicom_files import dicom_file
from radiology.inference.engine import ChestPair
from radiology.inference.findings import FINDINGS
from radiology.inference.gate import Verdict
from radiology.inference.gate import weights as gate_weights
from radiology.inference.generated import Kind, draw
from radiology.management.commands.radiology_read import Command
from radiology.reading import command
from tests.unit.radiology.drawn import drawn_frame, small_pair

NAMES = {
    "path", "accepted", "reasons", "probabilities", "members", "prediction", "confidence", "risk_level",
    "prediction_set", "calibrated", "engine", "milliseconds", "map", "map_check",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine_folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("engine")
        small_pair(folder, patch)
        yield folder


def _png(seed):
    stored = io.BytesIO()
    Image.fromarray(drawn_frame(seed % 3, seed)).save(stored, "PNG")
    return stored.getvalue()


def _run(engine_folder, tmp_path, *paths, **more):
    threads = torch.get_num_threads()
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    said: list[str] = []
    out = tmp_path / "lines.jsonl"
    usual = [*map(str, paths), "--jsonl", str(out), "--engine", str(engine_folder), "--threads", "1"]
    command.run(
        parser.parse_args(usual + [part for option in more.items() for part in option if part]), say=said.append
    )
    torch.set_num_threads(threads)
    return [json.loads(line) for line in out.read_text().splitlines()], said


@pytest.fixture
def films(tmp_path, monkeypatch):
    """Drawn so roughly that the gate, asked in tests of its own below, would not take them for films."""
    monkeypatch.setattr(gate, "judge", lambda film, **_: Verdict(()))
    folder = tmp_path / "films"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.png").write_bytes(_png(1))
    (folder / "b.txt").write_text("no film")
    (folder / "deeper" / "c.dcm").write_bytes(dicom_file(drawn_frame(2, 5)))
    with zipfile.ZipFile(folder / "d.zip", "w") as archive:
        archive.writestr("inside/e.png", _png(2))
        archive.writestr("inside/f.png", _png(3)[:700])
        archive.writestr("__MACOSX/inside/._e.png", b"not a film")
    return folder


def test_files_folders_and_archives_give_one_line_a_film(engine_folder, films, tmp_path):
    told, said = _run(engine_folder, tmp_path, films, films / "a.png", films / "gone.png")
    names = [line["path"].removeprefix(f"{films}{os.sep}") for line in told]
    assert names == ["a.png", "b.txt", "d.zip!inside/e.png", "d.zip!inside/f.png", "deeper/c.dcm", "a.png", "gone.png"]
    assert [line["accepted"] for line in told] == [True, False, True, False, True, True, False]
    assert told[1]["reasons"] == ["not_an_image"]
    assert told[3]["reasons"] in (["cut_off"], ["broken"])
    assert told[6]["reasons"] == ["missing"]
    assert "7 films" in said[-1]


def test_each_line_has_the_same_names_and_a_refused_one_no_numbers(engine_folder, films, tmp_path):
    told, _ = _run(engine_folder, tmp_path, films)
    assert all(set(line) == NAMES for line in told)
    answered, refused = told[0], told[1]
    assert set(answered["probabilities"]) == set(FINDINGS)
    assert answered["confidence"] == max(answered["probabilities"].values())
    assert answered["calibrated"] is True
    assert answered["risk_level"] == "indeterminate"
    assert refused["probabilities"] is refused["prediction"] is refused["prediction_set"] is None
    assert refused["engine"] == answered["engine"]


def test_a_film_inside_an_archive_is_told_what_it_is_told_alone(engine_folder, films, tmp_path):
    (tmp_path / "alone.png").write_bytes(_png(2))
    told, _ = _run(engine_folder, tmp_path, films / "d.zip", tmp_path / "alone.png")
    assert told[0]["probabilities"] == told[2]["probabilities"]


def test_maps_are_written_and_tested_where_that_is_asked_for(engine_folder, films, tmp_path):
    (line,), _ = _run(
        engine_folder, tmp_path, films / "a.png", **{"--map-dir": str(tmp_path / "maps"), "--check-maps": ""}
    )
    with Image.open(line["map"]) as picture:
        assert picture.size == (224, 224)
    assert line["map_check"]["of"] in (0, 20)
    (line,), _ = _run(engine_folder, tmp_path, films / "a.png", **{"--map-dir": str(tmp_path / "no"), "--no-maps": ""})
    assert line["map"] is line["map_check"] is None
    assert not (tmp_path / "no").exists()


def test_a_net_that_breaks_on_one_film_does_not_end_the_rest(engine_folder, films, tmp_path, monkeypatch):
    read, asked = ChestPair.read, []

    def breaks_once(pair, frames, **more):
        asked.append(1)
        if len(asked) == 1:
            raise RuntimeError
        return read(pair, frames, **more)

    monkeypatch.setattr(ChestPair, "read", breaks_once)
    told, _ = _run(engine_folder, tmp_path, films / "a.png", films / "a.png")
    assert [line["reasons"] for line in told] == [["unexpected"], []]


def test_what_the_gate_refuses_is_told_by_its_codes_and_without_numbers(engine_folder, tmp_path):
    (tmp_path / "film.png").write_bytes(draw(Kind.NORMAL, 5).png)
    (tmp_path / "turned.png").write_bytes(draw(Kind.ROTATED_90, 5).png)
    Image.new("L", (400, 400), 7).save(tmp_path / "blank.png")
    told, _ = _run(engine_folder, tmp_path, *(tmp_path / name for name in ("film.png", "turned.png", "blank.png")))
    assert [line["accepted"] for line in told] == [True, False, False]
    assert told[1]["reasons"] == ["rotated"]
    assert told[2]["reasons"][0] == "blank"
    assert told[1]["probabilities"] is told[2]["probabilities"] is None


def test_a_film_of_somebody_older_than_the_engines_children_is_refused(engine_folder, tmp_path, monkeypatch):
    pair = command.opened(engine_folder)
    monkeypatch.setattr(command, "opened", lambda _: replace(pair, manifest={**pair.manifest, "ages": [1, 5]}))
    for age in ("005Y", "006Y"):
        (tmp_path / f"{age}.dcm").write_bytes(
            dicom_file(draw(Kind.NORMAL, 5).film.grey, bits=8, more={"PatientAge": age})
        )
    told, _ = _run(engine_folder, tmp_path, tmp_path / "005Y.dcm", tmp_path / "006Y.dcm")
    assert [line["reasons"] for line in told] == [[], ["age_outside_card"]]


def test_what_is_no_file_and_what_is_no_archive_are_lines(engine_folder, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04" + bytes(300))
    told, _ = _run(engine_folder, tmp_path, tmp_path / "pipe", tmp_path / "broken.zip")
    assert [line["reasons"] for line in told] == [["not_a_file"], ["broken"]]


def test_an_archive_that_inflates_beyond_a_film_is_refused(engine_folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("film.png", bytes(60 * 1024 * 1024))
    told, _ = _run(engine_folder, tmp_path, tmp_path / "bomb.zip")
    assert told[0]["reasons"] == ["too_large"]


def test_without_an_engine_it_says_so_in_words(tmp_path):
    with pytest.raises(CommandError, match="no engine that may be opened"):
        call_command(Command(), str(tmp_path), jsonl=tmp_path / "out.jsonl", engine=tmp_path / "nothing")


def test_without_its_gate_it_reads_no_film(engine_folder, films, tmp_path, monkeypatch):
    def closed():
        raise gate_weights.Differs("net.safetensors")

    monkeypatch.setattr(gate_weights, "learned", closed)
    with pytest.raises(command.NoEngine, match="gate"):
        _run(engine_folder, tmp_path, films)


def test_an_engine_with_one_changed_byte_is_not_asked(engine_folder, tmp_path):
    file = engine_folder / "convnext_tiny.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(command.NoEngine, match=r"hash"):
        _run(engine_folder, tmp_path, tmp_path)
    file.write_bytes(whole)
