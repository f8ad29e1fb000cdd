"""The examples of docs/api.md run as they stand: against a server, with a key, in curl and in plain Python."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from clinic.authorization.roles import Role
from radiology.inference.generated import Kind, draw
from tests.contract.asking import key_of
from tests.make import Staff

PAPER = Path(settings.BASE_DIR) / "docs" / "api.md"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAPER.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def given(live_server, staff_a: Staff, tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "film.png").write_bytes(draw(Kind.NORMAL, 1).png)
    yield {"PATH": os.environ["PATH"], "ROUNDS": live_server.url, "KEY": key_of(staff_a[Role.CLINICIAN])}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_shell_examples_when_run_one_after_the_other_then_each_is_answered(given, tmp_path):
    script = "set -eu\n" + "\n".join(blocks("sh"))

    run = subprocess.run(["bash", "-c", script], env=given, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert '"kind":"clinic.letters"' in run.stdout.replace(" ", "")


def test_python_examples_when_run_one_after_the_other_then_each_is_answered(given, tmp_path):
    script = "\n".join(blocks("python"))

    run = subprocess.run([sys.executable, "-I", "-c", script], env=given, cwd=tmp_path, capture_output=True, text=True,
                         check=False)  # fmt: skip

    assert run.returncode == 0, run.stderr
    assert "404 not_found" in run.stdout


def test_examples_when_counted_then_every_capability_has_one():
    told = PAPER.read_text()

    assert all(f'"POST", "{name}' in told for name in ("consults", "documents", "extractions", "films", "coaching"))
