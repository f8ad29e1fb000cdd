"""What is asked of an engine's folder before anything of it is opened."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clinic import signing
from clinic.actions import engines
from clinic.capabilities import capabilities
from clinic.engines import manifests, trust
from clinic.engines.unfit import Fault
from clinic.errors import Code, Refusal
from tests.unit.engines.folders import SHIPPED, copied, resealed, with_card


def fault_of(folder) -> str:
    with pytest.raises(Refusal) as refused:
        engines.look_at(folder)
    assert refused.value.code == Code.ENGINE_UNFIT
    assert refused.value.detail
    return str(refused.value.facts["fault"])


def test_folder_when_signed_and_whole_then_taken(tmp_path):
    parcel = engines.look_at(copied(tmp_path))

    assert (parcel.manifest.name, parcel.vouched.signer) == ("Letters linear", next(iter(signing.public_keys())))


def test_manifest_when_nobody_signed_it_then_refused(tmp_path):
    assert fault_of(copied(tmp_path, signed=False)) == Fault.UNSIGNED


def test_manifest_when_one_byte_of_it_changes_after_signing_then_refused(tmp_path):
    folder = copied(tmp_path)
    path = folder / manifests.MANIFEST
    path.write_text(path.read_text().replace("2.0.0", "2.0.1"))

    assert fault_of(folder) == Fault.BAD_SIGNATURE


def test_manifest_when_a_stranger_signed_it_then_refused_until_her_key_is_trusted(tmp_path, settings):
    folder, key = copied(tmp_path, signed=False), Ed25519PrivateKey.generate()
    raw = (folder / manifests.MANIFEST).read_bytes()
    signature = base64.b64encode(key.sign(signing.bound(trust.PURPOSE, raw))).decode()
    (folder / manifests.SIGNATURE).write_text(json.dumps({"key": "lab-7", "signature": signature}))

    assert fault_of(folder) == Fault.NOT_TRUSTED
    settings.TRUSTED_ENGINE_KEYS = f"lab-7:{base64.b64encode(key.public_key().public_bytes_raw()).decode()}"
    assert engines.look_at(folder).vouched.signer == "lab-7"


def test_signature_when_made_for_another_purpose_then_refused(tmp_path):
    folder = copied(tmp_path, signed=False)
    seal = signing.seal("report", (folder / manifests.MANIFEST).read_bytes())
    told = {"key": seal.key_id, "signature": base64.b64encode(seal.signature).decode()}
    (folder / manifests.SIGNATURE).write_text(json.dumps(told))

    assert fault_of(folder) == Fault.BAD_SIGNATURE


@pytest.mark.parametrize("missing", ["limits", "purpose", "population", "data", "licence", "metrics"])
def test_card_when_it_leaves_something_out_then_refused_and_named(tmp_path, missing):
    with pytest.raises(Refusal) as refused:
        engines.look_at(with_card(copied(tmp_path), **{missing: None}))

    assert refused.value.facts == {"fault": Fault.CARD_INCOMPLETE.value, "about": missing}


def test_card_when_a_figure_has_no_interval_then_refused(tmp_path):
    assert (
        fault_of(with_card(copied(tmp_path), metrics=[{"name": "accuracy", "value": 0.9, "n": 4}])) == "card_incomplete"
    )


@pytest.mark.parametrize("name", ["weights.pkl", "model.pt", "model.joblib", "data.npy", "setup.py"])
def test_file_when_it_could_run_code_then_refused_though_signed(tmp_path, name):
    folder = copied(tmp_path)
    raw = json.loads((folder / manifests.MANIFEST).read_text())
    raw["files"][name] = raw["files"]["card.json"]
    (folder / name).write_bytes((folder / "card.json").read_bytes())
    (folder / manifests.MANIFEST).write_text(json.dumps(raw))

    assert fault_of(folder) == Fault.RUNS_CODE


@pytest.mark.parametrize("name", ["../card.json", "/etc/passwd", "a/b.json", ".hidden", "manifest.sig", ""])
def test_file_when_its_name_leads_elsewhere_then_refused(tmp_path, name):
    folder = copied(tmp_path)
    raw = json.loads((folder / manifests.MANIFEST).read_text())
    raw["files"][name] = raw["files"]["card.json"]
    (folder / manifests.MANIFEST).write_text(json.dumps(raw))

    assert fault_of(folder) == Fault.MANIFEST_UNREADABLE


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "files": {}}'])
def test_manifest_when_it_says_nothing_then_refused(tmp_path, content):
    folder = copied(tmp_path)
    (folder / manifests.MANIFEST).write_text(content)

    assert fault_of(folder) == Fault.MANIFEST_UNREADABLE


def test_file_when_missing_or_a_link_then_refused(tmp_path):
    folder = copied(tmp_path)
    (folder / "vocabulary.json").unlink()
    assert fault_of(folder) == Fault.FILE_MISSING
    (folder / "vocabulary.json").symlink_to(SHIPPED / "letters-1" / "vocabulary.json")
    assert fault_of(folder) == Fault.FILE_DIFFERS


def test_engine_when_nothing_here_asks_it_then_refused(tmp_path):
    folder = copied(tmp_path)
    resealed(folder, capability="clinic.unheard")

    assert fault_of(folder) == Fault.UNKNOWN_CAPABILITY


def test_shipped_engines_when_looked_at_then_each_is_the_one_the_code_pins():
    shipped = [each for capability in capabilities() for each in capability.shipped]

    assert len(shipped) >= 2
    for each in shipped:
        folder = SHIPPED.parents[1] / each.folder
        manifest = manifests.read(folder)
        manifests.check_files(folder, manifest)
        assert (manifest.digest, trust.is_pinned(manifest.digest)) == (each.manifest_sha256, True)
