"""Nothing is opened of which one byte differs."""

import os
import random
import shutil

import pytest

from clinic.actions import engines
from clinic.engines import manifests, opening
from clinic.engines.unfit import Fault, Unfit
from clinic.models import Engine
from tests.unit.engines.folders import SHIPPED, copied

pytestmark = pytest.mark.django_db
REFUSED_AS = (Fault.FILE_DIFFERS, Fault.MANIFEST_DIFFERS, Fault.MANIFEST_UNREADABLE, Fault.RUNS_CODE)
FLIPS = 60  # `make engines` does 500


@pytest.fixture
def engine(tmp_path, site_a) -> Engine:
    """The shipped one, in a folder that may be bent."""
    folder = tmp_path / "letters-1"
    shutil.copytree(SHIPPED / "letters-1", folder)
    found = Engine.objects.get(name="Letters linear")
    found.folder = str(folder)
    return found


def fault_of(engine: Engine) -> Fault:
    with pytest.raises(Unfit) as unfit:
        opening.open_engine(engine)
    return unfit.value.fault


def test_engine_when_whole_then_opened_once_and_kept(engine):
    assert opening.open_engine(engine) is opening.open_engine(engine)


def test_byte_when_flipped_anywhere_in_any_file_then_refused(engine):
    chance = random.Random(11)
    names = [manifests.MANIFEST, *engine.manifest["files"]]
    for number in range(FLIPS):
        path = opening.folder_of(engine) / names[number % len(names)]
        whole = path.read_bytes()
        place = chance.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        assert fault_of(engine) in REFUSED_AS
        path.write_bytes(whole)
    opening.open_engine(engine)


def test_file_when_changed_behind_an_open_engine_then_refused_though_its_size_and_time_are_as_before(engine):
    opening.open_engine(engine)
    path = opening.folder_of(engine) / "weights.safetensors"
    seen, whole = path.stat(), path.read_bytes()

    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    assert fault_of(engine) == Fault.FILE_DIFFERS
    assert fault_of(engine) == Fault.FILE_DIFFERS


def test_file_when_it_comes_back_as_it_was_then_opened_again(engine):
    path = opening.folder_of(engine) / "calibration.json"
    whole = path.read_bytes()
    path.write_bytes(b"{}")
    assert fault_of(engine) == Fault.FILE_DIFFERS

    path.write_bytes(whole)

    opening.open_engine(engine)


def test_engine_when_it_claims_to_come_with_the_product_but_is_not_pinned_then_refused(engine):
    other = copied(opening.folder_of(engine).parent, version="3.0.0")
    manifest = manifests.read(other)
    engine.folder, engine.digest = str(other), manifest.digest

    assert fault_of(engine) == Fault.NOT_PINNED


def test_engine_when_its_signers_key_is_no_longer_trusted_then_refused(engine, tmp_path, in_site_a):
    taken = engines.look_at(copied(tmp_path, version="4.0.0"))
    engine.folder, engine.digest = str(taken.folder), taken.manifest.digest
    engine.signer, engine.signature = taken.vouched.signer, taken.vouched.signature
    opening.open_engine(engine)
    opening.forget()

    engine.signer = "gone"

    assert fault_of(engine) == Fault.NOT_TRUSTED


def test_files_when_right_but_nonsense_then_refused_and_nothing_else_breaks(tmp_path, engine):
    folder = copied(tmp_path, version="5.0.0", backend="unheard")
    taken = engines.look_at(folder)
    engine.folder, engine.digest = str(folder), taken.manifest.digest
    engine.signer, engine.signature = taken.vouched.signer, taken.vouched.signature

    assert fault_of(engine) == Fault.DOES_NOT_OPEN
