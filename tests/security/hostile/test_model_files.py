"""What runs code where it is opened as a model is refused at every way in, whatever it is called and whoever signed
it, and nothing of it is ever run."""

import json
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string
from safetensors import safe_open
from safetensors.torch import load_file

from clinic.actions import engines
from clinic.capabilities import Capability, capabilities
from clinic.engines import manifests, trust
from clinic.engines.unfit import Fault
from clinic.errors import Refusal
from clinic.inference import meaning
from clinic.inference.speech import whisper
from clinic.inference.speech.engines import EngineFailed
from tests.security.hostile import model_files
from tests.security.hostile.measuring import say, size
from tests.unit.engines.folders import SHIPPED

EVERY = 1 if size("FULL", 0) else 7
NAMES = ("weights.safetensors", "vocabulary.json")
OTHER_NAMES = ("w.pkl", "w.PKL", "w.pt", "w.pth", "w.bin", "w.ckpt", "w.joblib", "w.npy", "w.npz", "w.h5", "w.hdf5",
               "w.keras", "w.onnx", "w.pb", "w.tflite", "w.gguf", "w.dill", "w.cloudpickle", "w.msgpack", "w.skops",
               "w.py", "w.so", "w.zip", "w.tar", "w.json.pkl", "w.safetensors.gz", "w", "w.JSON", "w.mlmodel",
               "w.txt")  # fmt: skip
RAN = {"pickle.find_class", "os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "pty.spawn",
       "socket.connect", "webbrowser.open"}  # fmt: skip
_seen: list[str] | None = None
Hostile = tuple[str, bytes]


def _hook(event: str, _about: Any) -> None:
    if _seen is not None and event in RAN:
        _seen.append(event)


sys.addaudithook(_hook)


@contextmanager
def nothing_runs(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[list[str]]:
    global _seen
    monkeypatch.chdir(folder)
    seen: list[str] = []
    _seen = seen
    try:
        yield seen
    finally:
        _seen = None
    assert not (folder / model_files.MARK).exists()


def every(step: int) -> list[Hostile]:
    return list(model_files.of())[::step]


def folder_for(capability: Capability, into: Path, name: str, data: bytes) -> Path:
    """Signed by this installation, every hash right: only the content is not what it says."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    card = json.loads((SHIPPED / "letters-1" / manifests.CARD).read_text())
    manifests.write_json(into / manifests.CARD, dict.fromkeys(capability.needs_card, "told") | card)
    (into / name).write_bytes(data)
    facts = {"capability": capability.name, "name": "Hostile", "version": "1", "backend": "linear"}
    trust.sign(into, manifests.write(into, facts))
    return into


def fault_of(folder: Path) -> str:
    try:
        engines.look_at(folder)
    except Refusal as why:
        return str(why.facts["fault"])
    return "accepted"


@pytest.mark.hazard("H14")
def test_engines_that_hold_code_are_refused_whoever_signed_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: Counter[str] = Counter()
    with nothing_runs(monkeypatch, tmp_path) as ran:
        for number, (_wrapping, data) in enumerate(every(EVERY)):
            capability = capabilities()[number % len(capabilities())]
            for name in NAMES:
                ends[fault_of(folder_for(capability, tmp_path / "engine", name, data))] += 1
    say(f"model files: {ends.total()} offered to {len(capabilities())} capabilities, {dict(ends)}, ran {len(ran)}")

    assert ends.total() >= 200
    assert set(ends) == {Fault.RUNS_CODE.value}
    assert ran == []


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_engine_with_a_file_of_another_kind_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    folder = folder_for(capabilities()[0], tmp_path / "engine", "weights.safetensors", b"")
    told = json.loads((folder / manifests.MANIFEST).read_text())
    told["files"][name] = told["files"][manifests.CARD]
    (folder / name).write_bytes((folder / manifests.CARD).read_bytes())
    (folder / manifests.MANIFEST).write_text(json.dumps(told))

    assert fault_of(folder) == Fault.RUNS_CODE


def test_loaders_that_are_handed_code_open_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the gate: if it ever let one through."""
    ends: Counter[str] = Counter()
    with nothing_runs(monkeypatch, tmp_path) as ran:
        for capability in capabilities():
            load = import_string(capability.loader.replace(":", "."))
            for _wrapping, data in every(10 * EVERY):
                ends[_opened(partial(load, tmp_path, {"backend": "linear", "files": {}}), tmp_path, data)] += 1
        for way in (
            partial(load_file, tmp_path / NAMES[0]),
            partial(_checkpoint, tmp_path),
            partial(meaning.load, tmp_path),
        ):
            for _wrapping, data in every(10 * EVERY):
                ends[_opened(way, tmp_path, data)] += 1
    say(f"model files at loaders: {ends.total()} handed, {dict(ends)}, ran {len(ran)}")

    assert ends["opened"] == 0 and ends.total() >= 50
    assert ran == []


def _checkpoint(folder: Path) -> list[str]:
    """As training goes on from one."""
    with safe_open(folder / NAMES[0], framework="pt") as stored:
        return list(stored.keys())


def _opened(way: Any, folder: Path, data: bytes) -> str:
    for name in (*NAMES, "rules.json", "calibration.json", "model.safetensors", "tokenizer.json"):
        (folder / name).write_bytes(data)
    try:
        way()
    except Exception:
        return "refused"
    return "opened"


def test_speech_models_that_are_code_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ends: Counter[str] = Counter()
    with nothing_runs(monkeypatch, tmp_path) as ran:
        for number, (_wrapping, data) in enumerate(every(10 * EVERY)):
            for name in whisper.NEEDED:
                (tmp_path / name).write_bytes(data)
            whisper.write_manifest(tmp_path, f"hostile-{number}", [])
            try:
                whisper.Whisper(tmp_path).open("en")
                ends["opened"] += 1
            except EngineFailed as why:
                ends[why.code] += 1
    say(f"model files as speech models: {ends.total()} adopted, {dict(ends)}, ran {len(ran)}")

    assert ends["opened"] == 0 and ends
    assert ran == []


@pytest.mark.django_db
def test_archives_with_code_are_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site_a: Any) -> None:
    offered = list({wrapping: (wrapping, data) for wrapping, data in every(1)}.values())
    with nothing_runs(monkeypatch, tmp_path) as ran:
        for _wrapping, data in offered:
            folder = folder_for(capabilities()[0], tmp_path / "engine", NAMES[0], data)
            with zipfile.ZipFile(tmp_path / "engine.zip", "w") as archive:
                for path in folder.iterdir():
                    archive.write(path, path.name)
            with pytest.raises(CommandError):
                call_command("engine_install", tmp_path / "engine.zip", site=site_a.name)
            (tmp_path / "bare.zip").write_bytes(data)
            with pytest.raises(CommandError):
                call_command("engine_install", tmp_path / "bare.zip", site=site_a.name)
    say(f"model files as archives: {2 * len(offered)} offered, 0 installed, ran {len(ran)}")

    assert ran == []


def test_the_watch_sees_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nothing would have been shown above."""
    import pickle  # noqa: TID251 - to see that it is seen

    with nothing_runs(monkeypatch, tmp_path) as ran, pytest.raises(AttributeError):
        pickle.loads(model_files.new_pickle("operator", "missing"))  # noqa: S301
    assert ran == ["pickle.find_class"]
    assert len(list(model_files.of())) >= 300
