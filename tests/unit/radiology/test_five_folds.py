import sys

import pytest

torch = pytest.importorskip("torch")

from benchmarks import radiology
from radiology.inference import nets
from tests.unit.radiology.drawn import SmallNet, drawn_films, write_archive


@pytest.mark.long
def test_five_folds_answer_each_film_once_and_do_nothing_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(nets, "_BUILDERS", dict.fromkeys(nets.MEMBERS, SmallNet))
    images, index = write_archive(tmp_path, drawn_films(150))
    usual = ["--epochs", "1", "--stages", "48:1", "--threads", "1", "--device", "cpu", "--views", "as_is", "mirrored"]
    monkeypatch.setattr(sys, "argv", ["x", str(images), str(index), "--runs", str(tmp_path / "runs"), *usual])
    radiology.main()
    told = capsys.readouterr().out
    assert "n=150)" in told.split("pneumonia AUC")[-1]
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {f"fold-{fold}" for fold in range(5)}
    assert all(f"pneumonia AUC of {name}{views} alone" in told for name in nets.MEMBERS for views in ("", "/views"))
    radiology.main()
    again = capsys.readouterr().out
    assert "epoch" not in again
    assert again.splitlines()[-1] == told.splitlines()[-1]
