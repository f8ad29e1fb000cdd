"""The verifier that stands alone, on an audit damaged in every way it must name."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tamper.cases import DAMAGES, World
from tests.tamper.mutants import judged_by, mutants, written
from tools import verify_audit

TOOL = Path(verify_audit.__file__)


@pytest.mark.parametrize("name", DAMAGES)
def test_audit_when_damaged_then_the_first_place_is_named(name: str, tmp_path: Path):
    expected_code, expected_words = DAMAGES[name][1]

    code, words = judged_by(verify_audit, name, tmp_path)

    assert code == expected_code
    assert expected_words in words


def test_tool_when_run_alone_then_it_needs_nothing_of_ours(tmp_path: Path):
    files = written("body_edited", tmp_path)
    tool = tmp_path / "verify_audit.py"
    tool.write_text(TOOL.read_text())

    done = subprocess.run([sys.executable, "-I", tool, files["export"], "--witness", files["witness"], "--keys",
                           files["keys"]], capture_output=True, text=True, cwd=tmp_path, check=False)  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "BROKEN seq=3 reason=changed\n")


def test_file_when_missing_then_unreadable(tmp_path: Path):
    nothing = tmp_path / "nothing"

    assert verify_audit.check(nothing, nothing, nothing)[0] == 3


def test_mutants_when_made_then_there_are_many_and_each_differs_from_the_tool():
    made = list(mutants(TOOL.read_text()))

    assert len(made) >= 30
    assert len({mutant.source for mutant in made}) == len(made)


def test_world_when_sound_then_made_without_the_products_code():
    source = Path(sys.modules[World.__module__].__file__ or "").read_text()

    assert "import clinic" not in source
    assert "from clinic" not in source
