"""Commands at the keyboard: recordings to lines, models listed, verified and adopted. No database."""

import json
import shutil

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from clinic.inference.speech.configured import SpeechSettings
from tests.integration.speech.recordings import wav
from tests.unit.speech import made

FFCONCAT = b"ffconcat version 1.0\nfile /etc/passwd\n"


@pytest.mark.slow
def test_recordings_when_transcribed_then_each_has_its_line_whatever_is_wrong_with_it(tmp_path, capsys):
    said = np.concatenate([made.silence(0.3), made.spoken("The pain began on Monday."), made.silence(0.5)])
    files = {"said.wav": wav(said), "silent.wav": wav(made.silence(2.0)), "playlist.wav": FFCONCAT}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    out = tmp_path / "out.jsonl"
    call_command("transcribe", *(str(tmp_path / name) for name in files), "--jsonl", str(out))
    good, silent, disguised = map(json.loads, out.read_text().splitlines())
    assert good["file"] == "said.wav"
    assert good["text"]
    assert {"text", "start", "end", "confidence", "is_voiced"} == set(good["words"][0])
    assert good["voiced_seconds"] > 0.5
    assert good["engine"] == "pocketsphinx/en-us"
    assert good["real_time_factor"] > 0
    assert (silent["problem"], silent["words"]) == ("silent", [])
    assert (disguised["problem"], disguised["words"]) == ("not_a_sound", [])


@pytest.mark.parametrize("asked", [["nowhere.wav", "--jsonl", "-"]], ids=["no file"])
def test_transcribe_when_the_caller_is_mistaken_then_a_sentence_says_so(asked):
    with pytest.raises(CommandError, match="does not exist"):
        call_command("transcribe", *asked)


def test_model_when_adopted_then_it_is_verified_and_a_changed_byte_is_told(tmp_path, capsys, settings):
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(CommandError, match="missing"):
        call_command("models", "adopt", str(folder), "whisper-small")
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_bytes(name.encode())
    call_command("models", "adopt", str(folder), "whisper-small", "--languages", "en,es")
    call_command("models", "verify", str(folder))
    settings.SPEECH = SpeechSettings(whisper_folder=folder)
    call_command("models", "list")
    assert "faster-whisper/whisper-small, en, es, every byte" in capsys.readouterr().err
    with pytest.raises(CommandError, match="has a manifest"):
        call_command("models", "adopt", str(folder), "whisper-small")
    (folder / "model.bin").write_bytes(b"other")
    with pytest.raises(CommandError, match="model_changed"):
        call_command("models", "verify", str(folder))
    call_command("models", "list")
    assert "NOT USED: model_changed" in capsys.readouterr().err
    shutil.rmtree(folder)


def test_model_when_it_is_to_be_fetched_then_a_person_is_told_how():
    with pytest.raises(CommandError, match="Nothing is fetched here"):
        call_command("models", "fetch")
